//! `ISSUER_KEYS`.

use authorizer::Configuration;
use environment::{Environment, VariableError};
use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{World, forged, provider_jwk, request};

fn pinned(issuer: &str, jwk: &Value) -> String {
    json!({ "issuer": issuer, "keys": [jwk] }).to_string()
}

fn read(keys: &str) -> Result<Configuration, VariableError> {
    let variables = |name: &str| match name {
        "DISCOVERY_URL" => Some("https://login.example/.well-known/openid-configuration".to_owned()),
        "PROVIDER_PROFILE" => Some("generic".to_owned()),
        "ISSUER_KEYS" => Some(keys.to_owned()),
        "AUDIT_DETAIL" => Some("standard".to_owned()),
        "TRUST_DOMAIN" | "SIGNING_SECRET" | "CONTROL_SECRET" => Some("value".to_owned()),
        _ => None,
    };
    Configuration::read(&Environment::new(variables))
}

#[tokio::test]
async fn pinned_keys_verify_without_the_provider() {
    let keys = pinned("ISSUER", &provider_jwk());
    let world = World::with(&[("ISSUER_KEYS", &keys)]).await.without_keys();
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "profile___who_am_i", "arguments": {} },
    });
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &body)).await;
    assert!(answer["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].is_string(), "{answer}");

    let answer = world.send(&request(&json!({ "Authorization": forged(&world.claims()) }), &body)).await;
    assert!(answer["mcp"]["transformedGatewayRequest"].is_null(), "{answer}");
    assert_eq!(world.keys_served(), 0);
}

#[rstest]
#[case::no_json("PRIVATE".to_owned())]
#[case::no_issuer(json!({ "keys": [provider_jwk()] }).to_string())]
#[case::another_issuer(pinned("https://login.example.org", &provider_jwk()))]
#[case::no_key(pinned("https://login.example", &json!({})))]
fn wrong_pinned_keys_stop_the_start(#[case] keys: String) {
    let error = read(&keys).unwrap_err();
    assert_eq!(error.variable, "ISSUER_KEYS");
    assert!(!error.to_string().contains("PRIVATE"));
}

#[rstest]
#[case::right(pinned("https://login.example", &provider_jwk()))]
#[case::absent(String::new())]
fn right_pinned_keys_do_not(#[case] keys: String) {
    read(&keys).unwrap();
}
