//! The endpoints that programs call, as the core answers them.
//!
//! A page of any origin may call them: no cookie plays a part there.

use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::StatusCode;
use oauth_server::{BODY_LIMIT, Endpoint};

use crate::cognito;
use crate::router::Served;

pub(crate) async fn answer(State(served): State<Served>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let (server, config) = (&served.provider.server, &served.provider.config);
    let is_cognito = config.user_pool_client.is_some();
    let is_there = |endpoint: &Endpoint| {
        !is_cognito || *endpoint != Endpoint::Metadata || parts.uri.path() == "/.well-known/openid-configuration"
    };
    let Some(endpoint) = server.endpoint(parts.uri.path()).filter(is_there) else {
        let issuer = &config.issuer;
        let text = format!(
            "There is nothing here. People begin at {issuer}/, programs at the metadata: {issuer}/.well-known/openid-configuration\n"
        );
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        return StatusCode::PAYLOAD_TOO_LARGE.into_response();
    };
    let answer = server.answer(endpoint, &parts, &body).await;
    if is_cognito && endpoint == Endpoint::Metadata {
        return answer.map(|document| cognito::metadata(&document).unwrap_or_default()).into_response();
    }
    answer.into_response()
}
