//! One process with a Runtime API of its own: what Lambda calls an execution environment.
//!
//! A new process gets a new listener and a new secret path. So no connection of an earlier one can take an event or
//! answer one, and neither can what an earlier one knew.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until, timeout_at};
use uuid::Uuid;

use crate::config::Settings;
use crate::endpoint::Endpoint;
use crate::error::{InitFailure, InvokeError};
use crate::exit::Exit;
use crate::invocation::{Answer, Job};
use crate::limits::Limits;
use crate::log::Log;
use crate::process::Process;
use crate::server::{self, Call, Delivery, Verdict};
use crate::supervisor::Phase;

/// What the supervisor needs to know of a sandbox that has ended.
pub(crate) enum End {
    /// [`Stop`] was asked for.
    Stopped,
    /// The process never asked for an event.
    InitFailed(InitFailure),
    /// It ended, or was killed for being late, after it had asked for its first event.
    Ended {
        /// It answered at least once.
        served: bool,
    },
}

/// Becomes true, or loses its sender, when the function is to stop.
pub(crate) type Stop = watch::Receiver<bool>;

pub(crate) async fn stopped(stop: &mut Stop) {
    let _ = stop.wait_for(|stop| *stop).await;
}

/// Starts a process and serves it with jobs until one of the two ends.
pub(crate) async fn run(
    settings: &Settings,
    limits: Limits,
    log: Log,
    jobs: &mut mpsc::Receiver<Job>,
    phase: &watch::Sender<Phase>,
    stop: &mut Stop,
) -> End {
    let (process, calls, server_stop) = match start(settings, log).await {
        Ok(parts) => parts,
        Err(error) => return End::InitFailed(not_started(settings, &error)),
    };
    let sandbox = Sandbox {
        settings,
        limits,
        calls,
        phase,
        waiter: None,
        running: None,
        initialised: false,
        served: false,
        init_error: None,
        init_deadline: Instant::now() + limits.init,
    };
    let end = sandbox.serve(process, jobs, stop, server_stop).await;
    if let End::InitFailed(failure) = &end {
        tracing::warn!(function = settings.name, error_type = failure.error_type, "function did not start");
    }
    end
}

type Parts = (Process, mpsc::Receiver<Call>, oneshot::Sender<()>);

async fn start(settings: &Settings, log: Log) -> std::io::Result<Parts> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await?;
    let endpoint = Endpoint::new(listener.local_addr()?);
    let (sender, calls) = mpsc::channel(8);
    let (server_stop, stop) = oneshot::channel();
    server::serve(listener, endpoint.clone(), settings.arn.clone(), sender, stop);
    Ok((Process::start(settings, &endpoint, log)?, calls, server_stop))
}

fn not_started(settings: &Settings, error: &std::io::Error) -> InitFailure {
    InitFailure {
        error_type: "Runtime.InvalidEntrypoint".to_owned(),
        message: format!("{} cannot be started: {error}", settings.program.display()),
    }
}

struct Sandbox<'a> {
    settings: &'a Settings,
    limits: Limits,
    calls: mpsc::Receiver<Call>,
    phase: &'a watch::Sender<Phase>,
    /// The runtime's open `next`.
    waiter: Option<oneshot::Sender<Delivery>>,
    running: Option<Running>,
    initialised: bool,
    served: bool,
    init_error: Option<InitFailure>,
    init_deadline: Instant,
}

/// The event that the process has.
struct Running {
    id: String,
    caller: oneshot::Sender<Answer>,
    deadline: Instant,
}

/// Why the process is no longer served.
enum Cause {
    Exit(Exit),
    Late,
    Stop,
}

impl Sandbox<'_> {
    async fn serve(
        mut self,
        mut process: Process,
        jobs: &mut mpsc::Receiver<Job>,
        stop: &mut Stop,
        server_stop: oneshot::Sender<()>,
    ) -> End {
        match self.until_the_end(&mut process, jobs, stop).await {
            Cause::Exit(exit) => {
                drop(server_stop);
                self.drain().await;
                let last_line = process.last_line(self.limits.drain).await;
                self.exited(exit, last_line)
            }
            Cause::Late => {
                process.kill().await;
                let last_line = process.last_line(self.limits.drain).await;
                self.late(last_line)
            }
            Cause::Stop => {
                self.settle(|_| InvokeError::Stopped);
                process.stop(self.limits.grace).await;
                process.last_line(self.limits.drain).await;
                End::Stopped
            }
        }
    }

    async fn until_the_end(&mut self, process: &mut Process, jobs: &mut mpsc::Receiver<Job>, stop: &mut Stop) -> Cause {
        loop {
            let deadline = match &self.running {
                Some(running) => Some(running.deadline),
                None if self.initialised => None,
                None => Some(self.init_deadline),
            };
            let late = async {
                match deadline {
                    Some(deadline) => sleep_until(deadline).await,
                    None => std::future::pending().await,
                }
            };
            // In this order: an answer that has arrived counts, although the process has ended or is late.
            tokio::select! {
                biased;
                Some(call) = self.calls.recv() => self.take_call(call),
                () = stopped(stop) => return Cause::Stop,
                exit = process.ended() => return Cause::Exit(exit),
                () = late => return Cause::Late,
                (waiter, job) = next_job(&mut self.waiter, jobs) => self.deliver(waiter, job),
            }
        }
    }

    /// Takes the calls that an ended process had sent before it ended.
    async fn drain(&mut self) {
        self.waiter = None;
        let deadline = Instant::now() + self.limits.drain;
        while let Ok(Some(call)) = timeout_at(deadline, self.calls.recv()).await {
            self.take_call(call);
        }
    }

    fn take_call(&mut self, call: Call) {
        match call {
            // While it has an event a runtime must not ask for another one: dropping the waiter refuses.
            Call::Next(_) if self.running.is_some() || self.init_error.is_some() => {}
            // A runtime asks once. It may ask again if it has lost the connection over which it asked.
            Call::Next(_) if self.waiter.as_ref().is_some_and(|waiter| !waiter.is_closed()) => {}
            Call::Next(waiter) => {
                self.waiter = Some(waiter);
                if !self.initialised {
                    self.initialised = true;
                    self.phase.send_replace(Phase::Ready);
                }
            }
            Call::Answer { id, answer, verdict } => {
                // The receivers may have gone: a caller by giving up, a runtime by ending.
                let Some(running) = self.running.take_if(|running| running.id == id) else {
                    let _ = verdict.send(Verdict::InvalidRequestId);
                    return;
                };
                self.served = true;
                let _ = verdict.send(Verdict::Accepted);
                let _ = running.caller.send(answer);
            }
            Call::InitError { failure, verdict } => {
                if self.initialised {
                    let _ = verdict.send(Verdict::InvalidTransition);
                    return;
                }
                let _ = verdict.send(Verdict::Accepted);
                self.init_error = Some(failure);
                self.init_deadline = self.init_deadline.min(Instant::now() + self.limits.grace);
            }
        }
    }

    fn deliver(&mut self, waiter: oneshot::Sender<Delivery>, job: Job) {
        let id = Uuid::new_v4().to_string();
        let timeout = self.settings.timeout;
        let delivery = Delivery { id: id.clone(), deadline: milliseconds_since_1970(timeout), event: job.event };
        self.running = Some(Running { id, caller: job.caller, deadline: Instant::now() + timeout });
        if waiter.send(delivery).is_err() {
            self.settle(|request_id| InvokeError::Crashed {
                request_id,
                reason: "Runtime closed its connection".to_owned(),
            });
        }
    }

    fn exited(&mut self, exit: Exit, last_line: Option<String>) -> End {
        self.settle(|request_id| InvokeError::Crashed { request_id, reason: exit.to_string() });
        if self.initialised {
            tracing::warn!(function = self.settings.name, %exit, "function ended; it will be started again");
            return End::Ended { served: self.served };
        }
        let failure = self.init_error.take().unwrap_or_else(|| InitFailure {
            error_type: "Runtime.ExitError".to_owned(),
            message: format!("{exit} before the function asked for its first event{}", quote(last_line)),
        });
        End::InitFailed(failure)
    }

    fn late(&mut self, last_line: Option<String>) -> End {
        let after = self.settings.timeout;
        self.settle(|request_id| InvokeError::TimedOut { request_id, after });
        if self.initialised {
            tracing::warn!(function = self.settings.name, "function was late and was killed; it will be started again");
            return End::Ended { served: self.served };
        }
        let failure = self.init_error.take().unwrap_or_else(|| InitFailure {
            error_type: "Sandbox.Timedout".to_owned(),
            message: format!(
                "Init timed out after {:.2} seconds: the function never asked for its first event{}",
                self.limits.init.as_secs_f64(),
                quote(last_line),
            ),
        });
        End::InitFailed(failure)
    }

    /// Tells the caller of the event that the process has, if it has one, that there will be no answer.
    fn settle(&mut self, error: impl FnOnce(String) -> InvokeError) {
        if let Some(running) = self.running.take() {
            let _ = running.caller.send(Err(error(running.id)));
        }
    }
}

/// A job whose caller still waits, once the runtime waits too.
async fn next_job(
    waiter: &mut Option<oneshot::Sender<Delivery>>,
    jobs: &mut mpsc::Receiver<Job>,
) -> (oneshot::Sender<Delivery>, Job) {
    loop {
        // The waiter stays where it is until there is a job for it: this future is dropped whenever a call comes first.
        let Some(open) = waiter else {
            return std::future::pending().await;
        };
        let job = tokio::select! {
            biased;
            () = open.closed() => None,
            Some(job) = jobs.recv() => Some(job),
        };
        match (job, waiter.take()) {
            (Some(job), Some(open)) if !job.caller.is_closed() => return (open, job),
            (Some(_), open) => *waiter = open,
            // The connection broke: nothing to do until the next `next`.
            (None, _) => {}
        }
    }
}

fn milliseconds_since_1970(from_now: Duration) -> u128 {
    (SystemTime::now() + from_now).duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}

fn quote(last_line: Option<String>) -> String {
    last_line.map_or_else(String::new, |line| format!("; its last line: {line}"))
}
