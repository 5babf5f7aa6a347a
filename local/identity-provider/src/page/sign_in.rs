//! The page on which a person says who they are, because a client asks.

use axum::response::{Html, IntoResponse as _, Response};
use local_page::Escaped;
use oauth_server::Pending;

use super::{accounts, consent, form_token};
use crate::interaction::{self, Interaction};
use crate::router::{SIGN_IN, Served};

pub(crate) fn page(served: &Served, interaction: &Interaction, pending: &Pending) -> Response {
    let provider = &served.provider;
    let content = format!(
        r#"<h1 id="choice">Who are you?</h1>
<p><strong>{client}</strong> wants to connect to <code>{resource}</code>. Choose an account to sign in with. There are no
passwords on this machine, and nothing is granted yet: the next page asks.</p>
<form method="post" action="{SIGN_IN}" aria-labelledby="choice">
<input type="hidden" name="{interaction_field}" value="{interaction}">
<input type="hidden" name="{token_field}" value="{token}">
{accounts}</form>
"#,
        client = Escaped(consent::client_name(pending)),
        resource = Escaped(pending.resource()),
        interaction_field = interaction::FIELD,
        interaction = Escaped(&interaction.text(provider)),
        token_field = form_token::FIELD,
        token = Escaped(&interaction.sign_in_token(provider)),
        accounts = accounts::list(&provider.config.accounts, "Sign in", " as"),
    );
    Html(served.document("Sign in", &content)).into_response()
}
