//! Who answers at which path.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::page::form_token::FormToken;
use crate::provider::Inner;
use crate::{guard, metadata, page, script};

pub(crate) const JWKS: &str = "/jwks.json";

#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) provider: Arc<Inner>,
    pub(crate) form_token: FormToken,
}

pub(crate) fn router(provider: Arc<Inner>) -> Router {
    let served = Served { provider, form_token: FormToken::random() };
    Router::new()
        .route("/", get(page::show).post(page::submit))
        .route("/style.css", get(page::style))
        .route("/.well-known/openid-configuration", get(discovery))
        .route("/.well-known/oauth-authorization-server", get(discovery))
        .route(JWKS, get(keys))
        .route("/token-for", post(script::token_for))
        .layer(middleware::from_fn_with_state(served.clone(), guard::guard))
        .with_state(served)
}

async fn discovery(State(served): State<Served>) -> Response {
    json(StatusCode::OK, &metadata::document(&served.provider))
}

async fn keys(State(served): State<Served>) -> Response {
    json(StatusCode::OK, &metadata::key_set(&served.provider))
}

pub(crate) fn json(status: StatusCode, document: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}
