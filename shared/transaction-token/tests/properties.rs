//! A token is good for one text of itself, and for the arguments that it was issued for.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // A test may stop at the first surprise.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use proptest::prelude::*;
use proptest::sample::Index;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use strict_json::Object;
use transaction_token::{
    BindArguments, Call, Digest, Identity, Issuer, KeySet, Presented, Rejection, SigningKeys, Verifier,
};

const NOW: SystemTime = UNIX_EPOCH;

struct Genuine {
    keys: KeySet,
    tokens: [String; 2],
}

/// Two tokens for one call, of two people, by one key.
static GENUINE: LazyLock<Genuine> = LazyLock::new(|| {
    let secrets = SigningKeys::generate(0).unwrap();
    let issuer = Issuer::new(&secrets.to_secret(), "stack", "authorizer").unwrap();
    let token = |subject| {
        let person = Identity {
            subject,
            issuer: "https://login.example",
            client_id: Some("assistant"),
            name: None,
            email: None,
            scope: "tools",
            groups: &[],
            authenticated_at: None,
        };
        let issued = issuer.issue(person, ("tickets", "create"), &Object::new(), NOW).unwrap();
        issued.token.expose_secret().to_owned()
    };
    let keys = KeySet::parse(secrets.verification().to_secret().expose_secret()).unwrap();
    Genuine { keys, tokens: [token("alice"), token("bob")] }
});

fn verify(token: &str) -> Result<String, Rejection> {
    let verifier = Verifier::new("stack", "tickets", BindArguments::Required);
    let presented = Presented::among([("Txn-Token", token)])?;
    let call = Call { tool: "create", arguments: &Object::new() };
    verifier
        .verify(presented, &GENUINE.keys, call, NOW + Duration::from_secs(1))
        .map(|caller| caller.subject().to_owned())
}

/// Some of it in the place of some of it; parts of these tokens in each other's places; a part with another end.
fn mutated() -> impl Strategy<Value = String> {
    let token = || any::<Index>().prop_map(|index| index.get(&GENUINE.tokens).clone());
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

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        // Few, so that two of them are often the same number in two spellings.
        (-3..3_i64).prop_map(Value::from),
        (-3..3_i8).prop_map(|number| Value::from(f64::from(number))),
        (-1e15..1e15).prop_map(Value::from),
        "[ab\u{e9}\u{1f600}\u{fb33}\"\\\\\u{0}]{0,2}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[ab\u{e9}]{0,1}", inner, 0..3)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The rule of RFC 8259 and RFC 7493 in the plainest words: numbers by what they are, members by their names.
fn are_equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_f64() == other.as_f64(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| are_equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            let same = |(name, value)| other.get(name).is_some_and(|other| are_equal(value, other));
            one.len() == other.len() && one.iter().all(same)
        }
        _ => one == other,
    }
}

/// Every whole number in the other of its spellings, members in the other order.
fn respelled(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.as_i64().and_then(|whole| i32::try_from(whole).ok()).map_or_else(
            || number.as_f64().filter(|double| *double == 0.0).map_or_else(|| value.clone(), |_| Value::from(0)),
            |whole| Value::from(f64::from(whole)),
        ),
        Value::Array(elements) => elements.iter().map(respelled).collect(),
        Value::Object(members) => {
            Value::Object(members.iter().rev().map(|(name, value)| (name.clone(), respelled(value))).collect())
        }
        _ => value.clone(),
    }
}

fn digest(value: &Value) -> Digest {
    Digest::of(&Object::from_iter([("value".to_owned(), value.clone())])).unwrap()
}

#[test]
fn a_genuine_token_verifies() {
    assert_eq!(GENUINE.tokens.each_ref().map(|token| verify(token).unwrap()), ["alice", "bob"]);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mutated_token_never_verifies(token in mutated()) {
        prop_assume!(!GENUINE.tokens.contains(&token));
        prop_assert!(verify(&token).is_err(), "{}", token);
    }

    #[test]
    fn equal_arguments_have_one_digest_and_others_another(one in values(), other in values()) {
        prop_assert_eq!(digest(&one) == digest(&other), are_equal(&one, &other));
        prop_assert_eq!(digest(&one), digest(&respelled(&one)));
    }
}
