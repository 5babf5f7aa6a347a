//! Keeps one process alive: the next one follows the last, after a pause that grows while nothing is served.

use tokio::sync::{mpsc, watch};
use tokio::time::sleep;

use crate::config::Settings;
use crate::error::{InitFailure, InvokeError};
use crate::invocation::Job;
use crate::limits::Limits;
use crate::log::{Log, LogSink};
use crate::sandbox::{self, End, Stop, stopped};

/// How far the current process has come.
#[derive(Debug, Clone)]
pub(crate) enum Phase {
    Starting,
    Ready,
    Failed(InitFailure),
    Stopped,
}

pub(crate) async fn run(
    settings: Settings,
    limits: Limits,
    sink: LogSink,
    mut jobs: mpsc::Receiver<Job>,
    phase: watch::Sender<Phase>,
    mut stop: Stop,
) {
    let mut pause = limits.shortest_pause;
    loop {
        let log = Log::new(&settings.name, sink.clone());
        match sandbox::run(&settings, limits, log, &mut jobs, &phase, &mut stop).await {
            End::Stopped => break,
            End::InitFailed(failure) => {
                phase.send_replace(Phase::Failed(failure.clone()));
                // Lambda would start an environment for each of them, and each would fail in the same way.
                refuse_waiting(&mut jobs, &InvokeError::InitFailed(failure));
            }
            End::Ended { served } => {
                phase.send_replace(Phase::Starting);
                if served {
                    pause = limits.shortest_pause;
                }
            }
        }
        tokio::select! {
            () = stopped(&mut stop) => break,
            () = sleep(pause) => pause = pause.saturating_mul(2).min(limits.longest_pause),
        }
    }
    jobs.close();
    refuse_waiting(&mut jobs, &InvokeError::Stopped);
    phase.send_replace(Phase::Stopped);
}

fn refuse_waiting(jobs: &mut mpsc::Receiver<Job>, error: &InvokeError) {
    while let Ok(job) = jobs.try_recv() {
        // A caller that has given up does not mind.
        let _ = job.caller.send(Err(error.clone()));
    }
}
