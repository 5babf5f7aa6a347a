//! Amazon Cognito user pools ("Understanding the access token", Cognito developer guide).

use strict_json::Object;

use super::Rules;
use crate::Rejection;
use crate::audience::AbsentAudience;
use crate::claim::text;

pub(super) const RULES: Rules = Rules {
    groups: "cognito:groups",
    // There if the client has token revocation switched on, which is the default.
    session: "origin_jti",
    // Access tokens have `aud` only if the client asked for a resource, which the lower tiers do not offer.
    absent_audience: AbsentAudience::ClientStandsIn,
    kind,
};

/// ID and access tokens carry the same issuer and type; `token_use` is the difference. A user's access token has
/// `username`, one that a client got in its own name has not.
fn kind(claims: &Object) -> Result<(), Rejection> {
    match text(claims, "token_use")?.as_deref() {
        Some("access") => {}
        Some(_) => return Err(Rejection::NotAnAccessToken),
        None => return Err(Rejection::MissingClaim("token_use")),
    }
    text(claims, "username")?.map(drop).ok_or(Rejection::NotAPerson)
}
