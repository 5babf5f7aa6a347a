//! Value to canonical text (RFC 8785, JSON Canonicalization Scheme).

use serde_json::Value;

use crate::Object;

/// The largest integer that every JSON reader keeps exactly: 2^53 - 1 (RFC 7493 §2.2).
const MAX_SAFE_INTEGER: f64 = 9_007_199_254_740_991.0;

/// The object holds a number beyond ±(2^53 - 1).
///
/// RFC 8785 writes every number as a double. Beyond that bound two different integers have one canonical form, so a
/// digest of it would not tell them apart. Every double beyond it is an integer, so the rule needs no second case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a number beyond 2^53 - 1 has no exact JSON form; send it as a string")]
pub struct NotInteroperable;

/// The RFC 8785 form of an object: members sorted by UTF-16 code units, no white space, numbers as ECMAScript writes them.
///
/// `1.0` and `1` have the same form; so have objects that differ in the order of their members only.
///
/// # Errors
///
/// [`NotInteroperable`] if it holds a number beyond ±(2^53 - 1).
pub fn canonical(object: &Object) -> Result<Vec<u8>, NotInteroperable> {
    if !object.values().all(interoperable) {
        return Err(NotInteroperable);
    }
    serde_json_canonicalizer::to_vec(object).map_err(|_| NotInteroperable)
}

fn interoperable(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::String(_) => true,
        Value::Number(number) => number.as_f64().is_some_and(|double| double.abs() <= MAX_SAFE_INTEGER),
        Value::Array(elements) => elements.iter().all(interoperable),
        Value::Object(members) => members.values().all(interoperable),
    }
}
