//! What tells a person's access token from other tokens at more than one provider.

use strict_json::Object;

use crate::Rejection;
use crate::claim::{required, text};

/// Claims of ID tokens alone (OpenID Connect Core §2, §3.1.3.6, §3.3.2.11): those go to clients, not to us.
pub(super) fn not_an_id_token(claims: &Object) -> Result<(), Rejection> {
    let marked = ["nonce", "at_hash", "c_hash"].iter().any(|mark| claims.contains_key(*mark));
    if marked { Err(Rejection::NotAnAccessToken) } else { Ok(()) }
}

/// RFC 9068 §2.2: an access token names its client, and has it as its subject if nobody signed in.
pub(super) fn of_a_person(claims: &Object, client: &'static str) -> Result<(), Rejection> {
    let client = required(client, text(claims, client)?)?;
    if claims.get("sub").is_some_and(|subject| *subject == client) { Err(Rejection::NotAPerson) } else { Ok(()) }
}
