//! Keycloak ("Securing applications", Keycloak documentation). The realm is the issuer.
//!
//! A token lacks `aud` until a mapper adds one, and is refused then. Groups come from a mapper too, best with full paths;
//! roles of single clients are not read.

use strict_json::Object;

use super::{GROUPS, Membership, ROLE, Rules, generic, issuer_path, kind};
use crate::claim::{required, text};
use crate::{ConfigurationError, DiscoveryUrl, Rejection};

pub(super) const RULES: Rules = Rules {
    discovery,
    keys: Some("../protocol/openid-connect/certs"),
    client: "azp",
    scopes: &["scope"],
    groups: &[GROUPS, Membership { within: Some("realm_access"), claim: "roles", prefix: ROLE }],
    kind,
    ..generic::RULES
};

fn discovery(url: &DiscoveryUrl) -> Result<(), ConfigurationError> {
    match issuer_path(url).as_slice() {
        [.., "realms", _] => Ok(()),
        _ => Err(ConfigurationError::NotOfTheProfile(
            "a realm of Keycloak has its discovery document at `…/realms/<realm>`",
        )),
    }
}

/// ID, refresh and logout tokens have a `typ` of their own among the claims. (`nonce` says nothing: older releases write
/// it into access tokens too.) A client in its own name is a user of a reserved name, and its token says where it came
/// from.
fn kind(claims: &Object) -> Result<(), Rejection> {
    if required("typ", text(claims, "typ")?)? != "Bearer" {
        return Err(Rejection::NotAnAccessToken);
    }
    let of_a_client = ["clientHost", "clientAddress"].iter().any(|mark| claims.contains_key(*mark))
        || text(claims, "preferred_username")?.is_some_and(|name| name.starts_with("service-account-"));
    if of_a_client {
        return Err(Rejection::NotAPerson);
    }
    kind::of_a_person(claims, RULES.client)
}
