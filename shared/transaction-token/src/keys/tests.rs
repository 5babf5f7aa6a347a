use rstest::rstest;
use serde_json::{Value, json};

use super::{KeySet, KeySetError};

fn key(kid: &str) -> Value {
    // The public key of RFC 8037 appendix A.2.
    json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid,
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
}

fn with(name: &str, value: Value) -> Value {
    let mut key = key("a");
    key[name] = value;
    json!({ "keys": [key] })
}

#[test]
fn a_set_of_previous_current_and_next_is_read() {
    let set = KeySet::parse(&json!({ "keys": [key("a"), key("b"), key("c")] }).to_string()).unwrap();
    assert!(set.find("b").is_some());
    assert!(set.find("d").is_none());
}

#[test]
fn there_is_room_for_one_emergency_more() {
    let keys = ["a", "b", "c", "d"].map(key);
    let padding = " ".repeat(8 * 1024 - json!({ "keys": keys }).to_string().len());
    assert!(KeySet::parse(&(json!({ "keys": keys }).to_string() + &padding)).is_ok());
}

#[test]
fn debug_output_names_the_keys() {
    let set = KeySet::parse(&json!({ "keys": [key("a"), key("b")] }).to_string()).unwrap();
    assert_eq!(format!("{set:?}"), r#"["a", "b"]"#);
}

#[rstest]
#[case::other_type(with("kty", json!("RSA")), KeySetError::UnusableKey)]
#[case::other_curve(with("crv", json!("X25519")), KeySetError::UnusableKey)]
#[case::other_algorithm(with("alg", json!("HS256")), KeySetError::UnusableKey)]
#[case::for_encryption(with("use", json!("enc")), KeySetError::UnusableKey)]
#[case::short_key(with("x", json!("AQID")), KeySetError::UnusableKey)]
#[case::no_kid(with("kid", json!("")), KeySetError::UnusableKey)]
#[case::kid_is_a_number(with("kid", json!(1)), KeySetError::UnusableKey)]
#[case::private_half_in_the_public_set(with("d", json!("AQID")), KeySetError::UnusableKey)]
#[case::not_a_key(json!({ "keys": ["a"] }), KeySetError::UnusableKey)]
#[case::same_kid(json!({ "keys": [key("a"), key("a")] }), KeySetError::DuplicateKid)]
#[case::empty(json!({ "keys": [] }), KeySetError::NumberOfKeys)]
#[case::too_many(json!({ "keys": [key("a"), key("b"), key("c"), key("d"), key("e")] }), KeySetError::NumberOfKeys)]
#[case::no_keys(json!({}), KeySetError::NotAKeySet)]
#[case::array(json!([key("a")]), KeySetError::NotAKeySet)]
fn a_doubtful_set_is_refused_whole(#[case] set: Value, #[case] expected: KeySetError) {
    assert_eq!(KeySet::parse(&set.to_string()).unwrap_err(), expected);
}

#[test]
fn an_empty_secret_and_an_oversize_one_are_no_key_set() {
    assert_eq!(KeySet::parse("").unwrap_err(), KeySetError::NotAKeySet);
    let padded = format!("{{\"keys\":[]}}{}", " ".repeat(9_000));
    assert_eq!(KeySet::parse(&padded).unwrap_err(), KeySetError::NotAKeySet);
}
