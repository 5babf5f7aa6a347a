use std::time::Duration;

use log_capture::Log;
use rstest::rstest;
use serde_json::{Value, json};

use super::provider::Provider;
use super::signer::{Signer, base64url};
use super::{KEY, Setup, trusted};
use crate::{ConfigurationError, DiscoveryUrl, PinnedKeys, Profile, Rejection, TrustedIssuer};

fn text(issuer: &str, keys: &[Value]) -> String {
    json!({"issuer": issuer, "keys": keys}).to_string()
}

/// The keys of `signer`, with the issuer's name changed; the provider itself publishes others under the same name.
async fn pinned(signer: Signer, issuer: impl Fn(&str) -> String) -> Setup {
    let jwk = signer.jwk(KEY);
    let trusted = |provider: &Provider| {
        provider.publish(&[Signer::ed25519().jwk(KEY)]);
        let keys = PinnedKeys::parse(&text(&issuer(provider.issuer()), &[jwk])).unwrap();
        trusted(provider, Profile::Generic).with_pinned_keys(keys).unwrap()
    };
    Setup::trusting(signer, trusted).await
}

#[rstest]
#[case::eddsa(Signer::ed25519())]
#[case::es256(Signer::p256())]
#[case::ps256(Signer::ps256())]
#[case::rs256(Signer::rs256())]
#[tokio::test]
async fn pinned_keys_verify_and_nothing_is_fetched(#[case] signer: Signer) {
    let log = Log::capture();
    let setup = pinned(signer, str::to_owned).await;
    setup.verifier.prefetch(Duration::from_secs(2)).await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    setup.advance(3500);
    setup.verify(&setup.token(json!({}))).await.unwrap();
    setup.refuses(&setup.token_with_header(json!({"kid": "key-2"})), Rejection::UnknownKey, 0).await;
    assert!(log.text().contains("its rotations do not reach here"));
}

#[tokio::test]
async fn pinned_keys_are_those_of_one_issuer_to_the_byte() {
    let setup = pinned(Signer::ed25519(), |issuer| format!("{issuer}/")).await;
    setup.refuses(&setup.token(json!({})), Rejection::UnknownIssuer, 0).await;
    setup.verify(&setup.token(json!({"iss": format!("{}/", setup.provider.issuer())}))).await.unwrap();
}

#[rstest]
#[case::another_host("https://login.example.org")]
#[case::longer("https://login.example/tenant")]
#[case::shorter("https://login")]
#[case::plain_http("http://login.example")]
#[case::empty("")]
fn pinned_keys_of_another_issuer_are_refused(#[case] issuer: &str) {
    let url = DiscoveryUrl::parse("https://login.example/.well-known/openid-configuration").unwrap();
    let keys = PinnedKeys::parse(&text(issuer, &[Signer::ed25519().jwk(KEY)])).unwrap();
    let trusted = TrustedIssuer::new(url, Profile::Generic).unwrap().with_pinned_keys(keys);
    assert_eq!(trusted.unwrap_err(), ConfigurationError::PinnedKeysOfAnotherIssuer);
}

#[rstest]
#[case::empty("")]
#[case::no_json("https://login.example")]
#[case::array(r#"[{"issuer":"https://login.example"}]"#)]
#[case::no_issuer(r#"{"keys":[JWK]}"#)]
#[case::issuer_mistyped(r#"{"issuer":["https://login.example"],"keys":[JWK]}"#)]
#[case::issuer_twice(r#"{"issuer":"https://login.example","issuer":"https://login.example","keys":[JWK]}"#)]
#[case::no_set(r#"{"issuer":"https://login.example"}"#)]
#[case::set_mistyped(r#"{"issuer":"https://login.example","keys":JWK}"#)]
#[case::nothing_in_it(r#"{"issuer":"https://login.example","keys":[]}"#)]
#[case::no_key(r#"{"issuer":"https://login.example","keys":[JWK,"key"]}"#)]
#[case::same_key_twice(r#"{"issuer":"https://login.example","keys":[JWK,JWK]}"#)]
fn what_is_not_a_pinned_set_is_refused(#[case] text: &str) {
    let jwk = Signer::ed25519().jwk(KEY).to_string();
    assert_eq!(PinnedKeys::parse(&text.replace("JWK", &jwk)).unwrap_err(), ConfigurationError::NotPinnedKeys);
}

/// A fetched set would be used without it.
#[rstest]
#[case::for_encryption(json!({"use": "enc"}))]
#[case::other_operations(json!({"key_ops": ["encrypt"]}))]
#[case::unknown_algorithm(json!({"alg": "RS512"}))]
#[case::no_name(json!({"kid": null}))]
#[case::empty_name(json!({"kid": ""}))]
#[case::weak(json!({"n": base64url([0xff; 128])}))]
#[case::private(json!({"d": "AAAA"}))]
fn a_pinned_key_that_must_not_verify_is_a_mistake(#[case] change: Value) {
    let mut jwk = Signer::rs256().jwk(KEY);
    super::merge(&mut jwk, change);
    let text = text("https://login.example", &[Signer::ed25519().jwk("key-2"), jwk]);
    assert_eq!(PinnedKeys::parse(&text).unwrap_err(), ConfigurationError::NotPinnedKeys);
}

#[test]
fn at_most_32_keys_are_pinned() {
    let keys: Vec<_> = (0..33).map(|number| Signer::ed25519().jwk(&number.to_string())).collect();
    assert!(PinnedKeys::parse(&text("https://login.example", &keys[..32])).is_ok());
    assert!(PinnedKeys::parse(&text("https://login.example", &keys)).is_err());
}
