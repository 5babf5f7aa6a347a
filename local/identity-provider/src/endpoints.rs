//! The endpoints that programs call, as the core answers them.
//!
//! A page of any origin may call them: no cookie plays a part there.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use oauth_server::BODY_LIMIT;

use crate::router::Served;

pub(crate) async fn answer(State(served): State<Served>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let server = &served.provider.server;
    let Some(endpoint) = server.endpoint(parts.uri.path()) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match to_bytes(body, BODY_LIMIT).await {
        Ok(body) => server.answer(endpoint, &parts, &body).await.into_response(),
        Err(_) => StatusCode::PAYLOAD_TOO_LARGE.into_response(),
    }
}
