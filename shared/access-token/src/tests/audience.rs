use rstest::rstest;
use serde_json::{Value, json};

use super::signer::Signer;
use super::{AUDIENCE, Setup};
use crate::{AudienceRule, Profile, Rejection};

#[rstest]
#[case::text(json!(AUDIENCE))]
#[case::array(json!([AUDIENCE]))]
#[case::beside_others(json!(["https://login.example/userinfo", AUDIENCE]))]
#[tokio::test]
async fn a_token_for_us_passes(#[case] audience: Value) {
    let setup = Setup::new().await;
    setup.verify(&setup.token(json!({"aud": audience}))).await.unwrap();
}

#[rstest]
#[case::other(json!("https://other.example/mcp"))]
#[case::prefix(json!("https://gateway.example"))]
#[case::longer(json!("https://gateway.example/mcp/"))]
#[case::case_differs(json!("https://gateway.example/MCP"))]
#[case::space(json!("https://gateway.example/mcp "))]
#[case::joined(json!("https://other.example https://gateway.example/mcp"))]
#[case::array(json!(["https://other.example", "https://another.example"]))]
#[case::empty_array(json!([]))]
#[case::client(json!("assistant"))]
#[tokio::test]
async fn an_audience_is_ours_to_the_byte(
    #[case] audience: Value,
    #[values(Profile::Cognito, Profile::Generic)] profile: Profile,
) {
    // The client that may stand in for an absent audience must not help here.
    let rule = AudienceRule::accept([AUDIENCE]).or_without_audience_from(["assistant"]);
    let setup = Setup::with(profile, Signer::ed25519()).await;
    let token = setup.token(json!({"aud": audience, "token_use": "access"}));
    let refused = setup.verify_for(&token, &rule).await.unwrap_err();
    assert_eq!(refused, Rejection::WrongAudience);
}

#[tokio::test]
async fn without_audience_a_generic_token_is_refused_whoever_the_client_is() {
    let rule = AudienceRule::accept([AUDIENCE]).or_without_audience_from(["assistant"]);
    let setup = Setup::new().await;
    let refused = setup.verify_for(&setup.token(json!({"aud": null})), &rule).await;
    assert_eq!(refused.unwrap_err(), Rejection::MissingClaim("aud"));
}

#[rstest]
#[case::listed(json!("assistant"), Ok("user-1"))]
#[case::not_listed(json!("another"), Err(Rejection::ClientNotAllowed))]
#[case::case_differs(json!("Assistant"), Err(Rejection::ClientNotAllowed))]
#[case::absent(json!(null), Err(Rejection::ClientNotAllowed))]
#[case::empty(json!(""), Err(Rejection::MalformedClaim("client_id")))]
#[tokio::test]
async fn without_audience_a_cognito_token_needs_a_listed_client(
    #[case] client: Value,
    #[case] expected: Result<&str, Rejection>,
) {
    let rule = AudienceRule::accept([AUDIENCE]).or_without_audience_from(["assistant", ""]);
    let setup = Setup::with(Profile::Cognito, Signer::ed25519()).await;
    let token = setup.token(json!({"aud": null, "token_use": "access", "client_id": client}));
    let outcome = setup.verify_for(&token, &rule).await;
    assert_eq!(outcome.map(|claims| claims.subject().to_owned()), expected.map(str::to_owned));
}

#[tokio::test]
async fn a_rule_that_names_nothing_lets_nothing_in() {
    let setup = Setup::with(Profile::Cognito, Signer::ed25519()).await;
    let nothing = AudienceRule::accept([""; 1]).or_without_audience_from([""; 1]);
    for audience in [json!(AUDIENCE), json!(""), json!([""]), json!(null)] {
        let token = setup.token(json!({"aud": audience, "token_use": "access"}));
        assert!(setup.verify_for(&token, &nothing).await.is_err());
    }
}

#[tokio::test]
async fn a_caller_that_checks_itself_gets_the_claims_to_do_so() {
    let setup = Setup::new().await;
    let rule = AudienceRule::checked_by_the_caller().or_without_audience_from(["nobody"]);
    let other = setup.verify_for(&setup.token(json!({"aud": "other"})), &rule).await.unwrap();
    assert_eq!(other.audience(), ["other"]);
    let absent = setup.verify_for(&setup.token(json!({"aud": null})), &rule).await.unwrap();
    assert!(absent.audience().is_empty());
    assert_eq!(absent.client_id(), Some("assistant"));
}
