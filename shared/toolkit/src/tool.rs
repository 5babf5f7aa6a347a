//! What a tool is.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use schemars::JsonSchema;
use serde::Serialize;
use serde::de::DeserializeOwned;
use transaction_token::Caller;

/// One tool of a target.
pub trait Tool: Send + Sync + 'static {
    /// What the target calls it: letters, digits, `_`, `-` and `.`. With `<target>___` before it, it should stay within 64
    /// characters, which is where several assistants stop.
    const NAME: &'static str;

    /// What it does, for people and models: one or two sentences.
    const DESCRIPTION: &'static str;

    /// The arguments. A struct; the doc comments of its fields describe them.
    type Input: DeserializeOwned + JsonSchema + Send;

    /// The answer. It reaches the assistant as one block of JSON text.
    ///
    /// Its schema is not declared to the Gateway: an MCP client would then insist on structured content, which the
    /// Gateway is not known to make of a Lambda function's answer.
    type Output: Serialize + Send;

    /// Does the work.
    fn call(&self, input: Self::Input, call: Call) -> impl Future<Output = Result<Self::Output, ToolError>> + Send;
}

/// One call of a tool: for whom, and until when.
#[derive(Debug)]
pub struct Call {
    caller: Caller,
    deadline: Instant,
}

impl Call {
    pub(crate) fn new(caller: Caller, remaining: Duration) -> Self {
        Self { caller, deadline: Instant::now() + remaining }
    }

    /// The person for whom the tool works.
    #[must_use]
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    /// How long the tool may still work. Past it the call is ended from outside.
    #[must_use]
    pub fn remaining(&self) -> Duration {
        self.deadline.saturating_duration_since(Instant::now())
    }
}

/// Why a tool did not do what it was asked to. The model reads all of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{code}: {message}")]
pub struct ToolError {
    /// A stable name, in `snake_case`. It also goes into the audit line.
    pub code: &'static str,
    /// What happened and what to do about it: one sentence or two, without internals.
    pub message: Cow<'static, str>,
    /// Whether the same call may succeed later.
    pub retryable: bool,
}

impl ToolError {
    /// An error that the same call would meet again.
    #[must_use]
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), retryable: false }
    }

    /// An error that passes.
    #[must_use]
    pub fn retryable(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into(), retryable: true }
    }
}
