//! Cargo, asked about this workspace.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde::Deserialize;

use crate::error::Error;

/// What cargo says of a thing that it has built (`--message-format=json`).
#[derive(Debug, Deserialize)]
pub(crate) struct Artifact {
    pub(crate) package_id: String,
    pub(crate) target: Target,
    pub(crate) profile: Profile,
    /// Its path, if it can be run.
    pub(crate) executable: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Profile {
    /// Whether this is the target's tests rather than the target.
    pub(crate) test: bool,
}

/// The folder of the workspace, where its template is.
pub(crate) fn root() -> &'static Path {
    let member = Path::new(env!("CARGO_MANIFEST_DIR"));
    member.parent().unwrap_or(member)
}

/// Builds, and says what was built.
pub(crate) fn build(arguments: &[&str]) -> Result<Vec<Artifact>, Error> {
    let messages = output(&[arguments, &["--quiet", "--message-format=json-render-diagnostics"]].concat())?;
    // Cargo sends other messages too.
    Ok(messages.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect())
}

/// Builds a program of this workspace, and says where it is.
pub(crate) fn program(name: &str) -> Result<PathBuf, Error> {
    let built = build(&["build", "--bin", name])?;
    let program = built.into_iter().find_map(|artifact| artifact.executable.filter(|_| artifact.target.name == name));
    program.ok_or_else(|| Error::NoBinary(name.to_owned()))
}

/// Runs cargo and takes its standard output; its standard error is ours.
pub(crate) fn output(arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(root()).args(arguments).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|source| Error::NotStarted { program: "cargo".to_owned(), source })?;
    if output.status.success() { Ok(output.stdout) } else { Err(Error::Cargo(arguments.join(" "))) }
}
