//! The handle on a running function.

use std::fmt;

use bytes::Bytes;
use tokio::sync::{mpsc, oneshot, watch};

use crate::config::FunctionConfig;
use crate::error::{InitFailure, InvokeError, StartError};
use crate::invocation::{Event, Job};
use crate::limits::{Limits, QUEUE_LENGTH};
use crate::log::LogSink;
use crate::supervisor::{self, Phase};
use crate::trace::TraceId;

/// A function that runs as a process, and is started again when that process ends.
///
/// Dropping it stops the process too, but without waiting for it; [`Function::stop`] waits.
pub struct Function {
    name: String,
    jobs: mpsc::Sender<Job>,
    phase: watch::Receiver<Phase>,
    stop: watch::Sender<bool>,
}

impl Function {
    /// Starts the function. Whether its process comes up is told by [`Function::ready`].
    ///
    /// # Errors
    ///
    /// [`StartError`] for a configuration with which no process can be started.
    ///
    /// # Panics
    ///
    /// Outside a tokio runtime.
    pub fn start(config: FunctionConfig, log: LogSink) -> Result<Self, StartError> {
        Self::start_within(config, log, Limits::STANDARD)
    }

    pub(crate) fn start_within(config: FunctionConfig, log: LogSink, limits: Limits) -> Result<Self, StartError> {
        let settings = config.check()?;
        let name = settings.name.clone();
        let (jobs, waiting) = mpsc::channel(QUEUE_LENGTH);
        let (phase_sender, phase) = watch::channel(Phase::Starting);
        let (stop, stop_receiver) = watch::channel(false);
        tokio::spawn(supervisor::run(settings, limits, log, waiting, phase_sender, stop_receiver));
        Ok(Self { name, jobs, phase, stop })
    }

    /// The name that it was started with.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Resolves when the current process has asked for its first event, or has failed to.
    ///
    /// # Errors
    ///
    /// Why the latest process did not get that far. Another one will be tried.
    pub async fn ready(&self) -> Result<(), InitFailure> {
        let mut phase = self.phase.clone();
        let settled = phase.wait_for(|phase| !matches!(phase, Phase::Starting)).await;
        match settled.as_deref() {
            Ok(Phase::Ready) => Ok(()),
            Ok(Phase::Failed(failure)) => Err(failure.clone()),
            Ok(Phase::Starting | Phase::Stopped) | Err(_) => {
                let message = InvokeError::Stopped.to_string();
                Err(InitFailure { error_type: "ServiceException".to_owned(), message })
            }
        }
    }

    /// Hands the function an event and waits for its answer, as Lambda's `Invoke` does with `RequestResponse`.
    ///
    /// `client_context` is base64 of a JSON object, at most [`CLIENT_CONTEXT_LIMIT`](crate::CLIENT_CONTEXT_LIMIT)
    /// bytes. Events are taken one at a time and in order. An event that was taken is finished even if this future is
    /// dropped; one that still waits is then skipped.
    ///
    /// # Errors
    ///
    /// [`InvokeError`], which says for each variant when.
    pub async fn invoke(
        &self,
        payload: Bytes,
        client_context: Option<&str>,
        trace_id: &TraceId,
    ) -> Result<Bytes, InvokeError> {
        let event = Event::new(payload, client_context, trace_id)?;
        let (caller, answer) = oneshot::channel();
        self.jobs.try_send(Job { event, caller }).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => InvokeError::Throttled,
            mpsc::error::TrySendError::Closed(_) => InvokeError::Stopped,
        })?;
        answer.await.unwrap_or(Err(InvokeError::Stopped))
    }

    /// Ends the process: SIGTERM, and SIGKILL two seconds later. Resolves when it has gone; may be called twice.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let mut phase = self.phase.clone();
        // An error means that the supervisor has gone already, and its process with it.
        let _ = phase.wait_for(|phase| matches!(phase, Phase::Stopped)).await;
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Function").field("name", &self.name).finish_non_exhaustive()
    }
}
