//! The functions' programs, built with cargo.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process_group};
use serde::Deserialize;
use tokio::process::{Child, Command};

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

/// Cargo and what it starts: a process group, so that no compiler is left behind when the build is given up.
struct Group(Option<Pid>);

impl Group {
    fn of(leader: &Child) -> Self {
        Self(leader.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw))
    }

    /// The leader is known to have ended: its number may soon be another's.
    fn ended(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(group) = self.0 {
            // An error would mean that it is gone.
            let _ = kill_process_group(group, Signal::TERM);
        }
    }
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
    let cargo = command.stdin(Stdio::null()).stdout(Stdio::piped()).process_group(0).spawn().map_err(|error| {
        Failure::new(format!("cargo cannot be started: {error}")).with_hint("Rust is needed to build the functions.")
    })?;
    let group = Group::of(&cargo);
    let built = cargo.wait_with_output().await?;
    group.ended();
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
