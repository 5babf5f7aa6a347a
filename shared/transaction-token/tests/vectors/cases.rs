//! The cases: one for each rule.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use transaction_token::Digest;

pub(crate) const NOW: u64 = 1_800_000_000;
pub(crate) const TRUST_DOMAIN: &str = "countersign.eu-central-1.111122223333";

fn key(seed: u8) -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap()
}

pub(crate) fn jwks() -> Value {
    let keys = [("previous", 1), ("current", 2), ("next", 3)].map(|(kid, seed)| {
        let x = URL_SAFE_NO_PAD.encode(key(seed).public_key());
        json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x })
    });
    json!({ "keys": keys })
}

pub(crate) fn sign(seed: u8, header: &Value, payload: &str) -> String {
    let input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(payload));
    let signature = key(seed).sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) fn header() -> Value {
    json!({ "alg": "EdDSA", "kid": "current", "typ": "txntoken+jwt" })
}

pub(crate) fn claims(arguments: &str) -> Value {
    let arguments = strict_json::parse_object(arguments.as_bytes()).unwrap();
    json!({
        "aud": TRUST_DOMAIN, "iat": NOW, "exp": NOW + 30, "txn": "AAECAwQFBgcICQoLDA0ODw", "sub": "alice",
        "scope": "tickets___create", "req_wl": "authorizer",
        "tctx": { "target": "tickets", "tool": "create", "args": Digest::of(&arguments).unwrap() },
        "rctx": {
            "iss": "https://id.example", "client_id": "assistant", "name": "Alice Liddell",
            "email": "alice@example.com", "scope": "countersign/tools", "groups": ["engineering", "support"],
            "auth_time": NOW - 600,
        },
    })
}

pub(crate) const ARGUMENTS: &str = r#"{"title":"Disk full","priority":1,"labels":["a","b"]}"#;

/// One vector: what a tool receives, and what it must make of it.
fn vector(name: &str, token: &str, arguments: &str, expected: &str) -> Value {
    json!({ "name": name, "headers": [["Txn-Token", token]], "tool": "create", "arguments": arguments, "expected": expected })
}

/// A token whose claims were changed before it was signed by the right key.
fn changed(name: &str, expected: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut claims = claims(ARGUMENTS);
    change(&mut claims);
    vector(name, &sign(2, &header(), &claims.to_string()), ARGUMENTS, expected)
}

/// A token with another header, signed by the right key.
fn headed(name: &str, expected: &str, change: impl FnOnce(&mut Value)) -> Value {
    let mut header = header();
    change(&mut header);
    vector(name, &sign(2, &header, &claims(ARGUMENTS).to_string()), ARGUMENTS, expected)
}

pub(crate) fn vectors() -> Vec<Value> {
    let good = sign(2, &header(), &claims(ARGUMENTS).to_string());
    let with_arguments = |name: &str, judged: &str, received: &str, expected: &str| {
        vector(name, &sign(2, &header(), &claims(judged).to_string()), received, expected)
    };
    let by = |seed: u8, kid: &str| {
        sign(seed, &json!({ "alg": "EdDSA", "kid": kid, "typ": "txntoken+jwt" }), &claims(ARGUMENTS).to_string())
    };
    let part = |index: usize| good.split('.').nth(index).unwrap();
    let headers = |name: &str, headers: Value, expected: &str| json!({ "name": name, "headers": headers, "tool": "create", "arguments": ARGUMENTS, "expected": expected });
    let flip = |text: &str| format!("{}{}", if text.starts_with('A') { "B" } else { "A" }, &text[1..]);
    let payload = claims(ARGUMENTS).to_string();

    vec![
        vector("current key", &good, ARGUMENTS, "accepted"),
        vector("previous key", &by(1, "previous"), ARGUMENTS, "accepted"),
        vector("next key", &by(3, "next"), ARGUMENTS, "accepted"),
        // The arguments, and what their canonical form merges or keeps apart.
        with_arguments(
            "members in another order",
            r#"{"a":1,"b":{"c":2,"d":3}}"#,
            r#"{"b":{"d":3,"c":2},"a":1}"#,
            "accepted",
        ),
        with_arguments("1.0 for 1", r#"{"a":1}"#, r#"{"a":1.0}"#, "accepted"),
        with_arguments("escaped letters", r#"{"a":"é"}"#, r#"{"a":"\u00e9"}"#, "accepted"),
        with_arguments("no arguments", "{}", "{}", "accepted"),
        with_arguments("another value", r#"{"a":1}"#, r#"{"a":2}"#, "transaction_token_arguments"),
        with_arguments("a member more", r#"{"a":1}"#, r#"{"a":1,"b":null}"#, "transaction_token_arguments"),
        with_arguments("a member less", r#"{"a":1,"b":null}"#, r#"{"a":1}"#, "transaction_token_arguments"),
        with_arguments("an array in another order", r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, "transaction_token_arguments"),
        with_arguments("a string for a number", r#"{"a":1}"#, r#"{"a":"1"}"#, "transaction_token_arguments"),
        with_arguments(
            "another normal form of a letter",
            r#"{"a":"\u00e9"}"#,
            r#"{"a":"e\u0301"}"#,
            "transaction_token_arguments",
        ),
        with_arguments(
            "an integer that would merge",
            r#"{"a":9007199254740991}"#,
            r#"{"a":9007199254740993}"#,
            "transaction_token_arguments",
        ),
        // Another call, another deployment.
        changed("another tool", "transaction_token_tool", |claims| claims["tctx"]["tool"] = json!("delete")),
        changed("another tool in the scope alone", "transaction_token_tool", |claims| {
            claims["scope"] = json!("tickets___delete")
        }),
        changed("another target", "transaction_token_target", |claims| claims["tctx"]["target"] = json!("github")),
        changed("another target in the scope alone", "transaction_token_tool", |claims| {
            claims["scope"] = json!("github___create")
        }),
        changed("another trust domain", "transaction_token_audience", |claims| {
            claims["aud"] = json!("other.eu-central-1.111122223333")
        }),
        changed("a list of audiences", "transaction_token_claims", |claims| claims["aud"] = json!([TRUST_DOMAIN])),
        // Time. The leeway is 5 seconds, the lifetime 30.
        changed("expired within the leeway", "accepted", |claims| {
            (claims["iat"], claims["exp"]) = (json!(NOW - 34), json!(NOW - 4))
        }),
        changed("expired", "transaction_token_expired", |claims| {
            (claims["iat"], claims["exp"]) = (json!(NOW - 35), json!(NOW - 5))
        }),
        changed("issued ahead within the leeway", "accepted", |claims| {
            (claims["iat"], claims["exp"]) = (json!(NOW + 5), json!(NOW + 35))
        }),
        changed("from the future", "transaction_token_not_yet_valid", |claims| {
            (claims["iat"], claims["exp"]) = (json!(NOW + 6), json!(NOW + 36))
        }),
        changed("lives too long", "transaction_token_not_yet_valid", |claims| claims["exp"] = json!(NOW + 31)),
        changed("expires before it is issued", "transaction_token_not_yet_valid", |claims| {
            (claims["iat"], claims["exp"]) = (json!(NOW + 2), json!(NOW + 1))
        }),
        changed("exp is text", "transaction_token_claims", |claims| claims["exp"] = json!((NOW + 30).to_string())),
        changed("exp is a fraction", "transaction_token_claims", |claims| claims["exp"] = json!(1_800_000_030.5)),
        changed("exp is negative", "transaction_token_claims", |claims| claims["exp"] = json!(-1)),
        // Claims that must be there.
        changed("no sub", "transaction_token_claims", |claims| drop(claims.as_object_mut().unwrap().remove("sub"))),
        changed("empty sub", "transaction_token_claims", |claims| claims["sub"] = json!("")),
        changed("no exp", "transaction_token_claims", |claims| drop(claims.as_object_mut().unwrap().remove("exp"))),
        changed("no txn", "transaction_token_claims", |claims| drop(claims.as_object_mut().unwrap().remove("txn"))),
        changed("no tctx", "transaction_token_claims", |claims| drop(claims.as_object_mut().unwrap().remove("tctx"))),
        changed("no rctx", "transaction_token_claims", |claims| drop(claims.as_object_mut().unwrap().remove("rctx"))),
        changed("no req_wl", "transaction_token_claims", |claims| {
            drop(claims.as_object_mut().unwrap().remove("req_wl"))
        }),
        changed("groups are text", "transaction_token_claims", |claims| claims["rctx"]["groups"] = json!("support")),
        // Header and signature.
        headed("an access token", "transaction_token_type", |header| header["typ"] = json!("at+jwt")),
        headed("a plain JWT", "transaction_token_type", |header| header["typ"] = json!("JWT")),
        headed("no type", "transaction_token_type", |header| drop(header.as_object_mut().unwrap().remove("typ"))),
        headed("alg none", "transaction_token_algorithm", |header| header["alg"] = json!("none")),
        headed("alg HS256", "transaction_token_algorithm", |header| header["alg"] = json!("HS256")),
        headed("alg is a list", "transaction_token_algorithm", |header| header["alg"] = json!(["EdDSA"])),
        headed("unknown key", "transaction_token_unknown_key", |header| header["kid"] = json!("other")),
        headed("no kid", "transaction_token_unknown_key", |header| drop(header.as_object_mut().unwrap().remove("kid"))),
        headed("a key in the header is not believed", "transaction_token_unknown_key", |header| {
            *header = json!({ "alg": "EdDSA", "typ": "txntoken+jwt", "jwk": jwks()["keys"][1] });
        }),
        headed("a critical extension", "transaction_token_malformed", |header| header["crit"] = json!(["exp"])),
        vector("forged: another key under a known name", &by(9, "current"), ARGUMENTS, "transaction_token_signature"),
        vector(
            "previous key under the name of the current",
            &by(1, "current"),
            ARGUMENTS,
            "transaction_token_signature",
        ),
        vector(
            "altered signature",
            &format!("{}.{}.{}", part(0), part(1), flip(part(2))),
            ARGUMENTS,
            "transaction_token_signature",
        ),
        vector("no signature", &format!("{}.{}.", part(0), part(1)), ARGUMENTS, "transaction_token_signature"),
        vector(
            "altered payload",
            &format!("{}.{}.{}", part(0), URL_SAFE_NO_PAD.encode(payload.replace("alice", "admin")), part(2)),
            ARGUMENTS,
            "transaction_token_signature",
        ),
        vector(
            "altered header",
            &format!(
                "{}.{}.{}",
                URL_SAFE_NO_PAD.encode(json!({ "alg": "EdDSA", "kid": "previous", "typ": "txntoken+jwt" }).to_string()),
                part(1),
                part(2)
            ),
            ARGUMENTS,
            "transaction_token_signature",
        ),
        // The text.
        vector("empty", "", ARGUMENTS, "transaction_token_malformed"),
        vector("two parts", &format!("{}.{}", part(0), part(1)), ARGUMENTS, "transaction_token_malformed"),
        vector("four parts", &format!("{good}.{}", part(2)), ARGUMENTS, "transaction_token_malformed"),
        vector("padding", &format!("{good}="), ARGUMENTS, "transaction_token_malformed"),
        vector("white space", &format!(" {good}"), ARGUMENTS, "transaction_token_malformed"),
        vector("two tokens in one header", &format!("{good},{good}"), ARGUMENTS, "transaction_token_malformed"),
        vector("with a scheme", &format!("Bearer {good}"), ARGUMENTS, "transaction_token_malformed"),
        vector(
            "a claim twice",
            &sign(2, &header(), &payload.replacen('{', r#"{"sub":"admin","#, 1)),
            ARGUMENTS,
            "transaction_token_malformed",
        ),
        vector("payload is not an object", &sign(2, &header(), "[]"), ARGUMENTS, "transaction_token_malformed"),
        changed("oversize groups", "transaction_token_malformed", |claims| {
            claims["rctx"]["groups"] = json!(vec!["g"; 400])
        }),
        // The header's name.
        headers("other spelling alone", json!([["txn-token", good]]), "accepted"),
        headers("other headers beside it", json!([["X-User-Sub", "admin"], ["Txn-Token", good]]), "accepted"),
        headers("two spellings", json!([["Txn-Token", good], ["txn-token", good]]), "transaction_token_ambiguous"),
        headers(
            "a client's own beside ours",
            json!([["TXN-TOKEN", "x"], ["Txn-Token", good]]),
            "transaction_token_ambiguous",
        ),
        headers("no header", json!([]), "transaction_token_missing"),
        headers("another header", json!([["Authorization", good]]), "transaction_token_missing"),
    ]
}
