//! The SAM CLI and what it calls, in the versions that were tried.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use crate::cargo;
use crate::error::Error;
use crate::program::{self, output};
use crate::python;

/// One environment for both: cargo-lambda finds its linker by the `python3` that comes first on `PATH`.
const PACKAGES: &[&str] = &["aws-sam-cli==1.170.0", "cargo-lambda==1.9.2"];

/// An installed SAM CLI.
#[derive(Debug, Clone)]
pub(crate) struct Sam {
    programs: PathBuf,
    path: OsString,
}

impl Sam {
    pub(crate) fn install() -> Result<Self, Error> {
        let programs = python::programs("sam", PACKAGES)?;
        let others = env::var_os("PATH").unwrap_or_default();
        let folders = [no_rustup()?, programs.clone()].into_iter().chain(env::split_paths(&others));
        let path = env::join_paths(folders).map_err(|error| Error::System(std::io::Error::other(error)))?;
        Ok(Self { programs, path })
    }

    /// Builds the functions of a template into a folder. Cargo knows what has changed; SAM's own cache does not.
    pub(crate) fn build(&self, template: &str, folder: &Path, architecture: &str) -> Command {
        let mut command = self.command("sam");
        command.args(["build", "--no-cached", "--template", template, "--build-dir"]).arg(folder);
        command.args(["--parameter-overrides", &format!("LambdaArchitecture={architecture}")]);
        command
    }

    /// The Lambda that it brings for its containers, which runs outside of them too.
    pub(crate) fn lambda(&self) -> Result<PathBuf, Error> {
        let folder = "import pathlib, samcli; print(pathlib.Path(samcli.__file__).parent / 'local' / 'rapid')";
        let output = output(self.command("python3").args(["-c", folder]))?;
        Ok(Path::new(String::from_utf8_lossy(&output.stdout).trim()).join("aws-lambda-rie-x86_64"))
    }

    /// One of its programs (`sam`, `cfn-lint`, `python3`), to be run where the template is.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.current_dir(cargo::root()).env("PATH", &self.path).env("SAM_CLI_TELEMETRY", "0");
        command
    }
}

/// The folder of a `rustup` that does nothing. cargo-lambda would have the real one change the machine's toolchain, without
/// a word, when a target is missing.
fn no_rustup() -> Result<PathBuf, Error> {
    let folder = cargo::root().join(".tools").join("stub");
    fs::create_dir_all(&folder).map_err(Error::of(&folder))?;
    program::script(&folder.join("rustup"), "echo \"rustup $*: not here\" >&2; exit 1")?;
    Ok(folder)
}
