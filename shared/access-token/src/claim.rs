//! Reading one claim. What has the wrong type refuses the token: to take it for absent would skip its check
//! (CVE-2026-25537 was that).

use serde_json::Value;
use strict_json::Object;

use crate::Rejection;

/// A text, not empty.
pub(crate) fn text(claims: &Object, name: &'static str) -> Result<Option<String>, Rejection> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text.clone())),
        Some(_) => Err(Rejection::MalformedClaim(name)),
    }
}

/// An object.
pub(crate) fn object<'a>(claims: &'a Object, name: &'static str) -> Result<Option<&'a Object>, Rejection> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_object().map(Some).ok_or(Rejection::MalformedClaim(name)),
    }
}

/// A time in whole seconds since 1970. RFC 7519 §2 also allows a fraction, which no provider of ours sends.
pub(crate) fn seconds(claims: &Object, name: &'static str) -> Result<Option<u64>, Rejection> {
    match claims.get(name) {
        None => Ok(None),
        Some(value) => value.as_u64().map(Some).ok_or(Rejection::MalformedClaim(name)),
    }
}

/// An array of texts.
pub(crate) fn texts(claims: &Object, name: &'static str) -> Result<Option<Vec<String>>, Rejection> {
    match claims.get(name) {
        None => Ok(None),
        Some(Value::Array(elements)) => elements
            .iter()
            .map(|element| element.as_str().map(str::to_owned))
            .collect::<Option<_>>()
            .map(Some)
            .ok_or(Rejection::MalformedClaim(name)),
        Some(_) => Err(Rejection::MalformedClaim(name)),
    }
}

/// A text or an array of texts (RFC 7519 §4.1.3).
pub(crate) fn text_or_texts(claims: &Object, name: &'static str) -> Result<Option<Vec<String>>, Rejection> {
    match claims.get(name) {
        Some(Value::String(_)) => Ok(text(claims, name)?.map(|one| vec![one])),
        _ => texts(claims, name),
    }
}

/// The claim, or a refusal because it is absent.
pub(crate) fn required<T>(name: &'static str, claim: Option<T>) -> Result<T, Rejection> {
    claim.ok_or(Rejection::MissingClaim(name))
}
