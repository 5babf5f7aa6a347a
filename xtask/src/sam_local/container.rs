//! Built functions, each called in a container of its own.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::time::timeout;

use crate::cargo;
use crate::error::Error;
use crate::http;
use crate::process_group::ProcessGroup;
use crate::sam::Sam;

/// What SAM makes of the base image: with the Lambda that it brings, which it starts as below.
const IMAGE: &str = "public.ecr.aws/lambda/provided:al2023-rapid-x86_64";
const LAMBDA: &[&str] = &["--entrypoint", "/var/rapid/aws-lambda-rie", IMAGE, "--log-level", "error"];

/// For a container from its start to its end.
const PATIENCE: Duration = Duration::from_secs(120);

/// What `sam build` has made, and how it is called.
#[derive(Debug)]
pub(super) struct Containers {
    sam: Sam,
    built: PathBuf,
    /// As `sam deploy` takes them.
    parameters: String,
    /// Where logs remain.
    logs: PathBuf,
}

impl Containers {
    pub(super) fn new(sam: &Sam, built: &Path, parameters: &BTreeMap<String, String>) -> Result<Self, Error> {
        let parameters: Vec<String> = parameters.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let logs = cargo::root().join("target").join("sam-local");
        std::fs::create_dir_all(&logs).map_err(Error::of(&logs))?;
        Ok(Self { sam: sam.clone(), built: built.to_owned(), parameters: parameters.join(" "), logs })
    }

    /// `sam local`, with a log.
    pub(super) fn sam_local(&self, command: &str, log: &str) -> Result<(Command, File), Error> {
        let mut sam = self.sam.command("sam");
        // SAM takes what follows the parameters for one of them, unless it is an option.
        sam.args(["local", command, "--parameter-overrides", &self.parameters]);
        sam.args(["--skip-pull-image", "--template"]).arg(self.built.join("template.yaml"));
        let mut sam = Command::from(sam);
        sam.kill_on_drop(true);
        Ok((sam, self.log(log)?))
    }

    pub(super) fn log(&self, name: &str) -> Result<File, Error> {
        let path = self.logs.join(format!("{name}.log"));
        File::create(&path).map_err(Error::of(&path))
    }

    /// Calls a function as `sam local invoke` does, with what `--env-vars` needs.
    pub(super) async fn invoke(
        &self,
        function: &str,
        variables: &Path,
        event: &[u8],
        log: &str,
    ) -> Result<Value, Error> {
        let (mut sam, log) = self.sam_local("invoke", log)?;
        sam.args([function, "--event", "-", "--env-vars"]).arg(variables);
        sam.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let program = format!("sam local invoke {function}");
        let output = timeout(PATIENCE, async {
            let mut sam = sam.spawn()?;
            if let Some(mut stdin) = sam.stdin.take() {
                stdin.write_all(event).await?;
            }
            sam.wait_with_output().await
        });
        let output = output.await.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
        let output = output.map_err(|source| Error::NotStarted { program: program.clone(), source })?;
        if !output.status.success() {
            return Err(Error::Program(format!("{program} (see {})", self.logs.display())));
        }
        serde_json::from_slice(&output.stdout).map_err(|source| Error::NotJson { program, source })
    }

    /// Calls a function in the network of this machine, where the laptop's services are. SAM cannot: it takes
    /// `--docker-network host`, and does nothing.
    pub(super) async fn invoke_here(
        &self,
        function: &str,
        environment: &Path,
        event: &[u8],
        log: &str,
    ) -> Result<Value, Error> {
        let (port, runtime_api) = (http::free_port()?, http::free_port()?);
        let mut docker = Command::new("docker");
        docker.args(["run", "--rm", "--network", "host", "--volume"]);
        docker.arg(format!("{}:/var/task:ro", self.built.join(function).display()));
        docker.arg("--env-file").arg(environment);
        docker.args(LAMBDA).arg(format!("--runtime-interface-emulator-address=127.0.0.1:{port}"));
        docker.arg(format!("--runtime-api-address=127.0.0.1:{runtime_api}"));
        let _docker = ProcessGroup::start("docker", docker, self.log(log)?)?;
        http::invoke(port, http::FUNCTION, event).await
    }
}

/// Whoever is interrupted leaves containers behind.
impl Drop for Containers {
    fn drop(&mut self) {
        let Ok(folders) = std::fs::read_dir(&self.built) else { return };
        for folder in folders.flatten() {
            let mut list = std::process::Command::new("docker");
            list.args(["ps", "--all", "--quiet", "--filter"]).arg(format!("volume={}", folder.path().display()));
            let Ok(containers) = list.output() else { return };
            let containers = String::from_utf8_lossy(&containers.stdout);
            let containers: Vec<&str> = containers.split_whitespace().collect();
            if !containers.is_empty() {
                let mut remove = std::process::Command::new("docker");
                // An error would mean that it is gone.
                let _ = remove.args(["rm", "--force"]).args(containers).stdout(Stdio::null()).status();
            }
        }
    }
}
