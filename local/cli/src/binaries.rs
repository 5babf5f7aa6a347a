//! The functions' programs, built with cargo.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde::Deserialize;
use tokio::process::Command;

use crate::failure::Failure;

/// What cargo says of a thing it has built (`--message-format=json`).
#[derive(Deserialize)]
struct Artifact {
    target: Target,
    executable: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
}

/// Builds the binaries of the workspace at `root`, in the profile in which this program was built. Cargo shows its
/// progress on standard error.
pub(crate) async fn build(root: &Path, names: &[&str]) -> Result<BTreeMap<String, PathBuf>, Failure> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let mut command = Command::new(cargo);
    command.current_dir(root).args(["build", "--message-format=json-render-diagnostics"]);
    for name in names {
        command.args(["--bin", name]);
    }
    if !cfg!(debug_assertions) {
        command.arg("--release");
    }
    // Not `output`, which would keep standard error to itself.
    let cargo = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn().map_err(|error| {
        Failure::new(format!("cargo cannot be started: {error}")).with_hint("Rust is needed to build the functions.")
    })?;
    let built = cargo.wait_with_output().await?;
    if !built.status.success() {
        return Err(Failure::new("the functions cannot be built; cargo says why above"));
    }

    let artifacts =
        built.stdout.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice::<Artifact>(line).ok());
    let programs: BTreeMap<_, _> =
        artifacts.filter_map(|artifact| Some((artifact.target.name, artifact.executable?))).collect();
    for name in names {
        if !programs.contains_key(*name) {
            return Err(Failure::new(format!("cargo has built no program `{name}`")));
        }
    }
    Ok(programs)
}
