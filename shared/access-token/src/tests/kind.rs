use rstest::rstest;
use serde_json::{Value, json};

use super::Setup;
use super::signer::Signer;
use crate::{Profile, Rejection};

#[rstest]
#[case::absent(json!(null))]
#[case::jwt(json!("JWT"))]
#[case::lower_case(json!("jwt"))]
#[case::access_token(json!("at+jwt"))]
#[case::media_type(json!("application/at+jwt"))]
#[case::media_type_upper_case(json!("Application/AT+JWT"))]
#[tokio::test]
async fn the_type_of_an_access_token_passes(#[case] media_type: Value) {
    let setup = Setup::new().await;
    setup.verify(&setup.token_with_header(json!({"typ": media_type}))).await.unwrap();
}

#[rstest]
#[case::logout(json!("logout+jwt"))]
#[case::proof_of_possession(json!("dpop+jwt"))]
#[case::identity_assertion(json!("oauth-id-jag+jwt"))]
#[case::transaction_token(json!("txntoken+jwt"))]
#[case::security_event(json!("secevent+jwt"))]
#[case::client_authentication(json!("client-authentication+jwt"))]
#[case::prefix(json!("at+jwt2"))]
#[case::empty(json!(""))]
#[case::number(json!(1))]
#[case::array(json!(["JWT"]))]
#[tokio::test]
async fn another_type_costs_no_fetch(#[case] media_type: Value) {
    let setup = Setup::new().await;
    let token = setup.token_with_header(json!({"typ": media_type}));
    setup.refuses(&token, Rejection::NotAnAccessToken, 0).await;
}

#[rstest]
#[case::id_token_of_cognito(json!({"token_use": "id"}))]
#[case::id_token_with_nonce(json!({"nonce": "n-0S6_WzA2Mj"}))]
#[case::id_token_with_hash(json!({"at_hash": "MTIzNDU2Nzg5MDEyMzQ1Ng"}))]
#[tokio::test]
async fn an_id_token_is_no_access_token(
    #[case] marks: Value,
    #[values(Profile::Cognito, Profile::Generic)] profile: Profile,
) {
    let setup = Setup::with(profile, Signer::ed25519()).await;
    let refused = setup.verify(&setup.token(marks)).await.unwrap_err();
    assert!(matches!(refused, Rejection::NotAnAccessToken | Rejection::MissingClaim("token_use")));
}

#[rstest]
#[case::access(json!("access"), Ok(()))]
#[case::id(json!("id"), Err(Rejection::NotAnAccessToken))]
#[case::upper_case(json!("Access"), Err(Rejection::NotAnAccessToken))]
#[case::absent(json!(null), Err(Rejection::MissingClaim("token_use")))]
#[case::mistyped(json!(["access"]), Err(Rejection::MalformedClaim("token_use")))]
#[tokio::test]
async fn a_cognito_token_says_that_it_is_an_access_token(
    #[case] usage: Value,
    #[case] expected: Result<(), Rejection>,
) {
    let setup = Setup::with(Profile::Cognito, Signer::ed25519()).await;
    let outcome = setup.verify(&setup.token(json!({"token_use": usage}))).await;
    assert_eq!(outcome.map(drop), expected);
}

#[rstest]
#[case::generic(Profile::Generic, json!({"sub": "machine", "client_id": "machine"}))]
#[case::grant_of_auth0(Profile::Generic, json!({"gty": "client-credentials"}))]
#[case::grant_of_oauth(Profile::Generic, json!({"gty": "client_credentials"}))]
#[case::one_of_several_grants(Profile::Generic, json!({"gty": ["refresh_token", "client-credentials"]}))]
#[case::subject_of_auth0(Profile::Generic, json!({"sub": "awZfdIir8YFdGZWk@clients"}))]
#[case::application_of_entra(Profile::Generic, json!({"idtyp": "app"}))]
#[case::device_of_entra(Profile::Generic, json!({"idtyp": "device"}))]
#[case::cognito(Profile::Cognito, json!({"token_use": "access", "username": null}))]
#[tokio::test]
async fn a_client_in_its_own_name_is_no_person(#[case] profile: Profile, #[case] marks: Value) {
    let setup = Setup::with(profile, Signer::ed25519()).await;
    assert_eq!(setup.verify(&setup.token(marks)).await.unwrap_err(), Rejection::NotAPerson);
}

#[rstest]
#[case::grant(json!({"gty": "authorization_code"}))]
#[case::grants(json!({"gty": ["refresh_token", "authorization_code"]}))]
#[case::user_of_entra(json!({"idtyp": "user"}))]
#[case::subject_with_a_like_ending(json!({"sub": "somebody@clients.example"}))]
#[tokio::test]
async fn a_person_is_not_taken_for_a_client(#[case] marks: Value) {
    let setup = Setup::new().await;
    setup.verify(&setup.token(marks)).await.unwrap();
}

#[rstest]
#[case::grant(json!({"gty": 1}), "gty")]
#[case::grants(json!({"gty": [["client-credentials"]]}), "gty")]
#[case::kind(json!({"idtyp": ["app"]}), "idtyp")]
#[tokio::test]
async fn a_mark_that_cannot_be_read_is_not_taken_for_none(#[case] marks: Value, #[case] claim: &'static str) {
    let setup = Setup::new().await;
    assert_eq!(setup.verify(&setup.token(marks)).await.unwrap_err(), Rejection::MalformedClaim(claim));
}

#[tokio::test]
async fn groups_that_are_elsewhere_are_not_taken_for_none() {
    let setup = Setup::new().await;
    let elsewhere = json!({"groups": null, "_claim_names": {"groups": "src1"}, "_claim_sources": {"src1": {}}});
    assert_eq!(setup.verify(&setup.token(elsewhere)).await.unwrap_err(), Rejection::GroupsOverage);
}

#[rstest]
#[case::id_token(json!({"nonce": "n", "token_use": "id"}))]
#[case::client(json!({"sub": "machine", "client_id": "machine"}))]
#[case::groups_of_another_type(json!({"groups": "a"}))]
#[tokio::test]
async fn a_profile_without_rules_takes_any_token_of_the_issuer(#[case] marks: Value) {
    let setup = Setup::with(Profile::AnyToken, Signer::ed25519()).await;
    setup.verify(&setup.token(marks)).await.unwrap();
}

#[test]
fn a_profile_without_rules_cannot_be_configured() {
    assert!("any_token".parse::<Profile>().is_err());
}
