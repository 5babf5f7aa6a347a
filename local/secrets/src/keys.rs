//! The keys of the transaction tokens: made once, in the form of the secrets `signing` and `verification`.
//!
//! `signing` is `{"current": JWK, "next": JWK}`, read by the authorizer alone; `verification` is the JWK Set of their
//! public halves, read by every tool. `next` is public before it ever signs, so that a rotation surprises nobody.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use crate::secret::{Secret, SecretId};
use crate::store::{Secrets, StoreError};

/// Why there are no keys.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeysError {
    /// A secret does not hold the keys that it must hold, or the two do not fit.
    #[error(
        "{path} does not hold the keys that it must hold. Restore it; or remove {path} and {other}: new keys are made \
         at the next start, and tokens signed with the old ones are refused"
    )]
    Damaged {
        /// The file of the secret.
        path: String,
        /// The file of the other one.
        other: String,
    },
    /// A file with private keys is not there, and the one with their public halves is.
    #[error(
        "{path} is missing. Restore it; or remove {other}: new keys are made at the next start, and tokens signed with \
         the old ones are refused"
    )]
    Missing {
        /// The file of the missing secret.
        path: String,
        /// The file of the other one.
        other: String,
    },
    /// The system has no randomness or no memory.
    #[error("a key pair could not be made")]
    Generation,
    /// A secret cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes both secrets if they do not exist, and keeps them if they do.
///
/// # Errors
///
/// [`KeysError::Damaged`] or [`KeysError::Missing`] if what exists is not whole; nothing is replaced then.
pub fn ensure(secrets: &Secrets, signing: &SecretId, verification: &SecretId) -> Result<(), KeysError> {
    let damaged = |this: &SecretId, other: &SecretId| KeysError::Damaged {
        path: secrets.path(this.name()),
        other: secrets.path(other.name()),
    };
    match (secrets.value(signing.name()), secrets.value(verification.name())) {
        (None, None) => {
            let pairs = [pair()?, pair()?];
            let public = pairs.each_ref().map(public);
            let [current, next] = pairs;
            // In this order: `verification` follows from `signing`, so a crash in between can be made good.
            secrets.put(signing, json!({"current": current, "next": next}).to_string().into())?;
            secrets.put(verification, set(&public))?;
        }
        (Some(pairs), None) => {
            let public = public_halves(&pairs.value).ok_or_else(|| damaged(signing, verification))?;
            keep(secrets, signing, pairs)?;
            secrets.put(verification, set(&public))?;
        }
        (Some(pairs), Some(keys)) => {
            let public = public_halves(&pairs.value).ok_or_else(|| damaged(signing, verification))?;
            if !holds(&keys.value, &public) {
                return Err(damaged(verification, signing));
            }
            keep(secrets, signing, pairs)?;
            keep(secrets, verification, keys)?;
        }
        // Whatever these keys have signed is still on its way, and its keys are lost.
        (None, Some(_)) => {
            let (path, other) = (secrets.path(signing.name()), secrets.path(verification.name()));
            return Err(KeysError::Missing { path, other });
        }
    }
    Ok(())
}

/// The value stays; the ARN is the one of this start.
fn keep(secrets: &Secrets, id: &SecretId, existing: Secret) -> Result<(), StoreError> {
    if existing.id == *id { Ok(()) } else { secrets.put(id, existing.value) }
}

/// A new private key as a JWK (RFC 8037 §2).
fn pair() -> Result<Value, KeysError> {
    let pair = Ed25519KeyPair::generate().map_err(|_| KeysError::Generation)?;
    let seed = pair.seed().and_then(|seed| seed.as_be_bytes()).map_err(|_| KeysError::Generation)?;
    let mut jwk = jwk(pair.public_key().as_ref());
    if let Some(members) = jwk.as_object_mut() {
        members.insert("d".to_owned(), URL_SAFE_NO_PAD.encode(seed.as_ref()).into());
    }
    Ok(jwk)
}

/// A public key as a JWK whose `kid` is its thumbprint.
fn jwk(public_key: &[u8]) -> Value {
    let x = URL_SAFE_NO_PAD.encode(public_key);
    let kid = thumbprint(&x);
    json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x})
}

/// RFC 7638: the SHA-256 of the required members in order. Base64url needs no escape.
fn thumbprint(x: &str) -> String {
    let required = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, required.as_bytes()))
}

fn public(pair: &Value) -> Value {
    let mut public = pair.clone();
    if let Some(members) = public.as_object_mut() {
        members.remove("d");
    }
    public
}

fn set(keys: &[Value]) -> SecretString {
    json!({"keys": keys}).to_string().into()
}

/// The public halves of `current` and `next`, if the secret is whole: both pairs fit, and are two.
fn public_halves(signing: &SecretString) -> Option<[Value; 2]> {
    let secret = strict_json::parse_object(signing.expose_secret().as_bytes()).ok()?;
    let half = |name| {
        let pair = secret.get(name)?;
        let bytes = |member| URL_SAFE_NO_PAD.decode(pair.get(member)?.as_str()?).ok();
        let (seed, public_key) = (bytes("d")?, bytes("x")?);
        Ed25519KeyPair::from_seed_and_public_key(&seed, &public_key).ok()?;
        Some(public(pair)).filter(|public| *public == jwk(&public_key))
    };
    let halves = [half("current")?, half("next")?];
    let [current, next] = &halves;
    (current != next).then_some(halves)
}

/// Whether the JWK Set holds these keys, and no private part. It may hold an earlier key too.
fn holds(verification: &SecretString, public: &[Value]) -> bool {
    let Ok(set) = strict_json::parse_object(verification.expose_secret().as_bytes()) else { return false };
    let Some(keys) = set.get("keys").and_then(Value::as_array) else { return false };
    let is_public = |key: &Value| key.is_object() && key.get("d").is_none();
    keys.iter().all(is_public) && public.iter().all(|key| keys.contains(key))
}

#[cfg(test)]
mod tests;
