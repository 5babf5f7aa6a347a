//! Answers of the endpoints that programs call.
//!
//! Clients that run in a browser call them from their own origin. No cookie plays a part, so any origin may.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE,
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, PRAGMA, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

use crate::endpoint::Endpoint;

/// What MCP clients send beside the headers that need no leave.
const ALLOWED_HEADERS: &str = "accept, authorization, content-type, mcp-protocol-version";

/// What may be kept, for five minutes: metadata and public keys.
pub(crate) fn public(document: &Value) -> Response<String> {
    with(StatusCode::OK, document.to_string(), &[(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "max-age=300")])
}

/// What must not be kept (RFC 6749 §5.1, RFC 7591 §3.2.1).
pub(crate) fn private(status: StatusCode, document: &impl Serialize) -> Response<String> {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")];
    match serde_json::to_string(document) {
        Ok(document) => with(status, document, &headers),
        Err(_) => with(StatusCode::INTERNAL_SERVER_ERROR, String::new(), &headers),
    }
}

/// An answer that says only that it was done.
pub(crate) fn done() -> Response<String> {
    with(StatusCode::OK, String::new(), &[(CACHE_CONTROL, "no-store"), (PRAGMA, "no-cache")])
}

/// An error in the form of RFC 6749 §5.2. The description is fixed text.
pub(crate) fn error(status: StatusCode, code: &str, description: &str) -> Response<String> {
    private(status, &json!({"error": code, "error_description": description}))
}

/// The answer with the challenge that belongs to an `Authorization` header which was refused.
pub(crate) fn challenging(mut answer: Response<String>) -> Response<String> {
    let challenge = HeaderValue::from_static("Basic realm=\"public clients only\"");
    answer.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    answer
}

/// The answer to a preflight.
pub(crate) fn preflight(endpoint: Endpoint) -> Response<String> {
    let headers = [
        (ACCESS_CONTROL_ALLOW_METHODS, endpoint.methods()),
        (ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED_HEADERS),
        (ACCESS_CONTROL_MAX_AGE, "600"),
    ];
    with(StatusCode::NO_CONTENT, String::new(), &headers)
}

/// RFC 9110 §15.5.6.
pub(crate) fn method_not_allowed(endpoint: Endpoint) -> Response<String> {
    with(StatusCode::METHOD_NOT_ALLOWED, String::new(), &[(ALLOW, endpoint.methods())])
}

/// Whether the body is said to be of this type, whatever its parameters.
pub(crate) fn is_of_type(headers: &HeaderMap, expected: &str) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return false };
    let kind = value.to_str().unwrap_or_default().split(';').next().unwrap_or_default();
    kind.trim().eq_ignore_ascii_case(expected)
}

fn with(status: StatusCode, body: String, headers: &[(HeaderName, &'static str)]) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let always = [(ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    for (name, value) in always.iter().chain(headers) {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
