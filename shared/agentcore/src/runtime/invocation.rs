//! What a handler is given, and what it gives back.

use std::borrow::Cow;
use std::fmt;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::target::ClientContext;

/// A handler is stopped this long before its deadline.
///
/// Long enough to send the reply that it did not send, so that the process survives: Lambda ends one that overruns, and
/// the next caller pays for a new one.
pub const MARGIN: Duration = Duration::from_millis(100);

/// The function itself. Implemented by every `Fn(Invocation) -> impl Future`.
pub trait Handler {
    /// Handles one invocation and returns JSON of at most [`MAX_PAYLOAD`](super::MAX_PAYLOAD) bytes.
    ///
    /// The future is dropped, wherever it waits, when [`Context::remaining`] reaches zero. One that never waits cannot be
    /// stopped.
    fn call(&self, invocation: Invocation) -> impl Future<Output = Result<Vec<u8>, ErrorReply>> + Send;
}

impl<F, R> Handler for F
where
    F: Fn(Invocation) -> R,
    R: Future<Output = Result<Vec<u8>, ErrorReply>> + Send,
{
    fn call(&self, invocation: Invocation) -> impl Future<Output = Result<Vec<u8>, ErrorReply>> + Send {
        self(invocation)
    }
}

/// One call of the function.
pub struct Invocation {
    /// The payload as it came: usually JSON, and never more than Lambda's limit.
    pub event: Bytes,
    /// What Lambda says about the call.
    pub context: Context,
}

/// What Lambda says about a call.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Context {
    /// Lambda's identifier of the invocation.
    pub request_id: String,
    /// When Lambda ends the process.
    pub deadline: Instant,
    /// The function that was invoked, with the version or alias if one was named.
    pub invoked_function_arn: Option<String>,
    /// The X-Ray trace header.
    pub trace_id: Option<String>,
    /// What the caller sent beside the event.
    pub client_context: ClientContext,
}

impl Context {
    /// The context of an invocation about which nothing more is known: for tests of handlers.
    #[must_use]
    pub fn new(request_id: impl Into<String>, deadline: Instant) -> Self {
        Self {
            request_id: request_id.into(),
            deadline,
            invoked_function_arn: None,
            trace_id: None,
            client_context: ClientContext::absent(),
        }
    }

    /// The time until the loop answers in the handler's place: the deadline less [`MARGIN`].
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now()).saturating_sub(MARGIN)
    }
}

/// The reply of an invocation that failed. Lambda gives both texts to the invoker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ErrorReply {
    /// A stable name of the kind of failure, for instance `Function.BadEvent`: printable ASCII.
    pub error_type: &'static str,
    /// What went wrong. Must not hold the caller's text.
    pub message: Cow<'static, str>,
}

impl ErrorReply {
    /// A reply with this name and message.
    #[must_use]
    pub fn new(error_type: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { error_type, message: message.into() }
    }
}

/// Leaves the event out: it is the caller's.
impl fmt::Debug for Invocation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Invocation").field("context", &self.context).finish_non_exhaustive()
    }
}
