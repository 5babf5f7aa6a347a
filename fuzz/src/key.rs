//! An Ed25519 key of this run.

use aws_lc_rs::encoding::AsBigEndian as _;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// A key pair that nobody has seen before.
#[derive(Debug)]
pub struct Key(Ed25519KeyPair);

impl Key {
    /// A new key.
    #[must_use]
    pub fn generate() -> Self {
        Self(Ed25519KeyPair::generate().expect("randomness"))
    }

    /// The public half, with the `kid` `current`.
    #[must_use]
    pub fn public_jwk(&self) -> Value {
        let x = URL_SAFE_NO_PAD.encode(self.0.public_key());
        json!({"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "current", "x": x})
    }

    /// Both halves.
    #[must_use]
    pub fn private_jwk(&self) -> Value {
        let mut jwk = self.public_jwk();
        let seed = self.0.seed().and_then(|seed| seed.as_be_bytes()).expect("a seed");
        jwk["d"] = URL_SAFE_NO_PAD.encode(seed.as_ref()).into();
        jwk
    }

    /// A compact JWS of these texts, whatever they are.
    #[must_use]
    pub fn sign(&self, header: &str, payload: &str) -> String {
        let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(self.0.sign(input.as_bytes()));
        format!("{input}.{signature}")
    }
}
