//! What an interceptor answers.
//!
//! The Gateway refuses more than its documentation says, and one refusal breaks every message of every client. So there is
//! no way to write `headers` into an answer, a body that is not an object, or a field that came with the event.

use std::collections::BTreeMap;
use std::fmt;

use http::StatusCode;
use serde::Serialize;
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
        output(match &self {
            Self::Pass { body } => Mcp::TransformedGatewayRequest { body, headers: None },
            Self::PassWith { body, name, value } => {
                Mcp::TransformedGatewayRequest { body, headers: Some(BTreeMap::from([(*name, value.as_str())])) }
            }
            Self::Answer { status, body } => {
                Mcp::TransformedGatewayResponse { status_code: Some(status.as_u16()), body }
            }
        })
    }
}

impl ResponseOutput {
    /// The answer as JSON.
    #[must_use]
    pub fn into_vec(self) -> Vec<u8> {
        output(Mcp::TransformedGatewayResponse { status_code: None, body: &self.body })
    }
}

/// Borrows the message, which may be of megabytes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Output<'a> {
    interceptor_output_version: &'static str,
    mcp: Mcp<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
enum Mcp<'a> {
    TransformedGatewayRequest {
        body: &'a Object,
        #[serde(skip_serializing_if = "Option::is_none")]
        headers: Option<BTreeMap<&'static str, &'a str>>,
    },
    TransformedGatewayResponse {
        #[serde(skip_serializing_if = "Option::is_none")]
        status_code: Option<u16>,
        body: &'a Object,
    },
}

fn output(mcp: Mcp<'_>) -> Vec<u8> {
    // Nothing in it can fail to be JSON; and an answer of nothing would be refused.
    serde_json::to_vec(&Output { interceptor_output_version: VERSION, mcp }).unwrap_or_default()
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
