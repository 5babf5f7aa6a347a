//! The SAM CLI and what it calls, in the versions that were tried.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo;
use crate::error::Error;
use crate::python;

/// One environment for both: cargo-lambda finds its linker by the `python3` that comes first on `PATH`.
const PACKAGES: &[&str] = &["aws-sam-cli==1.170.0", "cargo-lambda==1.9.2"];

/// An installed SAM CLI.
#[derive(Debug)]
pub(crate) struct Sam {
    programs: PathBuf,
    path: OsString,
}

impl Sam {
    pub(crate) fn install() -> Result<Self, Error> {
        let programs = python::programs("sam", PACKAGES)?;
        let others = env::var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(programs.clone()).chain(env::split_paths(&others));
        let path = env::join_paths(folders).map_err(|error| Error::System(std::io::Error::other(error)))?;
        Ok(Self { programs, path })
    }

    /// One of its programs (`sam`, `cfn-lint`, `python3`), to be run where the template is.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(cargo::root()).env("PATH", &self.path).env("SAM_CLI_TELEMETRY", "0");
        command
    }
}
