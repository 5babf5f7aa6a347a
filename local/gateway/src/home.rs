//! The page at `/`: how an assistant is connected.
//!
//! It tells nothing that the metadata does not, and holds no token. It changes nothing and has no form, so a page of
//! another origin gains nothing from it either; it may not be framed or read all the same.

use std::fmt::Write as _;

use axum::Router;
use axum::response::{AppendHeaders, Html};
use axum::routing::get;
use http::HeaderName;
use http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS};
use local_assistants::{Assistant, Connection, Place};
use local_page::{Document, Escaped};

pub(crate) const PATH: &str = "/";

const HEADERS: [(HeaderName, &str); 5] = [
    (CACHE_CONTROL, "no-store"),
    (
        CONTENT_SECURITY_POLICY,
        "default-src 'none'; style-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (REFERRER_POLICY, "no-referrer"),
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (X_FRAME_OPTIONS, "DENY"),
];

/// The page, written once.
pub(crate) struct Home(String);

impl Home {
    pub(crate) fn new(connection: &Connection, sign_in: Option<&str>) -> Self {
        let sign_in = sign_in.map_or_else(
            || "At your identity provider".to_owned(),
            |page| format!(r#"<a href="{0}">{0}</a>, where nobody needs a password"#, Escaped(page)),
        );
        let mut content = format!(
            r#"<h1>Connect your assistant</h1>
<dl>
<dt>MCP URL</dt>
<dd><code>{mcp_url}</code></dd>
<dt>Sign-in</dt>
<dd>{sign_in}</dd>
{client}</dl>
<p>An assistant that knows the MCP URL opens the sign-in page by itself. A click selects a whole configuration. If the
file exists, add the entry to those that it has.</p>
"#,
            mcp_url = Escaped(connection.mcp_url.as_str()),
            client = client(connection),
        );
        for assistant in Assistant::ALL {
            section(&mut content, assistant, connection);
        }
        let footer = r#"<a href="/.well-known/oauth-protected-resource">Metadata for clients</a>"#;
        let about = "MCP gateway of this machine, for development.";
        Self(Document { title: "Connect your assistant", about, content: &content, footer }.to_string())
    }

    pub(crate) fn router(&self) -> Router {
        let page = self.0.clone();
        let show = || async move { (AppendHeaders(HEADERS), Html(page)) };
        Router::new().route(PATH, get(show)).route(local_page::STYLE_PATH, get(local_page::style))
    }
}

fn client(connection: &Connection) -> String {
    let Some(client) = &connection.client else { return String::new() };
    format!("<dt>Client id</dt>\n<dd><code>{}</code></dd>\n", Escaped(&client.id))
}

fn section(content: &mut String, assistant: Assistant, connection: &Connection) {
    let place = match assistant.place() {
        Place::File(path) => format!("<code>{}</code>", Escaped(path)),
        Place::Terminal => Place::Terminal.to_string(),
    };
    // Writing to a string cannot fail.
    let _ = write!(
        content,
        r#"<section aria-labelledby="{key}">
<h2 id="{key}">{name}</h2>
<p>In {place}. {elsewhere}</p>
<pre>{configuration}</pre>
<p>{next}</p>
{redirects}</section>
"#,
        key = assistant.key(),
        name = Escaped(&assistant.to_string()),
        elsewhere = sentences(assistant.elsewhere()),
        configuration = Escaped(&format!("{:#}", assistant.configuration(connection))),
        next = sentences(assistant.next()),
        redirects = redirects(assistant, connection),
    );
}

/// Text with code between backquotes.
fn sentences(text: &str) -> String {
    let mut code = true;
    let part = |part| {
        code = !code;
        if code { format!("<code>{}</code>", Escaped(part)) } else { Escaped(part).to_string() }
    };
    text.split('`').map(part).collect()
}

/// What a provider must know of the client if it registers nobody.
fn redirects(assistant: Assistant, connection: &Connection) -> String {
    if connection.client.is_none() {
        return String::new();
    }
    let uris: Vec<_> = assistant.redirect_uris().iter().map(|uri| format!("<code>{}</code>", Escaped(uri))).collect();
    format!("<p>Redirect URIs: {}</p>\n", uris.join(", "))
}
