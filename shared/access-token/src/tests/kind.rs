use rstest::rstest;
use serde_json::{Value, json};

use super::Setup;
use super::signer::Signer;
use crate::Profile;

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
#[case::id_token(json!({"nonce": "n", "token_use": "id"}))]
#[case::client(json!({"sub": "machine", "client_id": "machine"}))]
#[case::no_client(json!({"client_id": null}))]
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
