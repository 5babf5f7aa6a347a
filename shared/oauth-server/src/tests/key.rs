use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::KEYS;
use crate::{KeyError, PublicKey, SigningKey, SigningKeys};

#[test]
fn a_key_survives_in_its_text() {
    let (key, pem) = SigningKey::generate().unwrap();
    assert_eq!(SigningKey::from_pem(&pem).unwrap().public_key(), key.public_key());
    assert!(pem.expose_secret().lines().all(|line| line.len() <= 64));
    assert!(!format!("{key:?}").contains("PRIVATE"));
}

#[rstest]
#[case::empty("")]
#[case::not_pem("nonsense")]
#[case::not_der("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
#[case::other_label("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n")]
fn what_is_no_key_is_refused(#[case] pem: &str) {
    assert_eq!(SigningKey::from_pem(&pem.into()).unwrap_err(), KeyError::NotASigningKey);
}

#[test]
fn keys_before_and_after_are_published_beside_the_one_that_signs() {
    let (current, next) = (SigningKey::generate().unwrap().0, SigningKey::generate().unwrap().0);
    let read = PublicKey::from_jwk(&next.public_key().to_jwk()).unwrap();
    assert_eq!(&read, next.public_key());
    let kid = current.public_key().kid().to_owned();
    let keys = SigningKeys::new(current, vec![read]).unwrap();
    let published = keys.jwks();
    assert_eq!(published["keys"][0]["kid"], kid.as_str());
    assert_eq!(published["keys"][1], next.public_key().to_jwk());
}

#[test]
fn a_key_is_published_once() {
    let (key, _) = SigningKey::generate().unwrap();
    let same = key.public_key().clone();
    assert_eq!(SigningKeys::new(key, vec![same]).unwrap_err(), KeyError::DuplicateKid);
}

#[rstest]
#[case::private("d", json!("AQAB"))]
#[case::other_type("kty", json!("EC"))]
#[case::other_algorithm("alg", json!("PS256"))]
#[case::for_encryption("use", json!("enc"))]
#[case::no_name("kid", json!(""))]
#[case::short("n", json!("AQAB"))]
#[case::exponent_of_one("e", json!("AQ"))]
#[case::not_base64("n", json!("+"))]
fn a_key_that_is_not_public_or_not_for_this_is_not_published(#[case] name: &str, #[case] value: Value) {
    let mut jwk = KEYS.jwks()["keys"][0].clone();
    jwk[name] = value;
    assert_eq!(PublicKey::from_jwk(&jwk).unwrap_err(), KeyError::NotAPublicKey);
}
