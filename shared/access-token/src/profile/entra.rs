//! Microsoft Entra ID ("Access token claims reference", Microsoft identity platform): one tenant, tokens of version 2.
//!
//! `sub` differs from one recipient to the next. All our tokens have one recipient, the API's registration, so it is one
//! for each person. `azpacr`, how the client proved itself, decides nothing: assistants are public clients.

use strict_json::Object;

use super::{GROUPS, Membership, ROLE, Rules, generic, issuer_path, kind};
use crate::claim::{object, required, text};
use crate::{ConfigurationError, DiscoveryUrl, Rejection, header};

pub(super) const RULES: Rules = Rules {
    discovery,
    keys: Some("../../discovery/v2.0/keys"),
    // Tokens for Microsoft Graph have a `nonce` that is not what was signed: nobody else can verify them.
    header: |jose| {
        header::of_access_token(jose)?;
        if jose.contains_key("nonce") { Err(Rejection::NotAnAccessToken) } else { Ok(()) }
    },
    client: "azp",
    scopes: &["scp"],
    groups: &[GROUPS, Membership { within: None, claim: "roles", prefix: ROLE }],
    directory: Some("oid"),
    kind,
    ..generic::RULES
};

/// `common`, `organizations`, `consumers` and domain names are no issuers, and without `v2.0` it is that of version 1.
fn discovery(url: &DiscoveryUrl) -> Result<(), ConfigurationError> {
    match issuer_path(url).as_slice() {
        [tenant, "v2.0"] if is_guid(tenant) => Ok(()),
        _ => Err(ConfigurationError::NotOfTheProfile(
            "a tenant of Entra ID has its discovery document at `…/<tenant id>/v2.0`, with the id in lower case",
        )),
    }
}

fn kind(claims: &Object) -> Result<(), Rejection> {
    if required("ver", text(claims, "ver")?)? != "2.0" {
        return Err(Rejection::MalformedClaim("ver"));
    }
    let (issuer, tenant) = (required("iss", text(claims, "iss")?)?, required("tid", text(claims, "tid")?)?);
    if issuer.rsplit('/').nth(1) != Some(&tenant) {
        return Err(Rejection::MalformedClaim("tid"));
    }
    kind::not_an_id_token(claims)?;
    kind::of_a_person(claims, RULES.client)?;
    of_a_user(claims)?;
    // What an application gets in its own name has `roles` alone.
    text(claims, "scp")?.ok_or(Rejection::NotAPerson)?;
    all_groups(claims)
}

/// `idtyp` is there if the API asked for it, and `user` for a person.
pub(super) fn of_a_user(claims: &Object) -> Result<(), Rejection> {
    if text(claims, "idtyp")?.is_some_and(|of| of != "user") { Err(Rejection::NotAPerson) } else { Ok(()) }
}

/// Groups that are too many are not in the token, only where to ask for them (OpenID Connect Core §5.6.2), or that there
/// are any. None would look the same as these.
pub(super) fn all_groups(claims: &Object) -> Result<(), Rejection> {
    let elsewhere = object(claims, "_claim_names")?.is_some_and(|names| names.contains_key("groups"));
    if elsewhere || claims.contains_key("hasgroups") { Err(Rejection::GroupsOverage) } else { Ok(()) }
}

/// As Entra ID writes a tenant's id.
fn is_guid(text: &str) -> bool {
    text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
        && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}
