//! A key that may verify is a public one, whole, and strong enough; and what key-rotation wrote it reads again as it was.

#![no_main]

use access_token::PinnedKeys;
use access_token::fuzzing::key_ids;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use transaction_token::{KeySet, SigningKeys, VerificationKeys};

fuzz_target!(|text: &str| {
    if let Some(ids) = key_ids(text.as_bytes()) {
        let jwks = keys(text);
        assert!(jwks.len() <= 32 && ids.len() <= 2 * jwks.len());
        for id in &ids {
            assert!(!id.is_empty() && jwks.iter().any(|jwk| jwk["kid"] == **id && is_sound(jwk)));
        }
    }
    if PinnedKeys::parse(text).is_ok() {
        assert!(keys(text).iter().all(is_sound));
    }
    if KeySet::parse(text).is_ok() {
        let jwks = keys(text);
        assert!((1..=4).contains(&jwks.len()) && jwks.iter().all(|jwk| is_sound(jwk) && jwk["crv"] == "Ed25519"));
    }
    if let Some(keys) = VerificationKeys::parse(text) {
        assert_eq!(VerificationKeys::parse(keys.to_secret().expose_secret()), Some(keys));
    }
    if let Some(keys) = SigningKeys::parse(&SecretString::from(text)) {
        let again = SigningKeys::parse(&keys.to_secret()).expect("what was written");
        assert_eq!((again.in_use(), again.rotated_at()), (keys.in_use(), keys.rotated_at()));
    }
});

fn keys(text: &str) -> Vec<Value> {
    let set: Value = serde_json::from_str(text).expect("JSON to us is JSON");
    set["keys"].as_array().expect("keys").clone()
}

fn is_sound(jwk: &Value) -> bool {
    let bytes = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap_or_default()).unwrap_or_default();
    let strong = match jwk["kty"].as_str() {
        Some("RSA") => bytes("n").len() >= 256 && !matches!(bytes("e").as_slice(), [] | [0 | 1]),
        Some("EC") => jwk["crv"] == "P-256" && bytes("x").len() == 32 && bytes("y").len() == 32,
        Some("OKP") => jwk["crv"] == "Ed25519" && bytes("x").len() == 32,
        _ => false,
    };
    strong && jwk.get("d").is_none() && (jwk["use"].is_null() || jwk["use"] == "sig")
}
