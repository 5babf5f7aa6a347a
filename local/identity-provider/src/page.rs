//! The pages. Every value is escaped, also those of our own configuration.

mod accounts;
pub(crate) mod consent;
pub(crate) mod form_token;
pub(crate) mod home;
pub(crate) mod sign_in;

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use local_page::{Document, Escaped};

use crate::router::Served;

/// Says why it does not go on.
pub(crate) fn refusal(served: &Served, status: StatusCode, reason: &str) -> Response {
    message(served, status, "This sign-in cannot go on", reason)
}

/// A page that says one thing.
pub(crate) fn message(served: &Served, status: StatusCode, heading: &str, text: &str) -> Response {
    let content = format!("<h1>{}</h1>\n<p>{}</p>\n", Escaped(heading), Escaped(text));
    (status, Html(served.document(heading, &content))).into_response()
}

impl Served {
    /// A whole page. `content` is HTML.
    fn document(&self, title: &str, content: &str) -> String {
        let footer = format!(
            r#"Issuer <code>{issuer}</code> · tokens are for <code>{audience}</code> ·
<a href="/.well-known/openid-configuration">metadata</a> · <a href="/jwks.json">keys</a>"#,
            issuer = Escaped(&self.provider.config.issuer),
            audience = Escaped(&self.provider.config.audience),
        );
        let about = "Identity provider of this machine, for development only. Everybody here is made up.";
        Document { title, about, content, footer: &footer }.to_string()
    }
}
