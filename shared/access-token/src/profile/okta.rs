//! Okta ("Access token payload", Okta developer documentation): custom authorization servers alone. Nobody else can
//! verify the access tokens of the organisation's own server.

use strict_json::Object;

use super::{Rules, generic, issuer_path, kind};
use crate::claim::{text, texts};
use crate::{ConfigurationError, DiscoveryUrl, Rejection};

pub(super) const RULES: Rules = Rules {
    discovery,
    keys: Some("../v1/keys"),
    client: "cid",
    scopes: &["scp"],
    // `sub` is the login as a rule.
    directory: Some("uid"),
    kind,
    ..generic::RULES
};

fn discovery(url: &DiscoveryUrl) -> Result<(), ConfigurationError> {
    match issuer_path(url).as_slice() {
        ["oauth2", _] => Ok(()),
        _ => Err(ConfigurationError::NotOfTheProfile(
            "a custom authorization server of Okta has its discovery document at `…/oauth2/<id>`; \
             nobody else can verify the tokens of the organisation's own server",
        )),
    }
}

/// ID tokens have neither `cid` nor `scp`. `uid` is there if a person signed in.
fn kind(claims: &Object) -> Result<(), Rejection> {
    kind::not_an_id_token(claims)?;
    kind::of_a_person(claims, RULES.client)?;
    texts(claims, "scp")?.ok_or(Rejection::MissingClaim("scp"))?;
    text(claims, "uid")?.map(drop).ok_or(Rejection::NotAPerson)
}
