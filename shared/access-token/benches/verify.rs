//! What verifying a token costs, beside the bare check of its signature with a key that is kept.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a bench fails this way")]
#![allow(missing_docs, reason = "criterion's macros write none")]

use std::hint::black_box;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access_token::{AccessToken, AudienceRule, DiscoveryUrl, PinnedKeys, Profile, TrustedIssuer, Verifier};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
};
use criterion::{Criterion, criterion_group, criterion_main};
use futures_util::FutureExt as _;
use jws::Compact;
use serde_json::json;
use signer::Signer;

#[allow(dead_code, unreachable_pub, reason = "the tests use all of it")]
#[path = "../src/tests/signer.rs"]
mod signer;

const ISSUER: &str = "https://login.example";
const AUDIENCE: &str = "https://gateway.example/mcp";

fn verify(criterion: &mut Criterion) {
    let signers = [Signer::rs256(), Signer::p256(), Signer::ed25519()];
    let jwks: Vec<_> = signers.iter().map(|signer| signer.jwk(signer.algorithm())).collect();
    let keys = PinnedKeys::parse(&json!({ "issuer": ISSUER, "keys": jwks }).to_string()).unwrap();
    let discovery_url = DiscoveryUrl::parse(&format!("{ISSUER}/.well-known/openid-configuration")).unwrap();
    let issuer = TrustedIssuer::new(discovery_url, Profile::Generic).unwrap().with_pinned_keys(keys).unwrap();
    let verifier = Verifier::new(vec![issuer]).unwrap();
    let rule = AudienceRule::accept([AUDIENCE]);

    for signer in &signers {
        let token = token(signer);
        let mut group = criterion.benchmark_group(signer.algorithm());

        let key = match signer {
            Signer::Rs256(pair) | Signer::Ps256(pair) => {
                ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key())
            }
            Signer::P256(pair) => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, pair.public_key()),
            Signer::Ed25519(pair) => ParsedPublicKey::new(&ED25519, pair.public_key()),
        };
        let key = key.unwrap();
        let Compact { signing_input, signature, .. } = Compact::parse(&token, token.len()).unwrap();
        group.bench_function("bare", |bencher| {
            bencher.iter(|| key.verify_sig(black_box(signing_input), black_box(&signature)).unwrap());
        });

        group.bench_function("parse", |bencher| {
            bencher.iter(|| Compact::parse(black_box(&token), token.len()).unwrap());
        });

        let header = format!("Bearer {token}");
        group.bench_function("verify", |bencher| {
            bencher.iter(|| {
                let token = AccessToken::from_authorization(black_box(&header)).unwrap();
                verifier.verify(&token, &rule, Duration::ZERO).now_or_never().unwrap().unwrap()
            });
        });
    }
}

/// As long as those of Cognito or Entra ID, of about a kilobyte.
fn token(signer: &Signer) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let claims = json!({
        "iss": ISSUER, "sub": "6d3a91f0-52c7-4d0e-9f2b-8c1d7be0a401", "aud": AUDIENCE, "client_id": "assistant",
        "scope": "openid profile email countersign/tools", "iat": now, "exp": now + 3600, "auth_time": now,
        "jti": "0e6f1a3c-9a55-4d9e-b8d2-1c1f4f7a2d11", "sid": "5f0c7a52-3f5e-4b7e-8f51-2a8a6b1f9c03",
        "name": "Alice Archer", "email": "alice@example.com", "email_verified": true, "groups": ["engineering", "support"],
    });
    let header = json!({ "alg": signer.algorithm(), "kid": signer.algorithm(), "typ": "at+jwt" });
    signer.sign(header.to_string(), claims.to_string())
}

criterion_group!(benches, verify);
criterion_main!(benches);
