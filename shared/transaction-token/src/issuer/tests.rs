use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use strict_json::Object;

use super::{Identity, IssueError, Issued, Issuer};
use crate::{BindArguments, Call, Caller, KeySet, MAX_BYTES, Presented, Rejection, Verifier, client_id};

// The key pair of RFC 8037 appendix A.
const SEED: &str = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A";
const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

fn jwk() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "k", "x": PUBLIC, "d": SEED })
}

fn signing(current: &Value) -> SecretString {
    json!({ "current": current }).to_string().into()
}

fn issuer() -> Issuer {
    Issuer::new(&signing(&jwk()), "stack", "authorizer").unwrap()
}

fn alice<'a>(groups: &'a [String]) -> Identity<'a> {
    Identity {
        subject: "alice",
        issuer: "https://id.example",
        client_id: Some("assistant"),
        name: Some("Alice Liddell"),
        email: Some("alice@example.com"),
        scope: "a b",
        groups,
        authenticated_at: Some(1_700_000_000),
    }
}

fn object(text: &str) -> Object {
    strict_json::parse_object(text.as_bytes()).unwrap()
}

fn now() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(1_700_000_000)
}

/// As the tool `who_am_i` of `profile` verifies it.
fn verified(issued: &Issued, arguments: &Object) -> Result<Caller, Rejection> {
    let mut public = jwk();
    public.as_object_mut().unwrap().remove("d");
    let keys = KeySet::parse(&json!({ "keys": [public] }).to_string()).unwrap();
    let verifier = Verifier::new("stack", "profile", BindArguments::Required);
    let token = Presented::among([("txn-token", issued.token.expose_secret())]).unwrap();
    verifier.verify(token, &keys, Call { tool: "who_am_i", arguments }, now())
}

#[test]
fn what_is_issued_verifies_and_says_who_is_calling() {
    let groups = ["support".to_owned()];
    let arguments = object(r#"{"id":7}"#);
    let issued = issuer().issue(alice(&groups), ("profile", "who_am_i"), &arguments, now()).unwrap();
    let caller = verified(&issued, &arguments).unwrap();

    assert_eq!(caller.subject(), "alice");
    assert_eq!(caller.issuer(), "https://id.example");
    assert_eq!(caller.client_id(), Some("assistant"));
    assert_eq!(caller.name(), Some("Alice Liddell"));
    assert_eq!(caller.email(), Some("alice@example.com"));
    assert_eq!(caller.groups(), ["support"]);
    assert_eq!(caller.authenticated_at(), Some(1_700_000_000));
    assert_eq!(caller.scopes().collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(caller.transaction(), issued.transaction);
    assert!(!caller.arguments_differ());
}

#[test]
fn what_the_provider_did_not_say_is_not_said() {
    let identity = Identity { client_id: None, name: None, email: None, authenticated_at: None, ..alice(&[]) };
    let issued = issuer().issue(identity, ("profile", "who_am_i"), &Object::new(), now()).unwrap();
    let caller = verified(&issued, &Object::new()).unwrap();
    assert_eq!((caller.client_id(), caller.name(), caller.email()), (None, None, None));
    assert_eq!(caller.authenticated_at(), None);
}

#[rstest]
#[case::its_name("support", true)]
#[case::another("engineering", false)]
#[case::longer("support-leads", false)]
#[case::shorter("supp", false)]
#[case::other_case("Support", false)]
#[case::nothing("", false)]
fn a_person_is_in_a_group_by_its_exact_name(#[case] group: &str, #[case] expected: bool) {
    let groups = ["sales".to_owned(), "support".to_owned()];
    let issued = issuer().issue(alice(&groups), ("profile", "who_am_i"), &Object::new(), now()).unwrap();
    assert_eq!(verified(&issued, &Object::new()).unwrap().is_in(group), expected);
}

#[test]
fn a_token_is_as_long_as_it_may_be_and_no_longer() {
    let issue = |length| {
        let groups = ["g".repeat(length)];
        issuer().issue(alice(&groups), ("profile", "who_am_i"), &Object::new(), now())
    };
    let longest = (1..MAX_BYTES).map_while(|length| issue(length).ok()).last().unwrap();
    assert_eq!(longest.token.expose_secret().len(), MAX_BYTES);
}

#[test]
fn a_long_client_identifier_stands_as_its_digest() {
    let given = "c".repeat(129);
    let identity = Identity { client_id: Some(&given), ..alice(&[]) };
    let issued = issuer().issue(identity, ("profile", "who_am_i"), &Object::new(), now()).unwrap();
    let payload = issued.token.expose_secret().split('.').nth(1).unwrap();
    let claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap();
    assert_eq!(claims["rctx"]["client_id"], *client_id(&given));
}

#[test]
fn every_transaction_has_a_name_of_its_own() {
    let issue = || issuer().issue(alice(&[]), ("t", "u"), &Object::new(), now()).unwrap().transaction;
    assert_ne!(issue(), issue());
}

#[test]
fn groups_that_do_not_fit_are_refused_with_their_number_and_nothing_is_cut() {
    let groups = (0..200).map(|number| format!("group-{number}")).collect::<Vec<_>>();
    let error = issuer().issue(alice(&groups), ("profile", "who_am_i"), &Object::new(), now()).unwrap_err();
    let IssueError::TooLarge { bytes, groups } = error else { panic!("{error}") };
    assert!(bytes > MAX_BYTES);
    assert_eq!(groups, 200);
}

#[test]
fn arguments_that_the_canonical_form_would_merge_are_refused() {
    let arguments = object(r#"{"id":9007199254740993}"#);
    let error = issuer().issue(alice(&[]), ("profile", "who_am_i"), &arguments, now()).unwrap_err();
    assert_eq!(error, IssueError::Arguments(strict_json::NotInteroperable));
}

#[rstest]
#[case::other_public_half("x", json!("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))]
#[case::short_seed("d", json!("AQID"))]
#[case::no_seed("d", Value::Null)]
#[case::no_kid("kid", Value::Null)]
#[case::empty_kid("kid", json!(""))]
#[case::other_curve("crv", json!("Ed448"))]
#[case::other_type("kty", json!("oct"))]
fn a_doubtful_signing_key_is_refused(#[case] member: &str, #[case] value: Value) {
    let mut key = jwk();
    key[member] = value;
    assert!(Issuer::new(&signing(&key), "stack", "authorizer").is_err());
}

#[test]
fn a_secret_that_is_empty_or_has_no_current_key_is_refused() {
    for secret in ["", "{}", "null", r#"{"next":{}}"#] {
        assert!(Issuer::new(&secret.into(), "stack", "authorizer").is_err());
    }
}

#[test]
fn debug_output_shows_neither_key_nor_token_nor_person() {
    let issuer = issuer();
    let issued = issuer.issue(alice(&[]), ("profile", "who_am_i"), &Object::new(), now()).unwrap();
    let caller = verified(&issued, &Object::new()).unwrap();
    let arguments = object(r#"{"about": "alice"}"#);
    let call = Call { tool: "who_am_i", arguments: &arguments };
    let presented = Presented::among([("txn-token", issued.token.expose_secret())]).unwrap();
    let shown = [
        (format!("{issuer:?}"), r#"Issuer { trust_domain: "stack", .. }"#.to_owned()),
        (format!("{:?}", alice(&[])), "Identity(..)".to_owned()),
        (format!("{caller:?}"), format!("Caller {{ transaction: {:?}, .. }}", issued.transaction)),
        (format!("{call:?}"), r#"Call { tool: "who_am_i", .. }"#.to_owned()),
        (format!("{presented:?}"), "Presented(..)".to_owned()),
    ];
    for (shown, expected) in shown {
        assert_eq!(shown, expected);
    }
    let shown = format!("{issued:?}");
    for secret in [SEED, "alice", "Liddell", issued.token.expose_secret()] {
        assert!(!shown.contains(secret));
    }
}
