//! Every path that is not the gateway's.
//!
//! There is no authorization server here: `/.well-known/oauth-authorization-server`, `/register` and the like are unknown
//! operations to the service, too (awslabs/agentcore-samples#1056). Clients must follow the challenge.

use axum::extract::State;
use axum::response::Response;
use http::{HeaderValue, StatusCode};
use serde_json::json;

use crate::answer;
use crate::unknowns::UnknownPath;

pub(crate) async fn answer(State(switch): State<UnknownPath>) -> Response {
    let status = match switch {
        UnknownPath::NotFound => StatusCode::NOT_FOUND,
        UnknownPath::Ok => StatusCode::OK,
    };
    let fault = json!({
        "Output": { "__type": "com.amazon.coral.service#UnknownOperationException" },
        "Version": "1.0",
    });
    let mut response = answer::json(status, &fault);
    response.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static("UnknownOperationException"));
    response
}
