//! A provider that nothing more is known of than that it keeps to RFC 9068.

use strict_json::Object;

use super::{GROUPS, Rules, auth0, entra, kind};
use crate::audience::AbsentAudience;
use crate::claim::text;
use crate::{Rejection, header};

pub(super) const RULES: Rules = Rules {
    discovery: |_| Ok(()),
    keys: None,
    header: header::of_access_token,
    client: "client_id",
    scopes: &["scope", "scp"],
    groups: &[GROUPS],
    // OpenID Connect Front-Channel Logout §3. Nobody must send it; Entra ID and Keycloak do.
    session: Some("sid"),
    directory: None,
    absent_audience: AbsentAudience::Refused,
    kind,
};

/// The marks of known providers count as well: they tell the same whoever writes them.
fn kind(claims: &Object) -> Result<(), Rejection> {
    if text(claims, "token_use")?.is_some_and(|usage| usage != "access") {
        return Err(Rejection::NotAnAccessToken);
    }
    kind::not_an_id_token(claims)?;
    kind::of_a_person(claims, RULES.client)?;
    auth0::not_of_a_client(claims)?;
    entra::of_a_user(claims)?;
    entra::all_groups(claims)
}
