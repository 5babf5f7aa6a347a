//! A child process: its lines, its end, and no trace of it afterwards.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

/// Long enough never to be reached unless something hangs.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A process whose output is read as it comes. It is ended when this is dropped.
pub(crate) struct Process {
    name: String,
    pid: Pid,
    watched: Arc<Watched>,
}

#[derive(Default)]
struct Watched {
    state: Mutex<State>,
    changed: Condvar,
}

/// What is known of a process so far.
#[derive(Default)]
pub(crate) struct State {
    /// Standard output.
    pub(crate) output: Vec<String>,
    /// Standard error.
    pub(crate) log: Vec<String>,
    closed_pipes: usize,
    status: Option<ExitStatus>,
}

impl State {
    /// How the process ended, once all that it wrote is here.
    fn end(&self) -> Option<ExitStatus> {
        self.status.filter(|_| self.closed_pipes == 2)
    }
}

impl Process {
    pub(crate) fn start(mut command: Command) -> Self {
        let name = format!("{command:?}").chars().take(200).collect();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{name} cannot be started: {error}"));
        let watched = Arc::new(Watched::default());
        watched.read(child.stdout.take().unwrap(), |state| &mut state.output);
        watched.read(child.stderr.take().unwrap(), |state| &mut state.log);
        let pid = Pid::from_child(&child);
        let waiting = Arc::clone(&watched);
        thread::spawn(move || {
            let status = child.wait().unwrap();
            waiting.change(|state| state.status = Some(status));
        });
        Self { name, pid, watched }
    }

    /// What `look` looks for, as soon as it is there.
    ///
    /// # Panics
    ///
    /// If the process ends or `patience` runs out before.
    pub(crate) fn wait_for<T>(&self, what: &str, patience: Duration, look: impl Fn(&State) -> Option<T>) -> T {
        let found = self.watched.wait(patience, |state| match look(state) {
            Some(found) => Some(Ok(found)),
            None => state.end().map(Err),
        });
        match found {
            Some(Ok(found)) => found,
            Some(Err(status)) => panic!("{} ended ({status}) without {what}:\n{}", self.name, self.log().join("\n")),
            None => panic!("{}: no {what} within {patience:?}:\n{}", self.name, self.log().join("\n")),
        }
    }

    /// The first line of the log for which `is_it` holds.
    pub(crate) fn log_line(&self, what: &str, is_it: impl Fn(&str) -> bool) -> String {
        self.wait_for(what, PATIENCE, |state| state.log.iter().find(|line| is_it(line)).cloned())
    }

    /// How the process ended by itself.
    pub(crate) fn end(&self, patience: Duration) -> ExitStatus {
        self.wait_for("an end", patience, State::end)
    }

    pub(crate) fn output(&self) -> Vec<String> {
        self.watched.lock().output.clone()
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.watched.lock().log.clone()
    }

    pub(crate) fn pid(&self) -> Pid {
        self.pid
    }

    pub(crate) fn signal(&self, signal: Signal) {
        // Under the lock: the number belongs to this process until its end is known.
        let state = self.watched.lock();
        if state.status.is_none() {
            kill_process(self.pid, signal).unwrap();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.signal(Signal::TERM);
        if self.watched.wait(PATIENCE, |state| state.status).is_none() {
            self.signal(Signal::KILL);
            assert!(thread::panicking(), "{} did not end when it was told to", self.name);
        }
    }
}

impl Watched {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.lock());
        self.changed.notify_all();
    }

    fn wait<T>(&self, patience: Duration, look: impl Fn(&State) -> Option<T>) -> Option<T> {
        let deadline = Instant::now() + patience;
        let mut state = self.lock();
        loop {
            if let Some(found) = look(&state) {
                return Some(found);
            }
            let left = deadline.checked_duration_since(Instant::now())?;
            (state, _) = self.changed.wait_timeout(state, left).unwrap();
        }
    }

    fn read(self: &Arc<Self>, pipe: impl Read + Send + 'static, lines: fn(&mut State) -> &mut Vec<String>) {
        let watched = Arc::clone(self);
        thread::spawn(move || {
            for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                watched.change(|state| lines(state).push(String::from_utf8_lossy(&line).into_owned()));
            }
            watched.change(|state| state.closed_pipes += 1);
        });
    }
}
