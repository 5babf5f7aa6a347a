//! A form that a page of ours sent.

use axum::body::{Body, Bytes, to_bytes};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};

use crate::guard;
use crate::router::Served;

/// The longest, in bytes.
const LIMIT: usize = 1024;

pub(crate) struct Form(Bytes);

impl Form {
    /// Reads a form, unless a browser says that it is a page of another origin that sends it. The error is the answer.
    pub(crate) async fn read(served: &Served, headers: &HeaderMap, body: Body) -> Result<Self, Response> {
        if !guard::is_own_form(headers, &served.provider.config.issuer) {
            return Err((StatusCode::FORBIDDEN, "The form was not sent by this page.\n").into_response());
        }
        let read = to_bytes(body, LIMIT).await;
        read.map(Self).map_err(|_| (StatusCode::PAYLOAD_TOO_LARGE, "The form is too long.\n").into_response())
    }

    pub(crate) fn field(&self, name: &str) -> Option<String> {
        field(&self.0, name)
    }
}

/// A field of a form or of a query, if it occurs once.
pub(crate) fn field(form: &[u8], name: &str) -> Option<String> {
    let mut values = url::form_urlencoded::parse(form).filter(|(other, _)| other == name);
    let (_, value) = values.next()?;
    values.next().is_none().then(|| value.into_owned())
}
