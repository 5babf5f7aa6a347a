//! The pages.
//!
//! Plain HTML and one style sheet: no script, nothing from elsewhere. Every value is escaped, also those of our own
//! configuration.

mod accounts;
pub(crate) mod consent;
mod escaped;
pub(crate) mod form_token;
pub(crate) mod home;
pub(crate) mod sign_in;

use axum::response::{Html, IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;

use self::escaped::Escaped;
use crate::router::Served;

const STYLE: &str = include_str!("page/style.css");

pub(crate) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

/// Says why it does not go on.
pub(crate) fn refusal(served: &Served, status: StatusCode, reason: &str) -> Response {
    let content = format!("<h1>This sign-in cannot go on</h1>\n<p>{}</p>\n", Escaped(reason));
    (status, Html(served.document("This sign-in cannot go on", &content))).into_response()
}

impl Served {
    /// A whole page. `content` is HTML.
    fn document(&self, title: &str, content: &str) -> String {
        format!(
            r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title} · Countersign on this machine</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header>
<p class="product">Countersign</p>
<p>Identity provider of this machine, for development only. Everybody here is made up.</p>
</header>
<main>
{content}</main>
<footer>
<p>Issuer <code>{issuer}</code> · tokens are for <code>{audience}</code> ·
<a href="/.well-known/openid-configuration">metadata</a> · <a href="/jwks.json">keys</a></p>
</footer>
</body>
</html>
"#,
            title = Escaped(title),
            issuer = Escaped(&self.provider.config.issuer),
            audience = Escaped(&self.provider.config.audience),
        )
    }
}
