//! `countersign up`, as a person starts it.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::cargo;
use crate::error::Error;

use super::bench::Bench;
use crate::process_group::ProcessGroup;

/// How long an access token is valid, in seconds. The gateway grants it another minute, for two clocks.
const LIFETIME: &str = "5";

/// For a build of all functions.
const PATIENCE: Duration = Duration::from_secs(20 * 60);

/// The laptop with one of its parameter sets. It runs until this is dropped.
#[derive(Debug)]
pub(crate) struct Laptop {
    pub(crate) mcp_url: String,
    /// What `countersign clients` prints for Kiro through mcp-remote.
    pub(crate) printed: String,
    _process: ProcessGroup,
}

impl Laptop {
    pub(crate) async fn start(parameters: &str, bench: &Bench) -> Result<Self, Error> {
        eprintln!("Starting countersign with the parameters `{parameters}`");
        let name = format!("countersign-{parameters}");
        let state = bench.folder(&name)?;
        let (path, log) = bench.log(&name)?;
        let mut up = command(bench, "up", &state);
        up.args(["--port", "0", "--identity-provider-port", "0"]);
        up.args(["--parameters", parameters, "--access-token-ttl", LIFETIME]);
        let mut process = ProcessGroup::start(&name, up, log)?;
        let mcp_url = timeout(PATIENCE, async {
            while let Some(line) = process.line().await? {
                if let Some(url) = line.trim().strip_prefix("MCP URL") {
                    return Ok(Some(url.trim().to_owned()));
                }
            }
            Ok::<_, Error>(None)
        });
        let Ok(Some(mcp_url)) = mcp_url.await.unwrap_or(Ok(None)) else {
            return Err(Error::Program(format!("{name} (see {})", path.display())));
        };

        let mut clients = command(bench, "clients", &state);
        clients.arg("kiro-mcp-remote").stdin(Stdio::null()).stderr(Stdio::null());
        let output = clients.output().await.map_err(Error::System)?;
        if !output.status.success() {
            return Err(Error::Program("countersign clients kiro-mcp-remote".to_owned()));
        }
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        Ok(Self { mcp_url, printed, _process: process })
    }
}

fn command(bench: &Bench, name: &str, state: &Path) -> Command {
    let mut command = Command::new(&bench.countersign);
    command.current_dir(cargo::root()).arg(name).arg("--state").arg(state).env_remove("RUST_LOG").kill_on_drop(true);
    command
}
