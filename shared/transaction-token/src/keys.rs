//! The public keys that a tool believes.

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

/// A set holds previous, current and next; room for one emergency more.
pub(crate) const MAX_KEYS: usize = 4;
/// Far more than [`MAX_KEYS`] keys need, in bytes.
const MAX_SET_BYTES: usize = 8 * 1024;

/// The keys of the secret `verification`: a JWKS (RFC 7517 §5) of Ed25519 keys (RFC 8037 §2), parsed once.
pub struct KeySet(Vec<(String, ParsedPublicKey)>);

/// Why a key set was refused. A set is taken whole or not at all: it is ours, so a doubtful key in it is a mishap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// Two keys have one `kid`.
    #[error("two keys of the set have the same `kid`")]
    DuplicateKid,
    /// Not a JWKS, or larger than 8 KiB.
    #[error("not a JSON Web Key Set, as the secret `verification` must be")]
    NotAKeySet,
    /// No keys, or more than four.
    #[error("a key set holds between one and four keys")]
    NumberOfKeys,
    /// A key that is not `{kty: OKP, crv: Ed25519, alg: EdDSA, use: sig, kid, x}`, or that holds a private part.
    #[error("a key of the set is not a public Ed25519 key for signatures")]
    UnusableKey,
}

impl KeySet {
    /// Reads the secret `verification`.
    ///
    /// # Errors
    ///
    /// [`KeySetError`], for the first key that is not as it must be.
    pub fn parse(text: &str) -> Result<Self, KeySetError> {
        if text.len() > MAX_SET_BYTES {
            return Err(KeySetError::NotAKeySet);
        }
        let set = strict_json::parse_object(text.as_bytes()).map_err(|_| KeySetError::NotAKeySet)?;
        let keys = set.get("keys").and_then(Value::as_array).ok_or(KeySetError::NotAKeySet)?;
        if keys.is_empty() || keys.len() > MAX_KEYS {
            return Err(KeySetError::NumberOfKeys);
        }
        let mut parsed = Vec::<(String, ParsedPublicKey)>::with_capacity(keys.len());
        for key in keys {
            let (kid, key) = public_key(key).ok_or(KeySetError::UnusableKey)?;
            if parsed.iter().any(|(other, _)| *other == kid) {
                return Err(KeySetError::DuplicateKid);
            }
            parsed.push((kid, key));
        }
        Ok(Self(parsed))
    }

    pub(crate) fn find(&self, kid: &str) -> Option<&ParsedPublicKey> {
        self.0.iter().find(|(name, _)| name == kid).map(|(_, key)| key)
    }
}

impl std::fmt::Debug for KeySet {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.0.iter().map(|(kid, _)| kid)).finish()
    }
}

fn public_key(key: &Value) -> Option<(String, ParsedPublicKey)> {
    let member = |name| key.get(name).and_then(Value::as_str);
    let fits = member("kty") == Some("OKP")
        && member("crv") == Some("Ed25519")
        && member("alg") == Some("EdDSA")
        && member("use") == Some("sig")
        && key.get("d").is_none();
    if !fits {
        return None;
    }
    let kid = member("kid").filter(|kid| !kid.is_empty())?;
    let x = URL_SAFE_NO_PAD.decode(member("x")?).ok()?;
    Some((kid.to_owned(), ParsedPublicKey::new(&ED25519, x).ok()?))
}

#[cfg(test)]
mod tests;
