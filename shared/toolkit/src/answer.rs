//! What goes back to the Gateway.

use serde::Serialize;
use serde_json::json;

use crate::ToolError;

/// What twice the request and the answer may have together, in bytes.
///
/// The RESPONSE interceptor's event holds the request's body twice and the answer once, and Lambda takes 6 MB. The rest is
/// for the envelope.
const LIMIT: usize = 5_500_000;

/// The JSON text of an answer.
#[derive(Debug)]
pub(crate) struct Answer(Vec<u8>);

impl Answer {
    pub(crate) fn of(output: &impl Serialize) -> Result<Self, ToolError> {
        serde_json::to_vec(output)
            .map(Self)
            .map_err(|_| ToolError::new("internal", "The answer cannot be written as JSON."))
    }

    pub(crate) fn error(error: &ToolError) -> Self {
        Self(json!({ "error": error }).to_string().into_bytes())
    }

    /// The answer, if it fits through the Gateway beside a request of this size.
    pub(crate) fn fitting(self, request: usize) -> Result<Self, ToolError> {
        let answer = self.0.len() + self.0.iter().filter(|byte| matches!(byte, b'"' | b'\\')).count();
        if request.saturating_mul(2).saturating_add(answer) <= LIMIT {
            return Ok(self);
        }
        let message = format!(
            "The answer has {answer} bytes; with a request of {request} bytes at most {} fit through the gateway. Ask for less.",
            LIMIT.saturating_sub(request.saturating_mul(2)),
        );
        Err(ToolError::new("answer_too_large", message))
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.0
    }
}
