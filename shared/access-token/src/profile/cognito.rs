//! Amazon Cognito user pools ("Understanding the access token", Cognito developer guide). The pool is the issuer.

use strict_json::Object;
use url::Host;

use super::{Membership, Rules, generic, issuer_path, kind};
use crate::audience::AbsentAudience;
use crate::claim::{required, text};
use crate::{ConfigurationError, DiscoveryUrl, Rejection};

pub(super) const RULES: Rules = Rules {
    discovery,
    keys: Some("jwks.json"),
    scopes: &["scope"],
    groups: &[Membership { within: None, claim: "cognito:groups", prefix: "" }],
    // There if the client has token revocation switched on, which is the default.
    session: Some("origin_jti"),
    // Access tokens have `aud` only if the client asked for a resource, which the lower tiers do not offer.
    absent_audience: AbsentAudience::ClientStandsIn,
    kind,
    ..generic::RULES
};

/// AWS's regions have hosts of several forms, and on a laptop another host stands in. What is certain is the path of a
/// pool at AWS, and that no pool has its sign-in domain for an issuer.
fn discovery(url: &DiscoveryUrl) -> Result<(), ConfigurationError> {
    let Some(Host::Domain(host)) = url.url().host() else { return Ok(()) };
    let is_pool = matches!(issuer_path(url).as_slice(), [pool] if pool.contains('_'));
    let of_pools = host.starts_with("cognito-idp") && host.contains(".amazonaws.");
    if host.ends_with(".amazoncognito.com") || (of_pools && !is_pool) {
        return Err(ConfigurationError::NotOfTheProfile(
            "a user pool has its discovery document at `cognito-idp.<region>.…/<pool id>`, not at its sign-in domain",
        ));
    }
    Ok(())
}

/// ID and access tokens carry the same issuer and type; `token_use` is the difference. A user's access token has
/// `username`, one that a client got in its own name has not.
fn kind(claims: &Object) -> Result<(), Rejection> {
    if required("token_use", text(claims, "token_use")?)? != "access" {
        return Err(Rejection::NotAnAccessToken);
    }
    text(claims, "username")?.map(drop).ok_or(Rejection::NotAPerson)?;
    kind::of_a_person(claims, RULES.client)
}
