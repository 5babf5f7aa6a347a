//! A container engine: one that answers already, or one that is gone without a trace afterwards.
//!
//! Ours runs in a network, a process tree and a file system of its own (Linux namespaces). So it makes no bridge, rule or
//! mount where anybody else would see them, and the kernel ends whatever it has started, however this program ends. It
//! has no way out of its network.

use std::path::Path;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;
use std::{env, fs, io};

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::debian;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::program;

/// What Debian 12 starts containers with, beside what every Debian has.
const PACKAGES: &[&str] =
    &["busybox-static", "containerd", "docker.io", "libdevmapper1.02.1", "libseccomp2", "runc", "tini"];

/// The control group of its containers, which no namespace takes away.
const GROUP: &str = "countersign-sam-local";
const GROUPS: &str = "/sys/fs/cgroup";

/// How often it is tried to remove it while processes of it end, and how long between.
const ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(50);

/// Says it when it is ready.
const READY: &str = "API listen on";

/// For an engine that answers, and for one that starts.
const PATIENCE: Duration = Duration::from_secs(60);

/// Whose engine there is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Engine {
    /// It answers where the environment says, and is somebody's.
    Theirs,
    /// It can be started.
    Ours,
}

/// Looks for one.
pub(super) async fn find() -> Result<Engine, Error> {
    let mut docker = Command::new("docker");
    docker.arg("version").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    match timeout(PATIENCE, docker.status()).await {
        Ok(Ok(status)) if status.success() => Ok(Engine::Theirs),
        _ if rustix::process::geteuid().is_root() => Ok(Engine::Ours),
        _ => Err(Error::NoEngine),
    }
}

/// Runs this program once more where there is nobody else, with these arguments. It ends when this is dropped.
pub(super) async fn alone(arguments: &[&Path]) -> Result<Outcome, Error> {
    let packages = debian::unpack("docker", PACKAGES)?;
    let others = env::var_os("PATH").unwrap_or_default();
    let folders = ["usr/sbin", "usr/bin", "bin"].map(|folder| packages.join(folder));
    let path = env::join_paths(folders.into_iter().chain(env::split_paths(&others)));
    let mut command = Command::new("unshare");
    command.args(["--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc", "--"]);
    command.arg(env::current_exe().map_err(Error::System)?).args(arguments);
    command.env("PATH", path.map_err(|error| Error::System(io::Error::other(error)))?);
    command.env("DOCKER_HOST", "unix:///run/docker.sock").env("TMPDIR", "/run");
    command.stdin(Stdio::null()).stdout(Stdio::piped());
    let not_started = |source| Error::NotStarted { program: "unshare".to_owned(), source };
    let mut alone = Alone(command.spawn().map_err(not_started)?);
    let mut output = Vec::new();
    if let Some(mut stdout) = alone.0.stdout.take() {
        stdout.read_to_end(&mut output).await.map_err(Error::System)?;
    }
    if !alone.0.wait().await.map_err(Error::System)?.success() {
        return Err(Error::Program("unshare".to_owned()));
    }
    serde_json::from_slice(&output).map_err(|source| Error::NotJson { program: "sam-local".to_owned(), source })
}

/// The process with which the namespaces end.
struct Alone(Child);

impl Drop for Alone {
    fn drop(&mut self) {
        // An error means that it has ended already.
        let _ = self.0.start_kill();
        for _ in 0..ATTEMPTS {
            let hierarchies = fs::read_dir(GROUPS).into_iter().flatten().flatten().map(|entry| entry.path());
            let groups = hierarchies.chain([GROUPS.into()]).map(|path| path.join(GROUP)).filter(|path| path.exists());
            if groups.map(|group| remove(&group)).filter(Result::is_err).count() == 0 {
                return;
            }
            sleep(PAUSE);
        }
    }
}

/// Removes a control group with those in it.
fn remove(group: &Path) -> io::Result<()> {
    for entry in fs::read_dir(group)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            remove(&entry.path())?;
        }
    }
    fs::remove_dir(group)
}

/// Starts the engine there. It ends with this program.
pub(super) async fn start() -> Result<Child, Error> {
    // Only the first of a process tree is. Elsewhere this would hide the machine's own files.
    if std::process::id() != 1 {
        return Err(Error::NotAlone);
    }
    // Memory that nobody else sees: the engine's usual places, and its images.
    program::run(std::process::Command::new("mount").args(["-t", "tmpfs", "-o", "mode=0700", "tmpfs", "/run"]))?;
    program::run(std::process::Command::new("busybox").args(["ip", "link", "set", "lo", "up"]))?;
    let packages = debian::unpack("docker", PACKAGES)?;
    let mut command = Command::new("dockerd");
    command.env("LD_LIBRARY_PATH", packages.join("usr/lib/x86_64-linux-gnu"));
    // Published ports are served by a proxy, which needs no rules.
    command.args(["--iptables=false", "--ip-masq=false", "--ip-forward=false", "--data-root", "/run/docker-data"]);
    command.arg(format!("--cgroup-parent=/{GROUP}"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut dockerd = command.spawn().map_err(|source| Error::NotStarted { program: "dockerd".to_owned(), source })?;
    let lines = dockerd.stderr.take().map(|stderr| BufReader::new(stderr).lines());
    let mut lines = lines.ok_or_else(|| Error::Program("dockerd".to_owned()))?;
    let mut last = String::new();
    let ready = timeout(PATIENCE, async {
        while let Ok(Some(line)) = lines.next_line().await {
            if line.contains(READY) {
                return true;
            }
            last = line;
        }
        false
    });
    if !ready.await.unwrap_or(false) {
        return Err(Error::Program(format!("dockerd ({last})")));
    }
    // It stops when nobody reads what it says.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok(dockerd)
}
