use rstest::rstest;
use serde_json::{Value, json};

use super::{fits, setup, verdict};
use crate::{Profile, Rejection};

#[tokio::test]
async fn a_token_of_okta_is_understood() {
    let setup = setup(Profile::Okta).await;
    let claims = setup.verify(&setup.token(json!({}))).await.unwrap();
    assert_eq!((claims.subject(), claims.client_id()), ("alice@acme.example", Some("assistant")));
    assert_eq!(claims.directory_id(), Some("00u8example6DqZKz5d7"));
    assert!(claims.scopes().iter().eq(["countersign:tools", "openid"]));
    assert_eq!(claims.groups(), ["team-engineering"]);
}

/// `client_id` and `scope` are claims that an administrator may add, for whatever reads those.
#[tokio::test]
async fn claims_of_other_names_change_nothing() {
    let setup = setup(Profile::Okta).await;
    let claims = setup.verify(&setup.token(json!({"client_id": "other", "scope": "admin"}))).await.unwrap();
    assert_eq!(claims.client_id(), Some("assistant"));
    assert!(claims.scopes().iter().eq(["countersign:tools", "openid"]));
}

#[rstest]
#[case::person_mistyped(json!({"uid": 1}), Rejection::MalformedClaim("uid"))]
#[case::groups_as_a_text(json!({"groups": "team-engineering"}), Rejection::MalformedClaim("groups"))]
#[tokio::test]
async fn a_claim_that_cannot_be_meant_is_refused(#[case] changes: Value, #[case] expected: Rejection) {
    assert_eq!(verdict(Profile::Okta, changes).await, Err(expected));
}

#[rstest]
#[case::default("https://acme.okta.com/oauth2/default", true)]
#[case::added("https://acme.oktapreview.com/oauth2/aus9example1rXXXX5d7", true)]
#[case::custom_domain("https://login.acme.example/oauth2/default", true)]
#[case::organisation("https://acme.okta.com", false)]
#[case::endpoints_of_the_organisation("https://acme.okta.com/oauth2", false)]
#[case::endpoints_of_a_server("https://acme.okta.com/oauth2/default/v1", false)]
fn only_a_custom_server_is_an_issuer(#[case] issuer: &str, #[case] expected: bool) {
    assert_eq!(fits(Profile::Okta, issuer), expected);
}
