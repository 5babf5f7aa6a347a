use rstest::rstest;
use serde_json::{Value, json};

use super::signer::base64url;
use super::{AUDIENCE, KEY, Setup};
use crate::Rejection;

#[rstest]
#[case::opaque("2YotnFZFEjr1zCsicMWpAA")]
#[case::two_parts("e30.e30")]
#[case::four_parts("e30.e30.e30.e30")]
#[case::encrypted("e30.e30.e30.e30.e30")]
#[case::empty_parts("..")]
#[case::padding("e30.e30.AA==")]
#[case::standard_alphabet("e30.e30.+/+/")]
#[case::loose_bits("e30.e30.AB")]
#[case::payload_is_an_array("e30.W10.AA")]
#[case::header_is_a_text("ImEi.e30.AA")]
#[tokio::test]
async fn a_token_is_a_strict_compact_jws(#[case] token: &str) {
    Setup::new().await.refuses(token, Rejection::MalformedToken, 0).await;
}

#[rstest]
#[case::deep(&"[".repeat(10_000))]
#[case::huge_number(r#"{"exp":1e400}"#)]
#[case::byte_order_mark("\u{feff}{}")]
#[case::two_values("{}{}")]
#[tokio::test]
async fn a_payload_is_one_strict_json_object(#[case] payload: &str) {
    let setup = Setup::new().await;
    let token = setup.signer.sign(&setup.header(json!({})).to_string(), payload);
    setup.refuses(&token, Rejection::MalformedToken, 0).await;
}

/// One of two readers would take the first, the other the last.
#[rstest]
#[case::iss(r#""iss":"https://attacker.example""#)]
#[case::sub(r#""sub":"admin""#)]
#[case::aud(r#""aud":"https://other.example""#)]
#[case::exp(r#""exp":9999999999"#)]
#[case::escaped(r#""\u0073ub":"admin""#)]
#[tokio::test]
async fn a_claim_occurs_once(#[case] second: &str) {
    let setup = Setup::new().await;
    let claims = setup.claims(json!({})).to_string();
    let twice = format!("{{{second},{}", &claims[1..]);
    let token = setup.signer.sign(&setup.header(json!({})).to_string(), &twice);
    setup.refuses(&token, Rejection::MalformedToken, 0).await;
}

#[tokio::test]
async fn a_header_member_occurs_once() {
    let setup = Setup::new().await;
    let header = format!(r#"{{"alg":"none","alg":"EdDSA","kid":"{KEY}"}}"#);
    let token = setup.signer.sign(&header, &setup.claims(json!({})).to_string());
    setup.refuses(&token, Rejection::MalformedToken, 0).await;
}

#[tokio::test]
async fn an_oversize_token_is_refused() {
    let setup = Setup::new().await;
    let token = setup.token(json!({"padding": "a".repeat(12 * 1024)}));
    assert!(token.len() > 16 * 1024);
    setup.refuses(&token, Rejection::TokenTooLong, 0).await;
}

#[rstest]
#[case::none(json!("none"))]
#[case::none_capital(json!("None"))]
#[case::none_mixed(json!("nOnE"))]
#[case::none_upper(json!("NONE"))]
#[case::empty(json!(""))]
#[case::lower_case(json!("eddsa"))]
#[case::hmac(json!("HS256"))]
#[case::longer_hash(json!("RS512"))]
#[case::other_curve(json!("ES384"))]
#[case::encryption(json!("RSA-OAEP"))]
#[case::number(json!(1))]
#[case::array(json!(["EdDSA"]))]
#[case::absent(json!(null))]
#[tokio::test]
async fn the_algorithm_is_on_the_list(#[case] algorithm: Value) {
    let setup = Setup::new().await;
    let token = setup.token_with_header(json!({"alg": algorithm}));
    setup.refuses(&token, Rejection::AlgorithmNotAllowed, 0).await;
    let (unsigned, _) = token.rsplit_once('.').unwrap();
    setup.refuses(&format!("{unsigned}."), Rejection::AlgorithmNotAllowed, 0).await;
}

#[rstest]
#[case::crit(json!({"crit": ["exp"]}))]
#[case::crit_empty(json!({"crit": []}))]
#[case::crit_with_member(json!({"crit": ["b64"], "b64": false}))]
#[case::b64_false(json!({"b64": false}))]
#[case::b64_true(json!({"b64": true}))]
#[case::zip(json!({"zip": "DEF"}))]
#[tokio::test]
async fn an_extension_of_the_header_is_refused(#[case] member: Value) {
    let setup = Setup::new().await;
    let token = setup.token_with_header(member);
    setup.refuses(&token, Rejection::UnsupportedHeader, 0).await;
}

#[rstest]
#[case::absent(json!(null))]
#[case::empty(json!(""))]
#[case::number(json!(1))]
#[case::array(json!([KEY]))]
#[case::long(json!("k".repeat(257)))]
#[tokio::test]
async fn the_header_names_a_key_in_at_most_256_bytes(#[case] kid: Value) {
    let setup = Setup::new().await;
    let token = setup.token_with_header(json!({"kid": kid}));
    setup.refuses(&token, Rejection::MissingKeyIdentifier, 0).await;
}

#[rstest]
#[case::iss("iss")]
#[case::sub("sub")]
#[case::exp("exp")]
#[case::iat("iat")]
#[tokio::test]
async fn a_required_claim_is_there(#[case] name: &'static str) {
    let setup = Setup::new().await;
    let token = setup.token(json!({name: null}));
    setup.refuses(&token, Rejection::MissingClaim(name), 0).await;
}

#[rstest]
#[case::iss_array("iss", json!(["https://a.example"]))]
#[case::sub_empty("sub", json!(""))]
#[case::sub_number("sub", json!(7))]
#[case::exp_text("exp", json!("1800003600"))]
#[case::exp_negative("exp", json!(-1))]
#[case::exp_fraction("exp", json!(1_800_003_600.5))]
#[case::exp_array("exp", json!([1_800_003_600]))]
#[case::exp_beyond_64_bits("exp", json!(1e30))]
#[case::iat_text("iat", json!("1799999990"))]
#[case::nbf_text("nbf", json!("1799999990"))]
#[case::nbf_bool("nbf", json!(false))]
#[tokio::test]
async fn a_mistyped_claim_is_not_an_absent_one(#[case] name: &'static str, #[case] value: Value) {
    let setup = Setup::new().await;
    let token = setup.token(json!({name: value}));
    setup.refuses(&token, Rejection::MalformedClaim(name), 0).await;
}

/// As above, for what is read once the signature is checked.
#[rstest]
#[case::aud_number("aud", json!(7))]
#[case::aud_object("aud", json!({"a": 1}))]
#[case::aud_mixed("aud", json!([AUDIENCE, 7]))]
#[case::client_id("client_id", json!(["assistant"]))]
#[case::scope_array("scope", json!(["tools:read"]))]
#[case::groups_text("groups", json!("admins"))]
#[case::groups_mixed("groups", json!(["admins", 7]))]
#[case::jti("jti", json!(7))]
#[case::auth_time("auth_time", json!("yesterday"))]
#[case::token_use("token_use", json!(true))]
#[tokio::test]
async fn a_mistyped_claim_of_a_signed_token_is_not_an_absent_one(#[case] name: &'static str, #[case] value: Value) {
    let setup = Setup::new().await;
    let token = setup.token(json!({name: value}));
    setup.refuses(&token, Rejection::MalformedClaim(name), 1).await;
}

#[tokio::test]
async fn a_null_is_not_an_absent_claim() {
    let setup = Setup::new().await;
    let mut claims = setup.claims(json!({}));
    claims["nbf"] = Value::Null;
    let token = setup.sign(&setup.header(json!({})), &claims);
    setup.refuses(&token, Rejection::MalformedClaim("nbf"), 0).await;
}

#[tokio::test]
async fn json_serialization_is_no_token() {
    let setup = Setup::new().await;
    let token = base64url(r#"{"payload":"e30","signatures":[]}"#);
    setup.refuses(&token, Rejection::MalformedToken, 0).await;
}
