use serde_json::json;

use super::setup;
use crate::Profile;

#[tokio::test]
async fn a_token_of_our_own_is_understood() {
    let setup = setup(Profile::SignIn).await;
    let claims = setup.verify(&setup.token(json!({}))).await.unwrap();
    assert_eq!((claims.subject(), claims.client_id()), ("Zk3vX0b6Qm", Some("assistant")));
    assert!(claims.scopes().iter().eq(["countersign/tools"]));
    assert_eq!(claims.groups(), ["staff", "role:approver"], "named so by the profile of the provider behind it");
    assert_eq!((claims.session_id(), claims.token_id()), (Some("session-1"), Some("token-1")));
}
