//! A process of a function: how it is started, watched and ended.

use std::io;
use std::process::Stdio;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::config::Settings;
use crate::endpoint::Endpoint;
use crate::exit::Exit;
use crate::log::Log;

pub(crate) struct Process {
    child: Child,
    log: Log,
    readers: JoinSet<()>,
}

impl Process {
    pub(crate) fn start(settings: &Settings, runtime_api: &Endpoint, log: Log) -> io::Result<Self> {
        let mut child = Command::new(&settings.program)
            .env_clear()
            .envs(settings.environment(runtime_api))
            .current_dir(&settings.task_root)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()?;
        let mut readers = JoinSet::new();
        if let Some(pipe) = child.stdout.take() {
            readers.spawn(log.clone().forward(pipe));
        }
        if let Some(pipe) = child.stderr.take() {
            readers.spawn(log.clone().forward(pipe));
        }
        Ok(Self { child, log, readers })
    }

    /// Resolves when the process has ended. May be dropped and called again.
    pub(crate) async fn ended(&mut self) -> Exit {
        self.child.wait().await.into()
    }

    /// Asks the process to end, and ends it if it has not done so after `grace`.
    pub(crate) async fn stop(&mut self, grace: Duration) {
        self.signal(Signal::TERM);
        if timeout(grace, self.child.wait()).await.is_err() {
            self.kill().await;
        }
    }

    pub(crate) async fn kill(&mut self) {
        self.signal(Signal::KILL);
        // SIGKILL cannot be ignored, so this wait is as long as the system takes.
        let _ = self.child.wait().await;
    }

    /// Waits until all that an ended process wrote has been passed on, and names its last line.
    pub(crate) async fn last_line(mut self, patience: Duration) -> Option<String> {
        // A process that it started itself may hold the pipe open.
        let all = async { while self.readers.join_next().await.is_some() {} };
        let _ = timeout(patience, all).await;
        self.log.last()
    }

    /// The number of a process that has been waited for may belong to another one; `Child::id` is `None` then.
    fn signal(&self, signal: Signal) {
        let number = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(group) = number.and_then(Pid::from_raw) {
            // The only failure that can occur is that the whole group has ended already.
            let _ = kill_process_group(group, signal);
        }
    }
}
