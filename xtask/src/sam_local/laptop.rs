//! The laptop's gateway and what is invoked as it would invoke it: by somebody who signed in, and now.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tempfile::TempDir;
use tokio::process::Command;
use tokio::time::timeout;

use crate::cargo;
use crate::error::Error;
use crate::process_group::ProcessGroup;

use super::container::Containers;

/// For a build of all functions.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// What it says when it serves.
const READY: &str = "MCP URL";

/// `countersign up`. It runs until this is dropped.
#[derive(Debug)]
pub(super) struct Laptop {
    program: PathBuf,
    /// Holds keys. Gone at the end.
    state: TempDir,
    _process: ProcessGroup,
}

impl Laptop {
    pub(super) async fn start(program: &Path, containers: &Containers) -> Result<Self, Error> {
        let state = tempfile::tempdir().map_err(Error::System)?;
        let mut up = Command::new(program);
        up.current_dir(cargo::root()).arg("up").arg("--state").arg(state.path()).env_remove("RUST_LOG");
        up.args(["--parameter-overrides", "ApiAudience=https://api.example", "ApiScopes=orders/read"]);
        // Where there is no way out, cargo must not look for one.
        up.args(["--port", "0", "--identity-provider-port", "0"]).env("CARGO_NET_OFFLINE", "true");
        let mut process = ProcessGroup::start("countersign up", up, containers.log("countersign")?)?;
        let ready = timeout(PATIENCE, async {
            while let Some(line) = process.line().await? {
                if line.trim().starts_with(READY) {
                    return Ok(true);
                }
            }
            Ok::<_, Error>(false)
        });
        match ready.await {
            Ok(Ok(true)) => Ok(Self { program: program.to_owned(), state, _process: process }),
            Ok(Err(error)) => Err(error),
            _ => Err(Error::Program("countersign up (see target/sam-local/countersign.log)".to_owned())),
        }
    }

    /// What `countersign event` prints for a function.
    pub(super) async fn event(&self, function: &str, words: &[&str]) -> Result<Vec<u8>, Error> {
        let mut event = Command::new(&self.program);
        event.current_dir(cargo::root()).args(["event", function]).args(words).arg("--state").arg(self.state.path());
        event.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        let not_started = |source| Error::NotStarted { program: "countersign event".to_owned(), source };
        let output = event.spawn().map_err(not_started)?.wait_with_output().await.map_err(not_started)?;
        if output.status.success() { Ok(output.stdout) } else { Err(Error::Program("countersign event".to_owned())) }
    }

    /// The file for SAM's `--env-vars`.
    pub(super) fn variables(&self) -> PathBuf {
        self.state.path().join("running").join("variables.json")
    }

    /// The file for Docker's `--env-file`: all that a function is told there.
    pub(super) fn environment(&self, function: &str) -> PathBuf {
        self.state.path().join("running").join(format!("{function}.env"))
    }
}
