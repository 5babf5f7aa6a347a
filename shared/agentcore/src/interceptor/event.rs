//! What a gateway sends to an interceptor: [`Input`](super::Input) from the other side.

use http::StatusCode;
use serde_json::{Value, json};

use super::VERSION;
use crate::header::Headers;

/// An event to be sent.
#[derive(Clone, Copy)]
pub struct Event<'a> {
    /// The body of the HTTP request, as it came.
    pub raw_body: &'a str,
    /// The headers, or none of them if the interceptor is not configured to see them: deployed gateways then send `{}`.
    pub headers: &'a Headers,
    /// The body, parsed.
    pub body: &'a Value,
    /// The answer, at the RESPONSE point. At the REQUEST point deployed gateways send null.
    pub reply: Option<Reply<'a>>,
}

/// What is about to be answered.
#[derive(Clone, Copy)]
pub struct Reply<'a> {
    /// The HTTP status.
    pub status: StatusCode,
    /// The HTTP headers.
    pub headers: &'a Headers,
    /// The JSON-RPC envelope, or null.
    pub body: &'a Value,
}

impl Event<'_> {
    /// The event as JSON.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        let reply = self.reply.map(|reply| {
            json!({
                "statusCode": reply.status.as_u16(),
                "headers": reply.headers,
                "body": reply.body,
            })
        });
        json!({
            "interceptorInputVersion": VERSION,
            "mcp": {
                "rawGatewayRequest": { "body": self.raw_body },
                "gatewayRequest": {
                    "path": "/mcp",
                    "httpMethod": "POST",
                    "headers": self.headers,
                    "body": self.body,
                    "context": null,
                },
                "gatewayResponse": reply,
            },
        })
        .to_string()
        .into_bytes()
    }
}

/// Leaves the message out: it holds the caller's token and arguments.
impl std::fmt::Debug for Event<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Event").finish_non_exhaustive()
    }
}

/// Leaves the message out: it holds what a tool has answered.
impl std::fmt::Debug for Reply<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Reply").field("status", &self.status).finish_non_exhaustive()
    }
}
