//! The page on which a person agrees, or does not.
//!
//! A client may call itself anything. So the page says whether anybody stands behind the name, and where the answer goes,
//! which no name can hide.

use axum::response::{Html, IntoResponse as _, Response};
use http::header::CONTENT_SECURITY_POLICY;
use oauth_server::{Destination, Lifetimes, Pending, Verification};

use super::escaped::Escaped;
use super::form_token;
use crate::account::Account;
use crate::guard;
use crate::interaction::{self, Interaction};
use crate::router::{CONSENT, Served};

/// `None` if the policy cannot be written.
pub(crate) fn page(
    served: &Served,
    interaction: &Interaction,
    pending: &Pending,
    account: &Account,
) -> Option<Response> {
    let provider = &served.provider;
    let client = client_name(pending);
    let (mark, explanation) = verification(pending.verification());
    let days = |duration: std::time::Duration| duration.as_secs() / (24 * 60 * 60);
    let Lifetimes { session, idle, .. } = provider.lifetimes;
    let content = format!(
        r#"<h1 id="question">Allow {client} to use your tools?</h1>
<dl>
<dt>You are</dt>
<dd><strong>{name}</strong> <span>{email}</span></dd>
<dt>The program</dt>
<dd><strong>{client}</strong> <span class="{class}">{mark}</span><br>{explanation}</dd>
<dt>The answer goes to</dt>
<dd>{destination}</dd>
<dt>It will be able to</dt>
<dd><ul>
{scopes}</ul></dd>
</dl>
<p>Every tool that it calls learns your name, e-mail address and groups. It stays connected for {session} days at most, or
until it has done nothing for {idle} days.</p>
<form method="post" action="{CONSENT}" aria-labelledby="question">
<input type="hidden" name="{interaction_field}" value="{interaction}">
<input type="hidden" name="{token_field}" value="{token}">
<p class="decisions">
<button name="decision" value="allow">Allow</button>
<button name="decision" value="deny" class="second">Deny</button>
<button name="decision" value="another-account" class="second">Use another account</button>
</p>
</form>
"#,
        client = Escaped(client),
        name = Escaped(&account.name),
        email = Escaped(&account.email),
        class = if *pending.verification() == Verification::Unverified { "mark warning" } else { "mark" },
        explanation = Escaped(&explanation),
        destination = destination(pending.destination()),
        scopes = pending.scopes().iter().map(|scope| words(scope, pending.resource())).collect::<String>(),
        session = days(session),
        idle = days(idle),
        interaction_field = interaction::FIELD,
        interaction = Escaped(&interaction.text(provider)),
        token_field = form_token::FIELD,
        token = Escaped(&interaction.consent_token(account, provider)),
    );
    let title = format!("Allow {client}?");
    let mut response = Html(served.document(&title, &content)).into_response();
    let policy = guard::policy(&pending.redirect_uri().form_action_source());
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy.parse().ok()?);
    Some(response)
}

pub(super) fn client_name(pending: &Pending) -> &str {
    pending.client_name().unwrap_or("A program without a name")
}

/// In a word or two, and what it means.
fn verification(verification: &Verification) -> (&'static str, String) {
    match verification {
        Verification::Configured => ("verified", "It was set up together with this gateway.".to_owned()),
        Verification::Domain(domain) => ("named by its web site", format!("{domain} says that this is its name.")),
        _ => (
            "not verified",
            "It chose this name itself, and any program could have. Go on only if you have just started to connect it."
                .to_owned(),
        ),
    }
}

fn destination(destination: &Destination) -> String {
    let place = Escaped(&destination.to_string()).to_string();
    match destination {
        Destination::Application { .. } => {
            format!("the application on this machine that opens <code>{place}</code> links")
        }
        Destination::ThisMachine { .. } => format!("a program on this machine, at <code>{place}</code>"),
        Destination::Site { .. } => format!("the web site <code>{place}</code>"),
        _ => format!("<code>{place}</code>"),
    }
}

/// What a scope means. Those that are not of OpenID Connect are of the gateway.
fn words(scope: &str, resource: &str) -> String {
    let meaning = match scope {
        "email" => "know your e-mail address".to_owned(),
        "offline_access" => "stay connected while you are away".to_owned(),
        "profile" => "know your name".to_owned(),
        _ => format!("call the tools of {resource} in your name"),
    };
    format!("<li>{} (<code>{}</code>)</li>\n", Escaped(&meaning), Escaped(scope))
}
