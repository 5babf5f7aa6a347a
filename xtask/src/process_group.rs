//! A process and what it starts.

use std::fs::File;
use std::process::{ExitStatus, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncBufReadExt as _, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::error::Error;

/// How often it is looked whether a group has ended, and how long between.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(100);

/// A process in a group of its own. The group is ended when this is dropped.
#[derive(Debug)]
pub(crate) struct ProcessGroup {
    leader: Child,
    output: Lines<BufReader<ChildStdout>>,
}

impl ProcessGroup {
    pub(crate) fn start(name: &str, mut command: Command, log: File) -> Result<Self, Error> {
        let not_started = |source| Error::NotStarted { program: name.to_owned(), source };
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(log).process_group(0);
        let mut leader = command.spawn().map_err(not_started)?;
        let output = leader.stdout.take().ok_or_else(|| not_started(std::io::ErrorKind::BrokenPipe.into()))?;
        Ok(Self { leader, output: BufReader::new(output).lines() })
    }

    /// The next line of standard output; `None` at its end.
    pub(crate) async fn line(&mut self) -> Result<Option<String>, Error> {
        self.output.next_line().await.map_err(Error::System)
    }

    /// How the leader ends.
    pub(crate) async fn end(&mut self) -> Result<ExitStatus, Error> {
        self.leader.wait().await.map_err(Error::System)
    }

    fn has_ended(&mut self) -> bool {
        !matches!(self.leader.try_wait(), Ok(None))
    }
}

impl Drop for ProcessGroup {
    fn drop(&mut self) {
        // As long as the leader has not been waited for, nobody else can have its number.
        let group = self.leader.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
        let Some(group) = group.filter(|_| !self.has_ended()) else { return };
        // An error would mean that it is gone.
        let _ = kill_process_group(group, Signal::TERM);
        for _ in 0..LOOKS {
            if self.has_ended() {
                return;
            }
            sleep(PAUSE);
        }
        let _ = kill_process_group(group, Signal::KILL);
    }
}
