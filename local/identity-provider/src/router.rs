//! Who answers at which path.

use std::sync::Arc;

use axum::Router;
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;

use crate::page::form_token::FormToken;
use crate::page::home;
use crate::provider::Inner;
use crate::{authorization, endpoints, guard, script};

pub(crate) const CONSENT: &str = "/consent";
pub(crate) const SIGN_IN: &str = "/sign-in";

#[derive(Clone)]
pub(crate) struct Served {
    pub(crate) provider: Arc<Inner>,
    pub(crate) form_token: FormToken,
}

pub(crate) fn router(provider: Arc<Inner>) -> Router {
    let served = Served { provider, form_token: FormToken::random() };
    Router::new()
        .route("/", get(home::show).post(home::submit))
        .route(local_page::STYLE_PATH, get(local_page::style))
        .route("/token-for", post(script::token_for))
        .route(served.provider.server.authorization_path(), any(authorization::authorize))
        .route(SIGN_IN, get(authorization::show_sign_in).post(authorization::submit_sign_in))
        .route(CONSENT, get(authorization::show_consent).post(authorization::submit_consent))
        .fallback(endpoints::answer)
        .layer(middleware::from_fn_with_state(served.clone(), guard::guard))
        .with_state(served)
}

pub(crate) fn json(status: StatusCode, document: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}
