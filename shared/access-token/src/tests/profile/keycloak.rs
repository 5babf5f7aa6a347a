use rstest::rstest;
use serde_json::{Value, json};

use super::{fits, setup, verdict};
use crate::{Profile, Rejection};

#[tokio::test]
async fn a_token_of_keycloak_is_understood() {
    let setup = setup(Profile::Keycloak).await;
    let claims = setup.verify(&setup.token(json!({}))).await.unwrap();
    assert_eq!((claims.subject(), claims.client_id()), ("7d2e4b90-3c61-4f0a-8a5b-1e9c6d7f2304", Some("assistant")));
    assert!(claims.scopes().iter().eq(["openid", "tools"]));
    assert_eq!(claims.groups(), ["/staff/engineering", "role:approver", "role:offline_access"]);
    assert_eq!((claims.session_id(), claims.directory_id()), (Some("session-1"), None));
}

#[rstest]
#[case::nonce_of_older_releases(json!({"nonce": "n-0S6_WzA2Mj"}))]
#[case::client_id_by_a_mapper(json!({"client_id": "assistant"}))]
#[case::no_roles(json!({"realm_access": null}))]
#[case::no_list_of_roles(json!({"realm_access": {}}))]
#[case::name_with_a_like_beginning(json!({"preferred_username": "service-desk"}))]
#[tokio::test]
async fn a_person_is_not_taken_for_another(#[case] changes: Value) {
    assert_eq!(verdict(Profile::Keycloak, changes).await, Ok(()));
}

#[rstest]
#[case::name_that_cannot_be_read(json!({"preferred_username": 1}), Rejection::MalformedClaim("preferred_username"))]
#[case::group_like_a_role(json!({"groups": ["role:approver"]}), Rejection::MalformedClaim("groups"))]
#[case::roles_of_the_realm_mistyped(json!({"realm_access": ["approver"]}), Rejection::MalformedClaim("realm_access"))]
#[case::roles_as_a_text(json!({"realm_access": {"roles": "approver"}}), Rejection::MalformedClaim("roles"))]
#[tokio::test]
async fn a_claim_that_cannot_be_meant_is_refused(#[case] changes: Value, #[case] expected: Rejection) {
    assert_eq!(verdict(Profile::Keycloak, changes).await, Err(expected));
}

#[rstest]
#[case::realm("https://login.example/realms/staff", true)]
#[case::relative_path("https://login.example/auth/realms/staff", true)]
#[case::no_realm("https://login.example", false)]
#[case::no_name("https://login.example/realms", false)]
#[case::below_a_realm("https://login.example/realms/staff/protocol", false)]
fn a_realm_is_an_issuer(#[case] issuer: &str, #[case] expected: bool) {
    assert_eq!(fits(Profile::Keycloak, issuer), expected);
}
