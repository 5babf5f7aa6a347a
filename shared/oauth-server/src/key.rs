//! The RSA keys with which access tokens are signed, and which are published.
//!
//! RS256, because every resource server knows it (RFC 9068 §2.1). A key is parsed once and kept.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Serialize;
use serde_json::{Value, json};

/// The label of PKCS #8 (RFC 7468 §10).
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// In bits; RFC 7518 §3.3 sets the least.
const MIN_MODULUS: usize = 2048;

/// Why a key cannot be had or used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The system has no randomness or no memory.
    #[error("a key could not be made")]
    Generation,
    /// Two published keys are the same, or have one `kid`.
    #[error("two published keys have the same `kid`")]
    DuplicateKid,
    /// Not a private RSA key in PKCS #8, or one of less than 2048 bits.
    #[error("not a PKCS #8 RSA key of at least 2048 bits")]
    NotASigningKey,
    /// Not a public RSA key for RS256 as a JWK, or one that shows its private part.
    #[error("not a public RSA key of at least 2048 bits as a JWK, with `kid`, for RS256")]
    NotAPublicKey,
    /// The claims are not JSON, or the system has no memory for a signature.
    #[error("a token could not be signed")]
    Signing,
}

/// A key that signs.
pub struct SigningKey {
    pair: KeyPair,
    public: PublicKey,
}

impl SigningKey {
    /// Makes a key of 2048 bits, which takes a moment, together with the PEM text to keep.
    ///
    /// # Errors
    ///
    /// [`KeyError::Generation`].
    pub fn generate() -> Result<(Self, SecretString), KeyError> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generation)?;
        let der = pair.as_der().map_err(|_| KeyError::Generation)?;
        let text = pem(der.as_ref());
        Ok((Self::new(pair), text))
    }

    /// Reads PKCS #8 in PEM (RFC 7468 §10).
    ///
    /// # Errors
    ///
    /// [`KeyError::NotASigningKey`].
    pub fn from_pem(pem: &SecretString) -> Result<Self, KeyError> {
        let pair = parse(pem).filter(|pair| pair.public_modulus_len() * 8 >= MIN_MODULUS);
        pair.map(Self::new).ok_or(KeyError::NotASigningKey)
    }

    fn new(pair: KeyPair) -> Self {
        let components = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let (n, e) = (URL_SAFE_NO_PAD.encode(components.n), URL_SAFE_NO_PAD.encode(components.e));
        // The thumbprint is of the required members in order (RFC 7638 §3); base64url needs no escape.
        let required = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(digest(&SHA256, required.as_bytes()));
        Self { pair, public: PublicKey { kid, n, e } }
    }

    /// Its public half.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, claims: &impl Serialize) -> Result<SecretString, KeyError> {
        let header = json!({"alg": "RS256", "kid": self.public.kid, "typ": "at+jwt"}).to_string();
        let claims = serde_json::to_vec(claims).map_err(|_| KeyError::Signing)?;
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature)
            .map_err(|_| KeyError::Signing)?;
        Ok(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SigningKey").field("kid", &self.public.kid).finish_non_exhaustive()
    }
}

/// A public key as it is published (RFC 7517 §4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicKey {
    kid: String,
    n: String,
    e: String,
}

impl PublicKey {
    /// Reads a JWK: `kty` RSA, `alg` RS256, `use` sig, `kid`, `n`, `e`, and no private member.
    ///
    /// # Errors
    ///
    /// [`KeyError::NotAPublicKey`].
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        let member = |name| jwk.get(name).and_then(Value::as_str).map(str::to_owned).ok_or(KeyError::NotAPublicKey);
        let is_public = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"].iter().all(|name| jwk.get(name).is_none());
        let is_ours = member("kty")? == "RSA" && member("alg")? == "RS256" && member("use")? == "sig";
        let key = Self { kid: member("kid")?, n: member("n")?, e: member("e")? };
        let modulus = URL_SAFE_NO_PAD.decode(&key.n).map_err(|_| KeyError::NotAPublicKey)?;
        let exponent = URL_SAFE_NO_PAD.decode(&key.e).map_err(|_| KeyError::NotAPublicKey)?;
        let is_sound = modulus.len() * 8 >= MIN_MODULUS && modulus.first() != Some(&0) && exponent.len() >= 3;
        if is_public && is_ours && is_sound && !key.kid.is_empty() { Ok(key) } else { Err(KeyError::NotAPublicKey) }
    }

    /// The name under which a token refers to it: for a key of ours its thumbprint (RFC 7638).
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// As a JWK.
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        json!({"kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.kid, "n": self.n, "e": self.e})
    }
}

/// The key that signs and all that are published. Clones are the same keys.
#[derive(Clone)]
pub struct SigningKeys {
    current: Arc<SigningKey>,
    published: Arc<[PublicKey]>,
}

impl SigningKeys {
    /// `others` are published besides the one that signs: the next one, so that every resource server knows it before
    /// it signs, and the previous one, while tokens that it signed are valid.
    ///
    /// # Errors
    ///
    /// [`KeyError::DuplicateKid`].
    pub fn new(current: SigningKey, others: Vec<PublicKey>) -> Result<Self, KeyError> {
        let mut published = vec![current.public.clone()];
        for other in others {
            if published.iter().any(|key| key.kid == other.kid) {
                return Err(KeyError::DuplicateKid);
            }
            published.push(other);
        }
        Ok(Self { current: Arc::new(current), published: published.into() })
    }

    /// A compact JWS (RFC 7515 §7.1) of an access token's claims: RS256, `typ: at+jwt` (RFC 9068 §2.1), `kid`.
    ///
    /// # Errors
    ///
    /// [`KeyError::Signing`].
    pub fn sign(&self, claims: &impl Serialize) -> Result<SecretString, KeyError> {
        self.current.sign(claims)
    }

    /// The key set to publish (RFC 7517 §5).
    #[must_use]
    pub fn jwks(&self) -> Value {
        json!({"keys": self.published.iter().map(PublicKey::to_jwk).collect::<Vec<_>>()})
    }
}

impl fmt::Debug for SigningKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.published.iter().map(PublicKey::kid)).finish()
    }
}

fn pem(der: &[u8]) -> SecretString {
    let mut text = format!("{BEGIN}\n");
    for (index, character) in STANDARD.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    format!("{text}\n{END}\n").into()
}

fn parse(pem: &SecretString) -> Option<KeyPair> {
    let text = pem.expose_secret().trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let base64: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    KeyPair::from_pkcs8(&STANDARD.decode(base64).ok()?).ok()
}
