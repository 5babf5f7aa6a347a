//! What can go wrong, in Lambda's words where Lambda has words for it.

use std::time::Duration;

use crate::limits::{CLIENT_CONTEXT_LIMIT, REQUEST_LIMIT, RESPONSE_LIMIT};

/// Why a configuration cannot be started at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The ARN names no region, or is no header value.
    #[error("the ARN must have the form arn:<partition>:lambda:<region>:<account>:function:<name>")]
    Arn,
    /// The path of the program names no file in a folder.
    #[error("the path of the program names no file")]
    Program,
}

/// Why a process never asked for its first event.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InitFailure {
    /// Lambda's `errorType`, or the one that the function gave to `init/error`.
    pub error_type: String,
    /// For the person at the terminal. It may hold the function's last log line.
    pub message: String,
}

/// Why an event has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvokeError {
    /// Longer than [`CLIENT_CONTEXT_LIMIT`].
    #[error("the client context has {size} bytes of base64; Lambda allows {CLIENT_CONTEXT_LIMIT}")]
    ClientContextTooLarge {
        /// Bytes of base64.
        size: usize,
    },
    /// The process ended while it had the event.
    #[error("RequestId: {request_id} Error: {reason}")]
    Crashed {
        /// As the function knew it.
        request_id: String,
        /// Lambda's text for the way in which the process ended.
        reason: String,
    },
    /// The function answered with an error.
    #[error("{error_type}: {message}")]
    FunctionError {
        /// `errorType` of the function's answer, `Unhandled` if it has none.
        error_type: String,
        /// `errorMessage` of the function's answer, at most 4,096 characters of it.
        message: String,
    },
    /// The process that should have taken the event could not be started.
    #[error("{0}")]
    InitFailed(InitFailure),
    /// Not base64 of a JSON object.
    #[error("Client context must be a valid Base64-encoded JSON object.")]
    InvalidClientContext,
    /// Longer than [`REQUEST_LIMIT`].
    #[error("Request must be smaller than {REQUEST_LIMIT} bytes for the InvokeFunction operation")]
    PayloadTooLarge {
        /// Bytes.
        size: usize,
    },
    /// The function's answer is longer than [`RESPONSE_LIMIT`].
    #[error("Response payload size exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).")]
    ResponseTooLarge,
    /// [`Function::stop`](crate::Function::stop) was called.
    #[error("the function has been stopped")]
    Stopped,
    /// [`QUEUE_LENGTH`](crate::QUEUE_LENGTH) events are waiting already. HTTP status 429 at Lambda.
    #[error("Rate Exceeded.")]
    Throttled,
    /// The process had the event for too long and was killed.
    #[error("RequestId: {request_id} Error: Task timed out after {:.2} seconds", after.as_secs_f64())]
    TimedOut {
        /// As the function knew it.
        request_id: String,
        /// The function's timeout.
        after: Duration,
    },
}

impl InvokeError {
    /// The `errorType` of Lambda's error document, or the name of the exception that its API would throw.
    #[must_use]
    pub fn error_type(&self) -> &str {
        match self {
            Self::ClientContextTooLarge { .. } | Self::InvalidClientContext => "InvalidRequestContentException",
            Self::Crashed { .. } => "Runtime.ExitError",
            Self::FunctionError { error_type, .. } => error_type,
            Self::InitFailed(failure) => &failure.error_type,
            Self::PayloadTooLarge { .. } => "RequestTooLargeException",
            Self::ResponseTooLarge => "Function.ResponseSizeTooLarge",
            Self::Stopped => "ServiceException",
            Self::Throttled => "TooManyRequestsException",
            Self::TimedOut { .. } => "Sandbox.Timedout",
        }
    }
}
