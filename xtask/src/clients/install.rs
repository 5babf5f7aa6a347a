//! The clients, installed by npm.

use std::fs;
use std::process::Stdio;

use tokio::process::Command;

use crate::error::Error;

use super::bench::scripts;

const OLDEST_NODE: u32 = 20;

/// Installs what the lock file says, unless that is what was installed last.
pub(crate) async fn clients() -> Result<(), Error> {
    let output = command("node").arg("--version").output().await.map_err(|error| Error::Node(error.to_string()))?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let major = version.strip_prefix('v').and_then(|version| version.split('.').next()?.parse::<u32>().ok());
    if major.is_none_or(|major| major < OLDEST_NODE) {
        return Err(Error::Node(format!("`node` is {version}")));
    }

    let lock_file = scripts().join("package-lock.json");
    let lock = fs::read(&lock_file).map_err(Error::of(&lock_file))?;
    let installed = scripts().join("node_modules").join(".installed");
    if fs::read(&installed).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    eprintln!("Installing the clients");
    // It would warn that the conformance package needs a newer Node, which it gets.
    let npm = command("npm").args(["ci", "--loglevel=error"]).stdout(Stdio::null()).status().await;
    if !npm.map_err(|error| Error::Node(error.to_string()))?.success() {
        return Err(Error::Program("npm ci".to_owned()));
    }
    fs::write(&installed, lock).map_err(Error::of(&installed))
}

fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(scripts()).stdin(Stdio::null()).kill_on_drop(true);
    command
}
