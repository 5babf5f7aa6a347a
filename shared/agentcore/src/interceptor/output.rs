//! What an interceptor answers.
//!
//! The Gateway refuses more than its documentation says, and one refusal breaks every message of every client. So there is
//! no way to write `headers` into an answer, a body that is not an object, or a field that came with the event.

use std::fmt;

use http::StatusCode;
use serde_json::{Value, json};
use strict_json::Object;

use super::VERSION;

/// The answer at the REQUEST point.
#[derive(Clone, PartialEq)]
pub enum RequestOutput {
    /// Forward this message. No header of the client's goes with it but what the target allows anyway.
    Pass {
        /// The message. The Gateway wants it repeated even when nothing was changed.
        body: Object,
    },
    /// Forward this message, with one header of our own.
    ///
    /// One, because it carries an identity. A returned `Authorization` would reach the target past every allow-list.
    PassWith {
        /// The message.
        body: Object,
        /// The header's name. The target must allow it (`AllowedRequestHeaders`).
        name: &'static str,
        /// The header's value: printable ASCII, at most 4 KB.
        value: String,
    },
    /// Answer now. The RESPONSE interceptor still sees the answer, the target never sees the message.
    Answer {
        /// The HTTP status.
        status: StatusCode,
        /// The JSON-RPC envelope.
        body: Object,
    },
}

/// The answer at the RESPONSE point: this body in place of the one that came. An empty one is `{}`, never null.
#[derive(Clone, PartialEq)]
pub struct ResponseOutput {
    /// The JSON-RPC envelope.
    pub body: Object,
}

impl RequestOutput {
    /// The answer as JSON.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        output(match self {
            Self::Pass { body } => json!({ "transformedGatewayRequest": { "body": body } }),
            Self::PassWith { body, name, value } => {
                json!({ "transformedGatewayRequest": { "body": body, "headers": { name: value } } })
            }
            Self::Answer { status, body } => {
                json!({ "transformedGatewayResponse": { "statusCode": status.as_u16(), "body": body } })
            }
        })
    }
}

impl ResponseOutput {
    /// The answer as JSON.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        output(json!({ "transformedGatewayResponse": { "body": self.body } }))
    }
}

fn output(mcp: Value) -> Vec<u8> {
    let mut output = Object::new();
    output.insert("interceptorOutputVersion".to_owned(), VERSION.into());
    output.insert("mcp".to_owned(), mcp);
    Value::Object(output).to_string().into_bytes()
}

/// Names the variant only: the message is the caller's, the header a token.
impl fmt::Debug for RequestOutput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass { .. } => formatter.write_str("Pass"),
            Self::PassWith { name, .. } => write!(formatter, "PassWith({name})"),
            Self::Answer { status, .. } => write!(formatter, "Answer({})", status.as_u16()),
        }
    }
}

/// Leaves the message out: it holds what a tool has answered.
impl fmt::Debug for ResponseOutput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ResponseOutput").finish_non_exhaustive()
    }
}
