//! The page on which a person chooses who to be.
//!
//! Plain HTML and one style sheet: no script, nothing from elsewhere. Every value is escaped, also those of our own
//! configuration.

mod escaped;
pub(crate) mod form_token;

use std::fmt::Write as _;

use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use secrecy::{ExposeSecret as _, SecretString};

use self::escaped::Escaped;
use crate::account::Account;
use crate::router::Served;
use crate::token::{TokenOptions, issue};
use crate::{command, guard};

const STYLE: &str = include_str!("page/style.css");
const FORM_LIMIT: usize = 1024;

pub(crate) async fn show(State(served): State<Served>) -> Html<String> {
    Html(served.page(None))
}

pub(crate) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/css; charset=utf-8")], STYLE)
}

/// The form that was sent: an account, and the token that shows that it was ours.
pub(crate) async fn submit(State(served): State<Served>, headers: HeaderMap, body: Body) -> Response {
    if !guard::is_own_form(&headers, &served.provider.config.issuer) {
        return refusal(StatusCode::FORBIDDEN, "The form was not sent by this page.");
    }
    let Ok(form) = to_bytes(body, FORM_LIMIT).await else {
        return refusal(StatusCode::PAYLOAD_TOO_LARGE, "The form is too long.");
    };
    if !field(&form, form_token::FIELD).is_some_and(|token| served.form_token.is(&token)) {
        return refusal(StatusCode::FORBIDDEN, "The page is from an earlier start. Load it again.");
    }
    let account = field(&form, "account").and_then(|id| served.provider.config.accounts.find(&id));
    let Some(account) = account else {
        return refusal(StatusCode::BAD_REQUEST, "There is no such account.");
    };
    match issue(&served.provider, account, &TokenOptions::default()) {
        Ok(token) => Html(served.page(Some((account, &token)))).into_response(),
        Err(_) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "The token could not be signed."),
    }
}

/// A field of a form, if it occurs once.
fn field(form: &[u8], name: &str) -> Option<String> {
    let mut values = url::form_urlencoded::parse(form).filter(|(other, _)| other == name);
    let (_, value) = values.next()?;
    values.next().is_none().then(|| value.into_owned())
}

fn refusal(status: StatusCode, text: &'static str) -> Response {
    (status, format!("{text}\n")).into_response()
}

impl Served {
    fn page(&self, issued: Option<(&Account, &SecretString)>) -> String {
        let title =
            issued.map_or_else(|| "Who are you?".to_owned(), |(account, _)| format!("Token for {}", account.name));
        let result = issued.map_or_else(String::new, |(account, token)| self.result(account, token));
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
{result}{choice}</main>
<footer>
<p>Issuer <code>{issuer}</code> · tokens are for <code>{audience}</code> ·
<a href="/.well-known/openid-configuration">metadata</a> · <a href="{jwks}">keys</a></p>
</footer>
</body>
</html>
"#,
            title = Escaped(&title),
            choice = self.choice(issued.is_some()),
            issuer = Escaped(&self.provider.config.issuer),
            audience = Escaped(&self.provider.config.audience),
            jwks = crate::router::JWKS,
        )
    }

    fn result(&self, account: &Account, token: &SecretString) -> String {
        let command = command::curl(&self.provider.config, token);
        format!(
            r#"<section aria-labelledby="result">
<h1 id="result">Token for {name}</h1>
<p>It is valid for {minutes} minutes. Go into a field, select all (Ctrl+A or ⌘A) and copy.</p>
<label for="command">Try it in a terminal</label>
<textarea id="command" class="command" rows="6" readonly spellcheck="false" autocomplete="off">{command}</textarea>
<label for="token">Access token</label>
<textarea id="token" rows="6" readonly spellcheck="false" autocomplete="off">{token}</textarea>
</section>
"#,
            name = Escaped(&account.name),
            minutes = self.provider.config.lifetime / 60,
            command = Escaped(command.expose_secret()),
            token = Escaped(token.expose_secret()),
        )
    }

    fn choice(&self, again: bool) -> String {
        let (level, heading) = if again { ("h2", "Somebody else?") } else { ("h1", "Who are you?") };
        let mut accounts = String::new();
        for account in self.provider.config.accounts.iter() {
            // Writing to a string cannot fail.
            let _ = write!(
                accounts,
                r#"<li>
<div>
<strong>{name}</strong>
<span>{email}</span>
{groups}</div>
<button name="account" value="{id}" aria-label="Get a token for {name}">Get a token</button>
</li>
"#,
                id = Escaped(&account.id),
                name = Escaped(&account.name),
                email = Escaped(&account.email),
                groups = groups(account),
            );
        }
        format!(
            r#"<section aria-labelledby="choice">
<{level} id="choice">{heading}</{level}>
<form method="post" action="/">
<input type="hidden" name="{field}" value="{form_token}">
<ul class="accounts">
{accounts}</ul>
</form>
</section>
"#,
            field = form_token::FIELD,
            form_token = Escaped(self.form_token.expose()),
        )
    }
}

fn groups(account: &Account) -> String {
    if account.groups.is_empty() {
        return "<span class=\"none\">in no group</span>\n".to_owned();
    }
    let items: String = account.groups.iter().map(|group| format!("<li>{}</li>", Escaped(group))).collect();
    format!("<ul class=\"groups\" aria-label=\"Groups\">{items}</ul>\n")
}
