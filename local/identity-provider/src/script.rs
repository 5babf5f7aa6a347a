//! A token for a script: `POST /token-for`.
//!
//! A page cannot use it: JSON makes the request one that needs a preflight, which nobody answers, and what a browser
//! marks is refused.

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::Response;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::json;

use crate::guard;
use crate::router::{Served, json as document};
use crate::token::{IssueError, TokenOptions, issue};

const BODY_LIMIT: usize = 4 * 1024;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    account: String,
    scope: Option<String>,
    audience: Option<String>,
    expires_in: Option<i32>,
}

pub(crate) async fn token_for(State(served): State<Served>, headers: HeaderMap, body: Body) -> Response {
    if guard::is_from_browser(&headers) {
        return refusal(StatusCode::FORBIDDEN, "this endpoint is for scripts; a browser uses the page /");
    }
    if headers.get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes() != b"application/json") {
        return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, "Content-Type must be application/json");
    }
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long");
    };
    let Ok(request) = serde_json::from_slice::<Request>(&body) else {
        let expected = r#"expected {"account": "alice"} and optionally scope, audience and expires_in"#;
        return refusal(StatusCode::BAD_REQUEST, expected);
    };
    let config = &served.provider.config;
    let Some(account) = config.accounts.find(&request.account) else {
        return refusal(StatusCode::NOT_FOUND, &IssueError::UnknownAccount.to_string());
    };
    let scope = request.scope.clone().unwrap_or_else(|| config.scope.clone());
    let expires_in = request.expires_in.map_or_else(|| i64::from(config.lifetime), i64::from);
    let options = TokenOptions { scope: request.scope, audience: request.audience, expires_in: request.expires_in };
    match issue(&served.provider, account, &options) {
        // RFC 6749 §5.1.
        Ok(token) => document(
            StatusCode::OK,
            &json!({
                "access_token": token.expose_secret(),
                "token_type": "Bearer",
                "expires_in": expires_in,
                "scope": scope,
            }),
        ),
        Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, &error.to_string()),
    }
}

/// In the form of RFC 6749 §5.2.
fn refusal(status: StatusCode, description: &str) -> Response {
    document(status, &json!({"error": "invalid_request", "error_description": description}))
}
