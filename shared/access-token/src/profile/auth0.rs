//! Auth0 ("Access token profiles", Auth0 documentation): its own profile, which is the default of an API.
//!
//! An issuer ends in `/`. `aud` is a list as soon as the client asked for `openid`: the API, and Auth0's own `userinfo`.
//! Groups have whatever claim an Action of the tenant gives them; `groups` is read.

use strict_json::Object;

use super::{GROUPS, Membership, Rules, generic, kind};
use crate::Rejection;
use crate::claim::{text, text_or_texts};

pub(super) const RULES: Rules = Rules {
    keys: Some("jwks.json"),
    client: "azp",
    scopes: &["scope"],
    // What the person may do at this API, with RBAC switched on: not what the assistant was given, which is the scope.
    groups: &[GROUPS, Membership { within: None, claim: "permissions", prefix: "permission:" }],
    kind: |claims| {
        kind::not_an_id_token(claims)?;
        kind::of_a_person(claims, "azp")?;
        not_of_a_client(claims)
    },
    ..generic::RULES
};

/// A client's own token says so in the grant and in the subject.
pub(super) fn not_of_a_client(claims: &Object) -> Result<(), Rejection> {
    let grants = text_or_texts(claims, "gty")?.unwrap_or_default();
    let of_a_client = grants.iter().any(|grant| matches!(grant.as_str(), "client-credentials" | "client_credentials"))
        || text(claims, "sub")?.is_some_and(|subject| subject.ends_with("@clients"));
    if of_a_client { Err(Rejection::NotAPerson) } else { Ok(()) }
}
