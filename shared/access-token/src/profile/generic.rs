//! A provider that nothing more is known of.

use strict_json::Object;

use super::Rules;
use crate::audience::AbsentAudience;
use crate::claim::{text, text_or_texts};
use crate::{ClientClaim, Rejection};

pub(super) const RULES: Rules = Rules {
    groups: "groups",
    // OpenID Connect Front-Channel Logout §3. Nobody must send it; Entra ID and Keycloak do.
    session: "sid",
    absent_audience: AbsentAudience::Refused,
    kind,
};

/// `nonce` and `at_hash` are claims of ID tokens (OpenID Connect Core §2, §3.1.3.6), which go to clients, not to us.
fn kind(claims: &Object) -> Result<(), Rejection> {
    let says_otherwise = text(claims, "token_use")?.is_some_and(|usage| usage != "access");
    if says_otherwise || claims.contains_key("nonce") || claims.contains_key("at_hash") {
        return Err(Rejection::NotAnAccessToken);
    }
    if is_of_a_client(claims)? {
        return Err(Rejection::NotAPerson);
    }
    if claims.get("_claim_names").is_some_and(|names| names.get(RULES.groups).is_some()) {
        return Err(Rejection::GroupsOverage);
    }
    Ok(())
}

/// A token whose subject is its client is the client's own (RFC 9068 §2.2). Where providers give the client another subject
/// they say so otherwise: Auth0 in `gty` and in the subject, Entra ID in `idtyp`, which is `user` for a person.
fn is_of_a_client(claims: &Object) -> Result<bool, Rejection> {
    let grants = text_or_texts(claims, "gty")?.unwrap_or_default();
    Ok(ClientClaim::is_subject(claims)
        || grants.iter().any(|grant| matches!(grant.as_str(), "client-credentials" | "client_credentials"))
        || text(claims, "idtyp")?.is_some_and(|of| of != "user")
        || text(claims, "sub")?.is_some_and(|subject| subject.ends_with("@clients")))
}
