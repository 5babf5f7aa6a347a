//! The page on which a person agrees, or does not.
//!
//! A client may call itself anything. So the page says whether anybody stands behind the name, and where the answer goes,
//! which no name can hide. Who stands behind a name does not stand behind every program that uses it: on a person's own
//! machine any program can listen at the port or claim the scheme (RFC 8252 §8.6).

use axum::response::{Html, IntoResponse as _, Response};
use http::header::CONTENT_SECURITY_POLICY;
use local_page::Escaped;
use oauth_server::{Destination, Lifetimes, Pending, Verification};

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
    let (class, mark, explanation) = verification(pending.verification(), pending.destination());
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
<p>Every tool that it calls learns {learnt}. It stays connected for {session} days at most, or
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
        explanation = Escaped(&explanation),
        destination = destination(pending.destination()),
        scopes = pending.scopes().iter().map(|scope| words(scope, pending.resource())).collect::<String>(),
        learnt = match provider.config.user_pool_client {
            Some(_) => "your groups, and who you are by an identifier",
            None => "your name, e-mail address and groups",
        },
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

/// The class of the mark, the mark in a word or two, and what it means.
fn verification(verification: &Verification, destination: &Destination) -> (&'static str, &'static str, String) {
    const CAUTION: &str = "Go on only if you have just started to connect it.";
    let (mark, explanation) = match verification {
        Verification::Configured => ("set up here", "This name was set up together with this gateway.".to_owned()),
        Verification::Domain(domain) => ("named by its web site", format!("{domain} says that this is its name.")),
        _ => {
            let explanation = format!("It chose this name itself, and any program could have. {CAUTION}");
            return ("mark warning", "not verified", explanation);
        }
    };
    match destination {
        Destination::Site { .. } if *verification == Verification::Configured => ("mark", "verified", explanation),
        Destination::Site { .. } => ("mark", mark, explanation),
        _ => ("mark warning", mark, format!("{explanation} Any program on this machine can use it. {CAUTION}")),
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

#[cfg(test)]
mod tests {
    use oauth_server::{Destination, Verification};
    use rstest::rstest;

    use super::verification;

    fn site() -> Destination {
        Destination::Site { host: "client.example".to_owned() }
    }

    fn application() -> Destination {
        Destination::Application { scheme: "cursor".to_owned() }
    }

    fn this_machine() -> Destination {
        Destination::ThisMachine { host: "127.0.0.1:3334".to_owned() }
    }

    fn domain() -> Verification {
        Verification::Domain("client.example".to_owned())
    }

    #[rstest]
    #[case::configured(Verification::Configured, "verified")]
    #[case::named(domain(), "named by its web site")]
    fn a_web_site_alone_is_taken_for_the_name_it_has(#[case] given: Verification, #[case] expected: &str) {
        let (class, mark, explanation) = verification(&given, &site());
        assert_eq!((class, mark), ("mark", expected));
        assert!(!explanation.contains("Go on only"), "{explanation}");
    }

    /// RFC 8252 §8.6.
    #[rstest]
    #[case::configured(Verification::Configured, "set up here")]
    #[case::named(domain(), "named by its web site")]
    fn on_a_persons_own_machine_no_name_proves_which_program_it_is(
        #[case] given: Verification,
        #[case] expected: &str,
        #[values(application(), this_machine())] destination: Destination,
    ) {
        let (class, mark, explanation) = verification(&given, &destination);
        assert_eq!((class, mark), ("mark warning", expected));
        assert!(explanation.contains("Any program on this machine can use it. Go on only"), "{explanation}");
    }

    #[rstest]
    fn a_name_of_its_own_choice_proves_nothing(
        #[values(site(), application(), this_machine())] destination: Destination,
    ) {
        let (class, mark, explanation) = verification(&Verification::Unverified, &destination);
        assert_eq!((class, mark), ("mark warning", "not verified"));
        assert!(explanation.contains("chose this name itself"), "{explanation}");
    }
}
