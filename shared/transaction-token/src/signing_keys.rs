//! The secrets `signing` and `verification`, as they are made and rotated. The one place that knows their form.
//!
//! `signing` is `{"previous": public JWK, "current": private JWK, "next": private JWK, "rotated_at": seconds}`, and
//! `verification` follows from it: the JWK Set of their public halves. `next` is public a whole period before it signs,
//! and `previous` stays public a period after, when its private half is long gone.

use std::fmt::Write as _;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret as _, SecretBox, SecretString};
use serde_json::{Value, json};

use crate::KeySet;
use crate::keys::MAX_KEYS;

/// More than three keys with all their members need, so that the text of a secret is never moved while it grows.
const TEXT_BYTES: usize = 1024;

/// The keys of one deployment: the secret `signing`.
#[derive(Debug, Clone)]
pub struct SigningKeys {
    previous: Option<PublicKey>,
    current: PrivateKey,
    next: PrivateKey,
    rotated_at: u64,
}

/// An Ed25519 key pair.
#[derive(Debug, Clone)]
pub struct PrivateKey {
    seed: Arc<SecretBox<[u8; 32]>>,
    public: PublicKey,
}

/// An Ed25519 public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublicKey([u8; 32]);

/// The secret `verification`, as this module writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerificationKeys(Vec<PublicKey>);

/// The system has no randomness or no memory for a key pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a key pair could not be made")]
pub struct GenerateError;

impl SigningKeys {
    /// The first keys of a deployment, or the ones after an emergency: nothing is previous. `now` is in seconds since
    /// 1970.
    ///
    /// # Errors
    ///
    /// [`GenerateError`].
    pub fn generate(now: u64) -> Result<Self, GenerateError> {
        let (current, next) = (PrivateKey::generate()?, PrivateKey::generate()?);
        Ok(Self { previous: None, current, next, rotated_at: now })
    }

    /// The keys of the next period, of which `next` is the one that is new.
    #[must_use]
    pub fn rotated(&self, next: PrivateKey, now: u64) -> Self {
        Self { previous: Some(self.current.public), current: self.next.clone(), next, rotated_at: now }
    }

    /// Whether these are `other`, rotated once.
    #[must_use]
    pub fn succeed(&self, other: &Self) -> bool {
        self.previous == Some(other.current.public) && self.current.public == other.next.public
    }

    /// When they were made, in seconds since 1970. Zero if the secret does not say.
    #[must_use]
    pub fn rotated_at(&self) -> u64 {
        self.rotated_at
    }

    /// The public keys that tools need as long as these are in use.
    #[must_use]
    pub fn verification(&self) -> VerificationKeys {
        VerificationKeys(self.in_use().into_iter().chain(self.previous).collect())
    }

    /// The public halves of `current` and `next`. Without them in `verification`, calls are refused now or soon.
    #[must_use]
    pub fn in_use(&self) -> [PublicKey; 2] {
        [self.current.public, self.next.public]
    }

    /// Reads the secret: both pairs fit, all keys differ, and each is as this module writes it. `None` otherwise.
    #[must_use]
    pub fn parse(secret: &SecretString) -> Option<Self> {
        let mut members = strict_json::parse_object(secret.expose_secret().as_bytes()).ok()?;
        let previous = match members.remove("previous") {
            Some(jwk) => Some(PublicKey::read(&jwk)?),
            None => None,
        };
        let rotated_at = match members.remove("rotated_at") {
            Some(time) => time.as_u64()?,
            None => 0,
        };
        let (current, next) = (members.remove("current")?, members.remove("next")?);
        let keys = Self { previous, current: PrivateKey::read(current)?, next: PrivateKey::read(next)?, rotated_at };
        let [current, next] = keys.in_use();
        (current != next && previous != Some(current) && previous != Some(next)).then_some(keys)
    }

    /// The text of the secret.
    #[must_use]
    pub fn to_secret(&self) -> SecretString {
        // Not through a JSON value, whose strings would be left behind in memory. Nothing here needs an escape.
        let mut text = String::with_capacity(TEXT_BYTES);
        text.push('{');
        if let Some(previous) = self.previous {
            let _ = write!(text, r#""previous":{},"#, previous.jwk());
        }
        let (current, next) = (self.current.jwk(), self.next.jwk());
        let _ = write!(
            text,
            r#""current":{},"next":{},"rotated_at":{}}}"#,
            current.as_str(),
            next.as_str(),
            self.rotated_at
        );
        text.into()
    }
}

impl PrivateKey {
    /// A new key pair.
    ///
    /// # Errors
    ///
    /// [`GenerateError`].
    pub fn generate() -> Result<Self, GenerateError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| GenerateError)?;
        let seed = pair.seed().and_then(|seed| seed.as_be_bytes()).map_err(|_| GenerateError)?;
        let public = pair.public_key().as_ref().try_into().map_err(|_| GenerateError)?;
        Self::new(seed.as_ref(), PublicKey(public)).ok_or(GenerateError)
    }

    fn new(seed: &[u8], public: PublicKey) -> Option<Self> {
        let seed = Box::new(<[u8; 32]>::try_from(seed).ok()?);
        Some(Self { seed: Arc::new(SecretBox::new(seed)), public })
    }

    /// RFC 8037 §2: the public JWK with `d` in it.
    fn read(mut jwk: Value) -> Option<Self> {
        let d = match jwk.as_object_mut()?.remove("d")? {
            Value::String(d) => Zeroizing::new(d),
            _ => return None,
        };
        let public = PublicKey::read(&jwk)?;
        let seed = Zeroizing::new(URL_SAFE_NO_PAD.decode(d.as_str()).ok()?);
        Ed25519KeyPair::from_seed_and_public_key(&seed, &public.0).ok()?;
        Self::new(&seed, public)
    }

    fn jwk(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(TEXT_BYTES));
        text.push_str(self.public.jwk().to_string().trim_end_matches('}'));
        text.push_str(r#","d":""#);
        URL_SAFE_NO_PAD.encode_string(self.seed.expose_secret(), &mut text);
        text.push_str(r#""}"#);
        text
    }
}

impl PublicKey {
    /// The JWK, whose `kid` is its thumbprint.
    fn jwk(self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.0);
        let kid = thumbprint(&x);
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x})
    }

    fn read(jwk: &Value) -> Option<Self> {
        let x = URL_SAFE_NO_PAD.decode(jwk.get("x")?.as_str()?).ok()?;
        let key = Self(x.try_into().ok()?);
        (key.jwk() == *jwk).then_some(key)
    }
}

impl VerificationKeys {
    /// Reads the secret. A tool would take it, and every key in it is one that this module has written.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        KeySet::parse(text).ok()?;
        let set = strict_json::parse_object(text.as_bytes()).ok()?;
        let keys = set.get("keys")?.as_array()?;
        keys.iter().map(PublicKey::read).collect::<Option<_>>().map(Self)
    }

    /// The text of the secret.
    #[must_use]
    pub fn to_secret(&self) -> SecretString {
        json!({"keys": self.0.iter().map(|key| key.jwk()).collect::<Vec<_>>()}).to_string().into()
    }

    /// Whether all these keys are in it.
    #[must_use]
    pub fn hold(&self, keys: impl AsRef<[PublicKey]>) -> bool {
        keys.as_ref().iter().all(|key| self.0.contains(key))
    }

    /// These and after them the others, as many as tools take.
    #[must_use]
    pub fn beside(mut self, others: &Self) -> Self {
        for key in &others.0 {
            if !self.0.contains(key) && self.0.len() < MAX_KEYS {
                self.0.push(*key);
            }
        }
        self
    }
}

impl AsRef<[PublicKey]> for VerificationKeys {
    fn as_ref(&self) -> &[PublicKey] {
        &self.0
    }
}

/// RFC 7638: the SHA-256 of the required members in order. Base64url needs no escape.
fn thumbprint(x: &str) -> String {
    let required = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(digest(&SHA256, required.as_bytes()))
}

#[cfg(test)]
mod tests;
