//! The keys of one issuer at one time (RFC 7517 §5).

use std::sync::Arc;

use serde_json::Value;
use strict_json::Object;

use crate::Rejection;
use crate::algorithm::Algorithm;
use crate::header::Header;
use crate::jwk::{Key, is_private};

/// Far more than any provider publishes; each costs the call that waits for the set.
const MAX_KEYS: usize = 32;

/// Immutable: a newer set takes its place whole.
#[derive(Debug)]
pub(crate) struct KeySet {
    issuer: String,
    pub(crate) keys: Vec<Arc<Key>>,
}

impl KeySet {
    /// `None` if it is no set, or one of more than 32 keys. Keys that cannot be used are left out (RFC 7517 §5).
    pub(crate) fn read(issuer: &str, document: &Object) -> Option<Self> {
        let jwks = jwks(document)?;
        if jwks.iter().any(is_private) {
            tracing::error!(issuer, "the issuer publishes a private key, which is not used");
        }
        Some(Self { issuer: issuer.to_owned(), keys: jwks.iter().flat_map(Key::from_jwk).map(Arc::new).collect() })
    }

    /// As [`read`](Self::read), for a set that an operator wrote and means: `None` also if there is no key, one that
    /// cannot be used, or two that cannot be told apart.
    pub(crate) fn read_whole(issuer: &str, document: &Object) -> Option<Self> {
        let jwks = jwks(document)?;
        let all_usable = !jwks.is_empty() && jwks.iter().all(|jwk| !Key::from_jwk(jwk).is_empty());
        let set = all_usable.then(|| Self::read(issuer, document))??;
        set.keys.iter().all(|key| set.named(&key.identifier, key.algorithm).is_ok()).then_some(set)
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The one key that the header names, if the token's issuer is that of the set to the byte.
    pub(crate) fn find(&self, issuer: &str, header: &Header) -> Result<Arc<Key>, Rejection> {
        if self.issuer != issuer {
            return Err(Rejection::UnknownIssuer);
        }
        self.named(&header.key_identifier, header.algorithm)
    }

    /// Two of one name and algorithm are none: nobody could say which one signed.
    fn named(&self, identifier: &str, algorithm: Algorithm) -> Result<Arc<Key>, Rejection> {
        let mut named = self.keys.iter().filter(|key| key.identifier == identifier).peekable();
        if named.peek().is_none() {
            return Err(Rejection::UnknownKey);
        }
        let mut fitting = named.filter(|key| key.algorithm == algorithm);
        match (fitting.next(), fitting.next()) {
            (Some(key), None) => Ok(Arc::clone(key)),
            (Some(_), Some(_)) => Err(Rejection::UnknownKey),
            (None, _) => Err(Rejection::AlgorithmMismatch),
        }
    }
}

fn jwks(document: &Object) -> Option<&Vec<Value>> {
    document.get("keys")?.as_array().filter(|keys| keys.len() <= MAX_KEYS)
}
