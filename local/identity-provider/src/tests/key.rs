use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rstest::rstest;
use tempfile::tempdir;

use super::fixture::{config, state};
use crate::{ConfigError, IdentityProvider, KeyError, SessionsError, TokenOptions};

const ISSUER: &str = "http://127.0.0.1:8485";

#[test]
fn the_key_is_made_once_and_kept_private() {
    let state = tempdir().unwrap();
    let kid = || IdentityProvider::new(config(ISSUER, &state)).unwrap().0.keys.jwks()["keys"][0]["kid"].clone();
    let first = kid();
    let path = state.path().join("identity-provider/signing-key.pem");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.lines().all(|line| line.len() <= 64), "RFC 7468 §2");
    assert_eq!(kid(), first);
    fs::remove_file(path).unwrap();
    assert_ne!(kid(), first, "another key has another name");
}

#[rstest]
#[case::empty(|_: String| String::new())]
#[case::not_pem(|_| "secret".to_owned())]
#[case::another_label(|text: String| text.replace("PRIVATE", "RSA PRIVATE"))]
#[case::cut(|text: String| text.lines().filter(|line| !line.starts_with("MII")).collect())]
#[case::altered(|text: String| text.replacen("MII", "MIJ", 1))]
#[case::two_keys(|text: String| text.clone() + &text)]
fn a_damaged_key_is_refused_and_left_as_it_is(#[case] damage: fn(String) -> String) {
    let state = state();
    let path = state.path().join("identity-provider/signing-key.pem");
    let damaged = damage(fs::read_to_string(&path).unwrap());
    fs::write(&path, &damaged).unwrap();
    let error = IdentityProvider::new(config(ISSUER, &state)).unwrap_err();
    assert!(matches!(error, ConfigError::Key(KeyError::Damaged { .. })), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("signing-key.pem") && text.contains("remove it"), "{text}");
    assert_eq!(fs::read_to_string(&path).unwrap(), damaged);
}

#[test]
fn a_key_of_another_kind_is_refused() {
    let state = state();
    let path = state.path().join("identity-provider/signing-key.pem");
    let key = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap().to_pkcs8v1().unwrap();
    let text = STANDARD.encode(key.as_ref());
    fs::write(&path, format!("-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n")).unwrap();
    let error = IdentityProvider::new(config(ISSUER, &state)).unwrap_err();
    assert!(matches!(error, ConfigError::Key(KeyError::Damaged { .. })), "{error:?}");
}

#[rstest]
#[case::empty("")]
#[case::short("0123456789012345678901234567890123456789ab")]
fn a_registration_key_that_can_be_guessed_is_refused(#[case] key: &str) {
    let state = state();
    drop(IdentityProvider::new(config(ISSUER, &state)).unwrap());
    let path = state.path().join("identity-provider/registration-key");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    fs::write(&path, key).unwrap();
    let error = IdentityProvider::new(config(ISSUER, &state)).unwrap_err();
    assert!(matches!(error, ConfigError::Key(KeyError::Damaged { .. })), "{error:?}");
    assert!(error.to_string().contains("registration-key"), "{error}");
}

#[test]
fn damaged_sessions_are_refused_and_left_as_they_are() {
    let state = state();
    drop(IdentityProvider::new(config(ISSUER, &state)).unwrap());
    let folder = local_private_folder::PrivateFolder::open(state.path().join("identity-provider")).unwrap();
    folder.write("sessions.jsonl", &"{}\n".into()).unwrap();
    let error = IdentityProvider::new(config(ISSUER, &state)).unwrap_err();
    assert!(matches!(error, ConfigError::Sessions(SessionsError::Damaged { .. })), "{error:?}");
    assert!(error.to_string().contains("sessions.jsonl"), "{error}");
    assert_eq!(fs::read_to_string(state.path().join("identity-provider/sessions.jsonl")).unwrap(), "{}\n");
}

#[test]
fn a_key_that_others_may_read_is_refused() {
    let state = state();
    let path = state.path().join("identity-provider/signing-key.pem");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let error = IdentityProvider::new(config(ISSUER, &state)).unwrap_err();
    assert!(matches!(error, ConfigError::Key(KeyError::File(_))), "{error:?}");
}

#[rstest]
#[case::slash("http://127.0.0.1:8485/")]
#[case::path("http://127.0.0.1:8485/tenant")]
#[case::no_port("http://127.0.0.1")]
#[case::https("https://127.0.0.1:8485")]
#[case::other_machine("http://192.168.0.1:8485")]
#[case::looks_like_loopback("http://127.0.0.1.example.com:8485")]
#[case::user("http://127.0.0.1@example.com:8485")]
#[case::user_of_loopback("http://user@127.0.0.1:8485")]
#[case::query("http://127.0.0.1:8485?a=b")]
#[case::no_url("127.0.0.1:8485")]
#[case::empty("")]
fn the_issuer_is_an_origin_of_this_machine(#[case] issuer: &str) {
    let error = IdentityProvider::new(config(issuer, &state())).unwrap_err();
    assert!(matches!(error, ConfigError::Issuer), "{error:?}");
}

#[test]
fn debug_output_shows_no_key_and_no_token() {
    let provider = IdentityProvider::new(config(ISSUER, &state())).unwrap();
    let token = provider.issue("alice", &TokenOptions::default()).unwrap();
    let text = format!("{provider:?} {token:?} {:?}", provider.command(&token));
    assert!(!text.contains("eyJ") && !text.contains("PRIVATE"), "{text}");
}
