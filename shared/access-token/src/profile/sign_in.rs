//! This project's own authorization server, which keeps to RFC 9068.

use strict_json::Object;

use super::{Rules, generic, kind};
use crate::claim::{required, text};
use crate::{Rejection, header};

pub(super) const RULES: Rules =
    Rules { header: header::of_typed_access_token, scopes: &["scope"], kind, ..generic::RULES };

fn kind(claims: &Object) -> Result<(), Rejection> {
    if required("token_use", text(claims, "token_use")?)? != "access" {
        return Err(Rejection::NotAnAccessToken);
    }
    required("jti", text(claims, "jti")?)?;
    kind::of_a_person(claims, RULES.client)
}
