//! Programs that are not ours.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::error::Error;

/// Runs it to its end; what it prints is ours.
pub(crate) fn run(command: &mut Command) -> Result<(), Error> {
    let status = command.stdin(Stdio::null()).status().map_err(|source| not_started(command, source))?;
    if status.success() { Ok(()) } else { Err(Error::Program(name(command))) }
}

/// Runs it to its end and takes its standard output; its standard error is ours. It may have failed.
pub(crate) fn output(command: &mut Command) -> Result<Output, Error> {
    command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().map_err(|source| not_started(command, source))
}

/// Writes a program for the shell.
pub(crate) fn script(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, format!("#!/bin/sh\n{text}\n")).map_err(Error::of(path))?;
    fs::set_permissions(path, Permissions::from_mode(0o755)).map_err(Error::of(path))
}

fn not_started(command: &Command, source: std::io::Error) -> Error {
    Error::NotStarted { program: name(command), source }
}

fn name(command: &Command) -> String {
    command.get_program().to_string_lossy().into_owned()
}
