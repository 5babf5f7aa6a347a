//! Proof key for code exchange (RFC 7636), by S256 and nothing else.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

/// How long a verifier may be (§4.1).
const VERIFIER_CHARACTERS: std::ops::RangeInclusive<usize> = 43..=128;

/// A code challenge of the method S256 (§4.2): the SHA-256 of the verifier.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Challenge(String);

impl Challenge {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let digest = URL_SAFE_NO_PAD.decode(text).ok()?;
        (digest.len() == 32).then(|| Self(text.to_owned()))
    }

    pub(crate) fn is_met_by(&self, verifier: &Verifier) -> bool {
        URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.0.expose_secret().as_bytes())) == self.0
    }
}

/// A code verifier (§4.1).
pub(crate) struct Verifier(SecretString);

impl Verifier {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let is_unreserved = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
        (VERIFIER_CHARACTERS.contains(&text.len()) && text.bytes().all(is_unreserved)).then(|| Self(text.into()))
    }
}
