//! One client, from its start to its end.

use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

use crate::error::Error;

use super::bench::{Bench, scripts};
use super::laptop::Laptop;
use super::row::Row;
use crate::process_group::ProcessGroup;

/// No client may take longer. The scripts themselves wait for each thing less long.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// A script of `tests/clients`, and the person whom its client asks.
#[derive(Debug)]
pub(crate) struct Run {
    id: &'static str,
    script: &'static [&'static str],
    account: &'static str,
    /// Nothing has been shown before this step.
    last: &'static str,
    browser: Browser,
    decision: Decision,
    note: &'static str,
    port: Port,
}

/// What the person answers with.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Browser {
    Http,
    Chromium,
}

/// What the person answers.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Decision {
    Allow,
    Deny,
}

/// Where the client waits for the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Port {
    Any,
    Fixed,
}

impl Run {
    /// A script with its arguments, the account that the person chooses, and the step with which it is done.
    pub(crate) const fn new(
        id: &'static str,
        script: &'static [&'static str],
        account: &'static str,
        last: &'static str,
    ) -> Self {
        let (browser, decision) = (Browser::Http, Decision::Allow);
        Self { id, script, account, last, browser, decision, note: "", port: Port::Any }
    }

    pub(crate) const fn browser(self, browser: Browser) -> Self {
        Self { browser, ..self }
    }

    pub(crate) const fn decision(self, decision: Decision) -> Self {
        Self { decision, ..self }
    }

    pub(crate) const fn note(self, note: &'static str) -> Self {
        Self { note, ..self }
    }

    pub(crate) const fn fixed_port(self) -> Self {
        Self { port: Port::Fixed, ..self }
    }

    /// Runs it. That the client fails is no error here.
    pub(crate) async fn row(&self, laptop: &Laptop, bench: &Bench) -> Result<Row, Error> {
        let mut port = if self.port == Port::Fixed { Some(bench.fixed_port.lock().await) } else { None };
        let mut row = Row { id: self.id, note: self.note, ..Row::default() };
        let (log, file) = bench.log(self.id)?;
        let mut script = ProcessGroup::start("node", self.command(laptop, bench)?, file)?;
        let ran = timeout(PATIENCE, async {
            while let Some(line) = script.line().await? {
                let known = row.steps.len();
                row.take(&line);
                if row.result("token").is_some() {
                    port = None;
                }
                self.progress(&row, known);
            }
            script.end().await
        });
        match ran.await {
            Ok(Ok(status)) if !status.success() => row.fail(None, &format!("its script ends with {status}")),
            Ok(Ok(_)) if row.result(self.last).is_none() => {
                row.fail(None, &format!("it did not come to: {}", self.last))
            }
            Ok(Ok(_)) => (),
            Ok(Err(error)) => return Err(error),
            Err(_) => row.fail(None, &format!("no end within {PATIENCE:?}")),
        }
        if let Some(failure) = &mut row.failure {
            *failure += &format!(" (see {})", log.display());
        }
        Ok(row)
    }

    /// Shows that it goes on.
    fn progress(&self, row: &Row, known: usize) {
        let new = row.steps.get(known..).into_iter().flatten();
        for (step, result) in new.filter(|(step, _)| step == "call" || step == self.last) {
            eprintln!("{}: {step} {result}", self.id);
        }
    }

    fn command(&self, laptop: &Laptop, bench: &Bench) -> Result<Command, Error> {
        let folder = bench.folder(self.id)?;
        let browser = match self.browser {
            Browser::Http => "http",
            Browser::Chromium => "chromium",
        };
        let decision = match self.decision {
            Decision::Allow => "allow",
            Decision::Deny => "deny",
        };
        let mut command = Command::new("node");
        command.current_dir(scripts()).args(self.script);
        command.env("MCP_URL", &laptop.mcp_url).env("PRINTED", &laptop.printed);
        command.env("FOLDER", &folder).env("WIRE", folder.join("wire.jsonl"));
        command.env("PERSON_ACCOUNT", self.account).env("PERSON_DECISION", decision).env("PERSON_BROWSER", browser);
        command.env("PERSON_LOG", folder.join("person.jsonl")).env("PERSON_PICTURES", bench.pictures());
        Ok(command)
    }
}
