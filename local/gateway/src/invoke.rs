//! The functions behind the gateway, wherever they run.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::time::timeout;
use uuid::Uuid;

/// The Gateway's own limit for one invocation (AgentCore quotas).
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// Invokes functions synchronously, as Lambda's `Invoke` does.
pub trait Invoke: Send + Sync {
    /// The function's answer. Many invocations run at once.
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Bytes, InvokeError>>;
}

/// One invocation.
#[derive(Clone)]
pub struct Invocation<'a> {
    /// The ARN of the function.
    pub function: &'a str,
    /// JSON.
    pub event: Bytes,
    /// `X-Amz-Client-Context`: base64 of JSON. Targets have one, interceptors have none.
    pub client_context: Option<String>,
    /// The client's request: one identifier for all the functions that take part in it.
    pub request_id: Uuid,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeError {
    /// The function answered with an error, or its process ended.
    #[error("{error_type}: {message}")]
    FunctionError {
        /// Lambda's `errorType`.
        error_type: String,
        /// Lambda's `errorMessage`. The function wrote it, so it may hold anything.
        message: String,
    },
    /// There is no such function.
    #[error("Function not found")]
    NotFound,
    /// It took longer than its timeout.
    #[error("Task timed out")]
    TimedOut,
    /// Too many events wait for it.
    #[error("Rate Exceeded.")]
    Throttled,
    /// The event or the answer is larger than Lambda's 6 MB.
    #[error("The payload is larger than Lambda accepts")]
    TooLarge,
    /// The stack is being stopped.
    #[error("The function is being stopped")]
    Stopped,
    /// It cannot run at the moment: it does not start.
    #[error("{0}")]
    Unavailable(String),
}

impl InvokeError {
    /// For the log: without what the function wrote, which may hold arguments.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::FunctionError { error_type, .. } => format!("it answered with an error of type {error_type}"),
            Self::NotFound => "there is no such function".to_owned(),
            Self::TimedOut => "it timed out".to_owned(),
            Self::Throttled => "too many events wait for it".to_owned(),
            Self::TooLarge => "the event or the answer exceeds Lambda's 6 MB".to_owned(),
            Self::Stopped => "it is being stopped with everything else".to_owned(),
            Self::Unavailable(_) => "it does not run; its own log says why".to_owned(),
        }
    }
}

/// Leaves event and context out: they hold the caller's token and arguments.
impl std::fmt::Debug for Invocation<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Invocation")
            .field("function", &self.function)
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

/// The functions, each invocation with a deadline.
#[derive(Clone)]
pub(crate) struct Functions(Arc<dyn Invoke>);

impl Functions {
    pub(crate) fn new(invoke: Arc<dyn Invoke>) -> Self {
        Self(invoke)
    }

    pub(crate) async fn invoke(&self, invocation: Invocation<'_>) -> Result<Bytes, InvokeError> {
        timeout(LONGEST, self.0.invoke(invocation)).await.unwrap_or(Err(InvokeError::TimedOut))
    }
}

#[cfg(test)]
mod tests {
    use super::InvokeError;

    #[test]
    fn a_function_that_is_stopped_is_not_said_to_be_broken() {
        assert_eq!(InvokeError::Stopped.reason(), "it is being stopped with everything else");
        assert!(InvokeError::Unavailable("private".to_owned()).reason().contains("its own log"));
    }
}
