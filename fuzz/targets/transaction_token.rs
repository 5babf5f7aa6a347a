//! A tool works for nobody but whom a genuine token names, for the call that it names.

#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, UNIX_EPOCH};

use countersign_fuzz::{Key, Token};
use libfuzzer_sys::fuzz_target;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use strict_json::Object;
use transaction_token::{BindArguments, Call, Digest, Identity, Issuer, KeySet, Presented, Verifier};

const NOW: u64 = 1_800_000_000;

struct World {
    key: Key,
    keys: KeySet,
    arguments: Object,
    digest: String,
    genuine: String,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let key = Key::generate();
    let keys = KeySet::parse(&json!({"keys": [key.public_jwk()]}).to_string()).expect("a key set");
    let arguments = Object::from_iter([("title".to_owned(), json!("Disk full"))]);
    let digest = json!(Digest::of(&arguments).expect("a digest")).as_str().expect("a text").to_owned();
    let secret = SecretString::from(json!({"current": key.private_jwk()}).to_string());
    let issuer = Issuer::new(&secret, "stack", "authorizer").expect("an issuer");
    let alice = Identity {
        subject: "alice",
        issuer: "https://login.example",
        client_id: Some("assistant"),
        name: None,
        email: None,
        scope: "tools",
        groups: &[],
        authenticated_at: None,
    };
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    let genuine = issuer.issue(alice, ("tickets", "create"), &arguments, now).expect("a token");
    World { key, keys, arguments, digest, genuine: genuine.token.expose_secret().to_owned() }
});

fuzz_target!(|input: &str| {
    let World { key, keys, arguments, digest, genuine } = &*WORLD;
    let token = Token::read(input, key, genuine, &[("$DIGEST", digest)]);
    let verifier = Verifier::new("stack", "tickets", BindArguments::Required);
    let presented = Presented::among([("Txn-Token", token.text())]).expect("one header");
    let call = Call { tool: "create", arguments };
    let Ok(caller) = verifier.verify(presented, keys, call, UNIX_EPOCH + Duration::from_secs(NOW)) else { return };

    let (header, payload) = match token {
        Token::Forged(text) => return assert_eq!(text, *genuine),
        Token::Signed { header, payload, .. } => (header, payload),
    };
    let [header, claims] = [header, payload].map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
    assert_eq!(header["typ"], "txntoken+jwt");
    assert_eq!(header["alg"], "EdDSA");
    assert_eq!(header["kid"], "current");
    assert_eq!(header.get("crit"), None);
    assert_eq!(claims["aud"], "stack");
    assert_eq!(claims["tctx"], json!({"target": "tickets", "tool": "create", "args": digest}));
    assert_eq!(claims["scope"], "tickets___create");
    let (issued, expires) = (claims["iat"].as_u64().expect("iat"), claims["exp"].as_u64().expect("exp"));
    assert!(issued <= NOW + 5 && NOW < expires + 5 && expires <= issued + 30);
    assert!(!caller.subject().is_empty() && claims["sub"] == caller.subject());
    assert_eq!(claims["rctx"]["iss"], caller.issuer());
});
