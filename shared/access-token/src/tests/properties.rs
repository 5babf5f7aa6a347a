use std::sync::{Arc, LazyLock};
use std::time::Duration;

use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::json;
use tokio::runtime::Builder;

use super::signer::Signer;
use super::{AUDIENCE, NOW, TestClock};
use crate::{AccessToken, AudienceRule, Claims, DiscoveryUrl, PinnedKeys, Profile, Rejection, TrustedIssuer, Verifier};

const ISSUER: &str = "https://login.example";

/// A genuine token of each algorithm, and a verifier that has the key of each.
static TOKENS: LazyLock<(Vec<String>, Verifier)> = LazyLock::new(|| {
    let signers = [Signer::ed25519(), Signer::p256(), Signer::ps256(), Signer::rs256()];
    let claims = json!({
        "iss": ISSUER, "sub": "alice", "aud": AUDIENCE, "client_id": "assistant", "iat": NOW, "exp": NOW + 3600,
    });
    let sign = |signer: &Signer| {
        let header = json!({"alg": signer.algorithm(), "typ": "at+jwt", "kid": signer.algorithm()});
        signer.sign(header.to_string(), claims.to_string())
    };
    let keys = signers.each_ref().map(|signer| signer.jwk(signer.algorithm()));
    let keys = PinnedKeys::parse(&json!({"issuer": ISSUER, "keys": keys}).to_string()).unwrap();
    let url = DiscoveryUrl::parse(&format!("{ISSUER}/.well-known/openid-configuration")).unwrap();
    let issuer = TrustedIssuer::new(url, Profile::Generic).unwrap().with_pinned_keys(keys).unwrap();
    let clock: Arc<TestClock> = TestClock::new();
    (signers.iter().map(sign).collect(), Verifier::with_clock(vec![issuer], clock).unwrap())
});

fn verify(credentials: &str) -> Result<Claims, Rejection> {
    let token = AccessToken::from_authorization(credentials)?;
    let rule = AudienceRule::accept([AUDIENCE]);
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(TOKENS.1.verify(&token, &rule, Duration::ZERO))
}

/// Some of it in the place of some of it; parts of these tokens in each other's places; a part with another end.
fn mutated() -> impl Strategy<Value = String> {
    let token = || any::<Index>().prop_map(|index| index.get(&TOKENS.0).clone());
    let part = || (token(), 0..3_usize).prop_map(|(token, part)| token.split('.').nth(part).unwrap().to_owned());
    prop_oneof![
        4 => (token(), any::<Index>(), 0..3_usize, "[!-~]{0,2}").prop_map(|(token, at, removed, inserted)| {
            let at = at.index(token.len() + 1);
            format!("{}{inserted}{}", &token[..at], token.get(at + removed..).unwrap_or_default())
        }),
        1 => [part(), part(), part()].prop_map(|parts| parts.join(".")),
        2 => (token(), 0..3_usize, 0..2_usize, "[=.~+/_A-Za-z0-9-]{0,2}").prop_map(|(token, part, removed, end)| {
            let mut parts: Vec<String> = token.split('.').map(str::to_owned).collect();
            let kept = parts[part].len() - removed;
            parts[part].replace_range(kept.., &end);
            parts.join(".")
        }),
    ]
}

#[test]
fn a_genuine_token_verifies() {
    for token in &TOKENS.0 {
        assert_eq!(verify(&format!("Bearer {token}")).unwrap().subject(), "alice");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A token has one spelling. (An ECDSA signature has a second one, of which this rule does not speak: `s` and `n - s`.)
    #[test]
    fn a_mutated_token_never_verifies(token in mutated()) {
        prop_assume!(!TOKENS.0.contains(&token));
        prop_assert!(verify(&format!("Bearer {token}")).is_err(), "{}", token);
    }
}
