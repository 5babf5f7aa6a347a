//! A provider that nothing more is known of.

use strict_json::Object;

use super::Rules;
use crate::Rejection;
use crate::audience::AbsentAudience;
use crate::claim::text;

pub(super) const RULES: Rules =
    Rules { client_id: "client_id", groups: "groups", absent_audience: AbsentAudience::Refused, kind };

/// `nonce` and `at_hash` are claims of ID tokens (OpenID Connect Core §2, §3.1.3.6), which go to clients, not to us. A
/// token whose subject is its client is the client's own (RFC 9068 §2.2).
fn kind(claims: &Object) -> Result<(), Rejection> {
    let says_otherwise = text(claims, "token_use")?.is_some_and(|usage| usage != "access");
    if says_otherwise || claims.contains_key("nonce") || claims.contains_key("at_hash") {
        return Err(Rejection::NotAnAccessToken);
    }
    if claims.contains_key("client_id") && claims.get("client_id") == claims.get("sub") {
        return Err(Rejection::NotAPerson);
    }
    if claims.get("_claim_names").is_some_and(|names| names.get(RULES.groups).is_some()) {
        return Err(Rejection::GroupsOverage);
    }
    Ok(())
}
