//! The body of a request, as one JSON-RPC message.
//!
//! Read strictly: what the interceptor judges must be what the target obeys, and a member that occurs twice can be read
//! both ways.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde_json::Value;
use tokio::time::timeout;

use agentcore::jsonrpc::{Code, Error, Request};

use crate::answer::Answer;

/// The Gateway's payload quota, 6 MB. The event of an interceptor holds the body twice, so that Lambda's own 6 MB end
/// earlier.
const MAX_BYTES: usize = 6 * 1024 * 1024;

/// For a client that sends half a body and waits.
const PATIENCE: Duration = Duration::from_secs(30);

/// One message as it came.
pub(crate) struct Message {
    /// As text.
    pub(crate) raw: String,
    /// The same, parsed.
    pub(crate) body: Value,
    /// The same, understood.
    pub(crate) request: Request,
}

impl Message {
    /// Reads a body, or says why it cannot be one message.
    pub(crate) async fn read(headers: &HeaderMap, body: Body) -> Result<Self, Answer> {
        if !is_json(headers) {
            return Err(refused(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json"));
        }
        let body = match timeout(PATIENCE, Limited::new(body, MAX_BYTES).collect()).await {
            Ok(Ok(body)) => body.to_bytes(),
            Ok(Err(error)) if error.is::<LengthLimitError>() => {
                return Err(refused(StatusCode::PAYLOAD_TOO_LARGE, "The request is larger than 6 MB"));
            }
            Ok(Err(_)) => return Err(refused(StatusCode::BAD_REQUEST, "The request ended early")),
            Err(_) => return Err(refused(StatusCode::REQUEST_TIMEOUT, "The request took too long")),
        };
        Self::parse(&body).map_err(|error| {
            Answer::error(StatusCode::BAD_REQUEST, None, error.code(), &error.to_string()).because(error.to_string())
        })
    }

    fn parse(text: &Bytes) -> Result<Self, Error> {
        let body = strict_json::parse(text)?;
        Ok(Self {
            raw: String::from_utf8(text.to_vec()).map_err(|_| Error::NotJson)?,
            request: Request::from_value(body.clone())?,
            body,
        })
    }
}

/// Parameters such as `charset` change nothing: JSON is UTF-8 (RFC 8259 §11).
fn is_json(headers: &HeaderMap) -> bool {
    let value = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = value.split_once(';').map_or(value, |(media_type, _)| media_type);
    media_type.trim().eq_ignore_ascii_case("application/json")
}

fn refused(status: StatusCode, message: &str) -> Answer {
    Answer::error(status, None, Code::INVALID_REQUEST, message).because(message)
}
