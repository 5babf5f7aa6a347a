//! The algorithm is on a list, and is that of the key (RFC 8725 §3.1, §3.2).

use access_token::Rejection::{AlgorithmMismatch, AlgorithmNotAllowed, InvalidSignature, UnknownKey};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::KeyPair as _;
use serde_json::{Value, json};

use crate::case::{Case, Rule};
use crate::signer::{Signer, base64url};
use crate::world::{KEY, Keys, Signing, World};

const NONE: Rule = Rule(5, "alg-none");
const NO_NAME: Rule = Rule(6, "alg-no-name");
const PUBLIC_KEY_AS_SECRET: Rule = Rule(7, "public-key-as-secret");
const NOT_ALLOWED: Rule = Rule(8, "alg-not-allowed");
const NOT_OF_THE_KEY: Rule = Rule(9, "alg-not-of-the-key");

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for name in ["none", "None", "nOnE", "NONE", ""] {
        let what = if name.is_empty() { "empty".to_owned() } else { format!("`{name}`") };
        cases.push(NONE.case(format!("{what}, signed")).header(json!({"alg": name})).refused(AlgorithmNotAllowed, 0));
        let unsigned = move |world: &World| {
            let token = world.token(json!({"alg": name}), json!({}));
            format!("{}.", token.rsplit_once('.').unwrap().0)
        };
        cases.push(NONE.case(format!("{what}, unsigned")).token(unsigned).refused(AlgorithmNotAllowed, 0));
    }
    let no_name = [("absent", json!(null)), ("number", json!(1)), ("list", json!(["EdDSA"]))];
    cases.extend(
        no_name.map(|(what, alg)| NO_NAME.case(what).header(json!({"alg": alg})).refused(AlgorithmNotAllowed, 0)),
    );
    cases.extend(public_key_as_secret());
    for name in ["HS256", "RS512", "ES384", "eddsa", "RSA-OAEP"] {
        cases.push(NOT_ALLOWED.case(name).header(json!({"alg": name})).refused(AlgorithmNotAllowed, 0));
    }
    let other_padding: Keys = |_| vec![Signer::rs256().jwk(KEY)];
    cases.push(
        NOT_ALLOWED
            .case("good PS256, where the key is for RS256")
            .signed_by(Signer::ps256)
            .with_keys(other_padding)
            .refused(AlgorithmMismatch, 2),
    );
    cases.extend(not_of_the_key());
    cases
}

/// CVE-2015-9235 and its kin.
fn public_key_as_secret() -> Vec<Case> {
    type Secret = fn(&World) -> Vec<u8>;
    let secrets: [(&str, Secret); 3] = [
        ("its bytes", public_key),
        ("its JWK", |world| world.signer.jwk(KEY).to_string().into_bytes()),
        ("nothing", |_| Vec::new()),
    ];
    let signers: [(&str, Signing); 2] = [("RS256", Signer::rs256), ("EdDSA", Signer::ed25519)];
    let mut cases = Vec::new();
    for (what, secret) in secrets {
        for (algorithm, signer) in signers {
            let forged = move |alg: &'static str| {
                move |world: &World| {
                    let token = world.token(json!({"alg": alg}), json!({}));
                    let (message, _) = token.rsplit_once('.').unwrap();
                    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret(world)), message.as_bytes());
                    format!("{message}.{}", base64url(tag))
                }
            };
            let case = || PUBLIC_KEY_AS_SECRET.case(format!("HMAC with {what}")).signed_by(signer);
            cases.push(case().token(forged("HS256")).refused(AlgorithmNotAllowed, 0));
            cases.push(case().token(forged(algorithm)).refused(InvalidSignature, 2));
        }
    }
    cases
}

/// As it is, for those who would take it for a shared secret.
fn public_key(world: &World) -> Vec<u8> {
    match &world.signer {
        Signer::Ed25519(pair) => pair.public_key().as_ref().to_vec(),
        Signer::P256(pair) => pair.public_key().as_ref().to_vec(),
        Signer::Ps256(pair) | Signer::Rs256(pair) => pair.public_key().as_ref().to_vec(),
    }
}

fn not_of_the_key() -> Vec<Case> {
    let signers: [(Signing, &str, &str); 4] = [
        (Signer::ed25519, "RS256", "RS256 for an Ed25519 key"),
        (Signer::p256, "EdDSA", "EdDSA for a P-256 key"),
        (Signer::rs256, "PS256", "PS256 for a key with `alg` RS256"),
        (Signer::ps256, "RS256", "RS256 for a key with `alg` PS256"),
    ];
    let mismatches = signers.map(|(signer, alg, what)| {
        NOT_OF_THE_KEY.case(what).signed_by(signer).header(json!({"alg": alg})).refused(AlgorithmMismatch, 2)
    });
    let keys: [(&str, Keys); 3] = [
        ("a key with `use` enc", |world| with(world, "use", json!("enc"))),
        ("a key with `key_ops` but not verify", |world| with(world, "key_ops", json!(["wrapKey", "sign"]))),
        ("a key with `alg` RS512", |world| with(world, "alg", json!("RS512"))),
    ];
    let not_for_this = keys
        .map(|(what, keys)| NOT_OF_THE_KEY.case(what).signed_by(Signer::rs256).with_keys(keys).refused(UnknownKey, 2));
    mismatches.into_iter().chain(not_for_this).collect()
}

/// The issuer's key with one member changed.
fn with(world: &World, name: &str, value: Value) -> Vec<Value> {
    let mut jwk = world.signer.jwk(KEY);
    jwk[name] = value;
    vec![jwk]
}
