//! What is about to be answered.

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde_json::Value;
use strict_json::Object;

use agentcore::jsonrpc::{self, Code, Id};

/// The media type of every body.
pub(crate) const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The answer to one message.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    /// The JSON-RPC envelope; none for a notification.
    pub(crate) body: Option<Object>,
    challenge: Option<HeaderValue>,
    /// Why it is not what the client hoped for: for the log, free of the caller's text.
    pub(crate) reason: Option<String>,
}

impl Answer {
    pub(crate) const fn new(status: StatusCode, body: Object) -> Self {
        Self { status, body: Some(body), challenge: None, reason: None }
    }

    /// A JSON-RPC response, with the status that all of them have.
    pub(crate) const fn ok(body: Object) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// A notification was taken (MCP, "Sending Messages to the Server").
    pub(crate) const fn accepted() -> Self {
        Self { status: StatusCode::ACCEPTED, body: None, challenge: None, reason: None }
    }

    pub(crate) fn error(status: StatusCode, id: Option<&Id>, code: Code, message: &str) -> Self {
        Self::new(status, jsonrpc::error(id, code, message))
    }

    pub(crate) fn challenging(mut self, challenge: HeaderValue) -> Self {
        self.challenge = Some(challenge);
        self
    }

    pub(crate) fn because(mut self, reason: impl Into<String>) -> Self {
        self.reason = Some(reason.into());
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => json(self.status, &Value::Object(body)),
            None => self.status.into_response(),
        };
        if let Some(challenge) = self.challenge {
            response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// A JSON document with a status.
pub(crate) fn json(status: StatusCode, document: &Value) -> Response {
    let mut response = Response::new(Body::from(document.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    response
}
