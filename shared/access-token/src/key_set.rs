//! The keys of one issuer at one time (RFC 7517 §5).

use std::sync::Arc;

use strict_json::Object;

use crate::Rejection;
use crate::header::Header;
use crate::jwk::Key;

/// Far more than any provider publishes; each costs the call that waits for the set.
const MAX_KEYS: usize = 32;

pub(crate) struct KeySet(Vec<Arc<Key>>);

impl KeySet {
    /// `None` if it is no set, or one of more than 32 keys. Keys that cannot be used are left out (RFC 7517 §5).
    pub(crate) fn read(document: &Object) -> Option<Self> {
        let keys = document.get("keys")?.as_array()?;
        (keys.len() <= MAX_KEYS).then(|| Self(keys.iter().flat_map(Key::from_jwk).map(Arc::new).collect()))
    }

    /// The one key that the header names. Two of one name and algorithm are none: nobody could say which one signed.
    pub(crate) fn find(&self, header: &Header) -> Result<Arc<Key>, Rejection> {
        let mut named = self.0.iter().filter(|key| key.identifier == header.key_identifier).peekable();
        if named.peek().is_none() {
            return Err(Rejection::UnknownKey);
        }
        let mut fitting = named.filter(|key| key.algorithm == header.algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(Arc::clone(key)),
            (Some(_), Some(_)) => Err(Rejection::UnknownKey),
            (None, _) => Err(Rejection::AlgorithmMismatch),
        }
    }
}
