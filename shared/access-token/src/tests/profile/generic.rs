use rstest::rstest;
use serde_json::{Value, json};

use super::{setup, verdict};
use crate::{Profile, Rejection};

#[tokio::test]
async fn a_token_of_rfc_9068_is_understood() {
    let setup = setup(Profile::Generic).await;
    let claims = setup.verify(&setup.token(json!({}))).await.unwrap();
    assert_eq!((claims.subject(), claims.client_id()), ("user-1", Some("assistant")));
    assert!(claims.scopes().iter().eq(["tools:read", "tools:write"]));
    assert_eq!(claims.groups(), ["staff", "admins"]);
    assert_eq!((claims.session_id(), claims.directory_id()), (Some("session-1"), None));
}

#[rstest]
#[case::grant_that_cannot_be_read(json!({"gty": 1}), Rejection::MalformedClaim("gty"))]
#[case::grants_that_cannot_be_read(json!({"gty": [["client-credentials"]]}), Rejection::MalformedClaim("gty"))]
#[case::kind_that_cannot_be_read(json!({"idtyp": ["app"]}), Rejection::MalformedClaim("idtyp"))]
#[case::groups_as_a_text(json!({"groups": "staff"}), Rejection::MalformedClaim("groups"))]
#[tokio::test]
async fn a_claim_that_cannot_be_meant_is_refused(#[case] changes: Value, #[case] expected: Rejection) {
    assert_eq!(verdict(Profile::Generic, changes).await, Err(expected));
}

#[rstest]
#[case::usage(json!({"token_use": "access"}))]
#[case::grants(json!({"gty": ["refresh_token", "authorization_code"]}))]
#[case::user(json!({"idtyp": "user"}))]
#[case::subject_with_a_like_ending(json!({"sub": "somebody@clients.example"}))]
#[case::other_claims_elsewhere(json!({"_claim_names": {"address": "src1"}}))]
#[tokio::test]
async fn a_person_is_not_taken_for_another(#[case] marks: Value) {
    assert_eq!(verdict(Profile::Generic, marks).await, Ok(()));
}
