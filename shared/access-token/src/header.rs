//! The JOSE header: which key, and whether the token means what it seems to mean.

use serde_json::Value;
use strict_json::Object;

use crate::Rejection;
use crate::algorithm::Algorithm;

/// The longest key identifier that is looked up, in bytes.
const MAX_KEY_IDENTIFIER: usize = 256;

/// Members that change how the rest is to be read. `crit` must be refused unless all of it is understood (RFC 7515
/// §4.1.11), and nothing is: `b64` (RFC 7797) changes what is signed, `zip` (RFC 7516 §4.1.3) what is read.
const UNSUPPORTED: [&str; 3] = ["b64", "crit", "zip"];

/// What is used of a header. `jku`, `x5u`, `x5c` and `jwk` would let the token choose its own key (RFC 8725 §3.10).
pub(crate) struct Header {
    pub(crate) algorithm: Algorithm,
    pub(crate) key_identifier: String,
}

impl Header {
    pub(crate) fn read(header: &Object) -> Result<Self, Rejection> {
        let algorithm = header
            .get("alg")
            .and_then(Value::as_str)
            .and_then(Algorithm::named)
            .ok_or(Rejection::AlgorithmNotAllowed)?;
        if UNSUPPORTED.iter().any(|name| header.contains_key(*name)) {
            return Err(Rejection::UnsupportedHeader);
        }
        let key_identifier = header
            .get("kid")
            .and_then(Value::as_str)
            .filter(|kid| !kid.is_empty() && kid.len() <= MAX_KEY_IDENTIFIER)
            .ok_or(Rejection::MissingKeyIdentifier)?;
        Ok(Self { algorithm, key_identifier: key_identifier.to_owned() })
    }
}

/// Most providers write `JWT` or nothing where RFC 9068 §2.1 wants `at+jwt`; every other kind of token has a type of
/// its own (`logout+jwt`, `dpop+jwt`, `oauth-id-jag+jwt`, `txntoken+jwt`) and is refused by it.
pub(crate) fn of_access_token(header: &Object) -> Result<(), Rejection> {
    let untyped = header.get("typ").is_none_or(|media_type| is_one_of(media_type, &["JWT"]));
    if untyped { Ok(()) } else { of_typed_access_token(header) }
}

/// RFC 9068 §2.1 to the letter.
pub(crate) fn of_typed_access_token(header: &Object) -> Result<(), Rejection> {
    let typed = header.get("typ").is_some_and(|media_type| is_one_of(media_type, &["at+jwt", "application/at+jwt"]));
    if typed { Ok(()) } else { Err(Rejection::NotAnAccessToken) }
}

/// Media types are compared without regard to case (RFC 7515 §4.1.9).
fn is_one_of(media_type: &Value, accepted: &[&str]) -> bool {
    media_type.as_str().is_some_and(|text| accepted.iter().any(|one| text.eq_ignore_ascii_case(one)))
}
