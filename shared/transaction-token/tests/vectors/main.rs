//! The test vectors of `vectors/transaction-tokens.json`: every rule of the verifier as a token, for any language.
//!
//! Ed25519 signatures are deterministic, so the file is made by this test and compared with what is committed.
//! `UPDATE_VECTORS=1 cargo test -p transaction-token` writes it anew.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // A test may stop at the first surprise.

mod cases;

use std::time::{Duration, UNIX_EPOCH};

use cases::{ARGUMENTS, NOW, TRUST_DOMAIN, claims, header, jwks, sign, vectors};
use serde_json::{Value, json};
use strict_json::Object;
use transaction_token::{BindArguments, Call, KeySet, Presented, Verifier};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors/transaction-tokens.json");
fn document() -> Value {
    json!({
        "about": "Transaction tokens of Countersign. Verify each as a tool of `target` in `trust_domain` at `now`; \
                  `arguments` is JSON text. Times are seconds since 1970. The keys are made of the seeds 01.., 02.., 03..",
        "trust_domain": TRUST_DOMAIN, "target": "tickets", "now": NOW, "jwks": jwks(), "vectors": vectors(),
    })
}

#[test]
fn the_committed_file_is_what_this_code_makes() {
    let text = format!("{:#}\n", document());
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(FILE).unwrap(), text, "run with UPDATE_VECTORS=1 and review the difference");
}

#[test]
fn every_vector_gets_its_verdict() {
    let file: Value = serde_json::from_str(&std::fs::read_to_string(FILE).unwrap()).unwrap();
    let keys = KeySet::parse(&file["jwks"].to_string()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let verifier = Verifier::new(text(&file["trust_domain"]), text(&file["target"]), BindArguments::Required);
    let now = UNIX_EPOCH + Duration::from_secs(file["now"].as_u64().unwrap());

    for vector in file["vectors"].as_array().unwrap() {
        let arguments = strict_json::parse_object(vector["arguments"].as_str().unwrap().as_bytes()).unwrap();
        let headers = vector["headers"].as_array().unwrap();
        let headers = headers.iter().map(|pair| (pair[0].as_str().unwrap(), pair[1].as_str().unwrap()));
        let tool = text(&vector["tool"]);
        let verdict = Presented::among(headers)
            .and_then(|token| verifier.verify(token, &keys, Call { tool: &tool, arguments: &arguments }, now))
            .map_or_else(|rejection| rejection.reason(), |_| "accepted");
        assert_eq!(verdict, vector["expected"], "{}", vector["name"]);
    }
}

#[test]
fn observing_lets_other_arguments_pass_and_says_so() {
    let verifier = Verifier::new(TRUST_DOMAIN, "tickets", BindArguments::Observe);
    let token = sign(2, &header(), &claims(ARGUMENTS).to_string());
    let keys = KeySet::parse(&jwks().to_string()).unwrap();
    let now = UNIX_EPOCH + Duration::from_secs(NOW);
    let verify = |arguments: &Object| {
        let presented = Presented::among([("Txn-Token", token.as_str())]).unwrap();
        verifier.verify(presented, &keys, Call { tool: "create", arguments }, now).unwrap().arguments_differ()
    };
    assert!(!verify(&serde_json::from_str(ARGUMENTS).unwrap()));
    assert!(verify(&Object::new()));
}
