//! What holds for every request and every answer.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};

use crate::router::Served;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// `same-origin` rather than `no-referrer`: under the latter a browser sends `Origin: null` with a form.
const ANSWER: [(HeaderName, &str); 4] = [
    (CACHE_CONTROL, "no-store"),
    (REFERRER_POLICY, "same-origin"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// Refuses every other host name: a page of another site that has its name point here (DNS rebinding) sends its own.
pub(crate) async fn guard(State(served): State<Served>, request: Request, next: Next) -> Response {
    let host = request.headers().get(HOST);
    let mut response = if host.is_some_and(|host| host.as_bytes() == served.provider.authority.as_str().as_bytes()) {
        next.run(request).await
    } else {
        let text = format!("This is {0}. Open it under that name.\n", served.provider.config.issuer);
        (StatusCode::FORBIDDEN, text).into_response()
    };
    // What an answer says itself stands: public documents may be kept, a redirect sends no referrer.
    let headers = response.headers_mut();
    for (name, value) in ANSWER {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if let Ok(policy) = policy("").parse() {
        headers.entry(CONTENT_SECURITY_POLICY).or_insert(policy);
    }
    response
}

/// The policy of a page whose form may lead to `destination` besides, a source as CSP writes one.
pub(crate) fn policy(destination: &str) -> String {
    let form_action = format!("'self' {destination}");
    format!(
        "default-src 'none'; style-src 'self'; form-action {}; base-uri 'none'; frame-ancestors 'none'",
        form_action.trim_end()
    )
}

/// Whether a form comes from a page of this origin. A browser says so with every POST; what says nothing is no browser.
pub(crate) fn is_own_form(headers: &HeaderMap, issuer: &str) -> bool {
    let mut origins = headers.get_all(ORIGIN).iter();
    let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
    let site = headers.get(SEC_FETCH_SITE);
    origin.as_bytes() == issuer.as_bytes() && site.is_none_or(|site| site.as_bytes() == b"same-origin")
}

/// Whether a request bears a mark that only browsers set, and always set on a POST.
pub(crate) fn is_from_browser(headers: &HeaderMap) -> bool {
    headers.contains_key(ORIGIN) || headers.contains_key(SEC_FETCH_SITE)
}
