//! The page on which a person gets a token without a client.

use axum::body::Body;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderMap, StatusCode};
use local_page::Escaped;
use secrecy::{ExposeSecret as _, SecretString};

use super::{accounts, form_token};
use crate::account::Account;
use crate::command;
use crate::form::Form;
use crate::router::Served;
use crate::token::{TokenOptions, issue};

pub(crate) async fn show(State(served): State<Served>) -> Html<String> {
    Html(served.home(None))
}

/// The form that was sent: an account, and the token that shows that it was ours.
pub(crate) async fn submit(
    State(served): State<Served>,
    headers: HeaderMap,
    body: Body,
) -> Result<Html<String>, Response> {
    let form = Form::read(&served, &headers, body).await?;
    if !form.field(form_token::FIELD).is_some_and(|token| served.form_token.is(&token)) {
        return Err(refusal(StatusCode::FORBIDDEN, "The page is from an earlier start. Load it again."));
    }
    let account = form.field("account").and_then(|id| served.provider.config.accounts.find(&id));
    let account = account.ok_or_else(|| refusal(StatusCode::BAD_REQUEST, "There is no such account."))?;
    match issue(&served.provider, account, &TokenOptions::default()) {
        Ok(token) => Ok(Html(served.home(Some((account, &token))))),
        Err(_) => Err(refusal(StatusCode::INTERNAL_SERVER_ERROR, "The token could not be signed.")),
    }
}

fn refusal(status: StatusCode, text: &'static str) -> Response {
    (status, format!("{text}\n")).into_response()
}

impl Served {
    fn home(&self, issued: Option<(&Account, &SecretString)>) -> String {
        let title =
            issued.map_or_else(|| "Who are you?".to_owned(), |(account, _)| format!("Token for {}", account.name));
        let result = issued.map_or_else(String::new, |(account, token)| self.result(account, token));
        self.document(&title, &(result + &self.choice(issued.is_some())))
    }

    fn result(&self, account: &Account, token: &SecretString) -> String {
        let command = command::curl(&self.provider.config, token);
        format!(
            r#"<section aria-labelledby="result">
<h1 id="result">Token for {name}</h1>
<p>It is valid for {validity}. Go into a field, select all (Ctrl+A or ⌘A) and copy.</p>
<label for="command">Try it in a terminal</label>
<textarea id="command" class="command" rows="6" readonly spellcheck="false" autocomplete="off">{command}</textarea>
<label for="token">Access token</label>
<textarea id="token" rows="6" readonly spellcheck="false" autocomplete="off">{token}</textarea>
</section>
"#,
            name = Escaped(&account.name),
            validity = validity(self.provider.config.lifetime),
            command = Escaped(command.expose_secret()),
            token = Escaped(token.expose_secret()),
        )
    }

    fn choice(&self, again: bool) -> String {
        let (level, heading) = if again { ("h2", "Somebody else?") } else { ("h1", "Who are you?") };
        format!(
            r#"<section aria-labelledby="choice">
<{level} id="choice">{heading}</{level}>
<form method="post" action="/">
<input type="hidden" name="{field}" value="{form_token}">
{accounts}</form>
</section>
"#,
            field = form_token::FIELD,
            form_token = Escaped(self.form_token.expose()),
            accounts = accounts::list(&self.provider.config.accounts, "Get a token", " for"),
        )
    }
}

fn validity(seconds: u32) -> String {
    if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", seconds / 60) }
}
