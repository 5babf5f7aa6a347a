use rstest::rstest;
use serde_json::{Value, json};

use super::{fits, setup, verdict};
use crate::{Profile, Rejection};

#[tokio::test]
async fn a_token_of_auth0_is_understood() {
    let setup = setup(Profile::Auth0).await;
    let claims = setup.verify(&setup.token(json!({}))).await.unwrap();
    assert_eq!((claims.subject(), claims.client_id()), ("auth0|65f0c1d2e3a4b5c6d7e8f901", Some("assistant")));
    assert!(claims.scopes().iter().eq(["openid", "profile", "tools:read"]), "permissions are not what was asked for");
    assert_eq!(claims.groups(), ["permission:tools:read", "permission:tools:write"]);
    assert_eq!(claims.directory_id(), None);
}

#[tokio::test]
async fn an_issuer_of_auth0_ends_in_a_slash() {
    let setup = setup(Profile::Auth0).await;
    let issuer = format!("{}/", setup.provider.issuer());
    setup.provider.announce(&issuer, setup.provider.jwks_uri());
    let claims = setup.verify(&setup.token(json!({"iss": issuer}))).await.unwrap();
    assert_eq!(claims.issuer(), issuer);
}

#[rstest]
#[case::no_rbac(json!({"permissions": null}))]
#[case::no_scope(json!({"scope": null}))]
#[case::password(json!({"gty": "password"}))]
#[tokio::test]
async fn what_a_token_may_lack_is_not_demanded(#[case] changes: Value) {
    assert_eq!(verdict(Profile::Auth0, changes).await, Ok(()));
}

#[rstest]
#[case::group_like_a_permission(json!({"groups": ["permission:tools:write"]}), Rejection::MalformedClaim("groups"))]
#[case::permissions_as_a_text(json!({"permissions": "tools:write"}), Rejection::MalformedClaim("permissions"))]
#[case::permission_that_is_no_text(json!({"permissions": [1]}), Rejection::MalformedClaim("permissions"))]
#[tokio::test]
async fn a_claim_that_cannot_be_meant_is_refused(#[case] changes: Value, #[case] expected: Rejection) {
    assert_eq!(verdict(Profile::Auth0, changes).await, Err(expected));
}

#[tokio::test]
async fn scp_is_no_claim_of_auth0() {
    let setup = setup(Profile::Auth0).await;
    let claims = setup.verify(&setup.token(json!({"scope": null, "scp": "tools:write"}))).await.unwrap();
    assert!(claims.scopes().is_empty());
}

#[rstest]
fn a_tenant_may_have_any_address(#[values("https://acme.eu.auth0.com", "https://login.acme.example")] issuer: &str
) {
    assert!(fits(Profile::Auth0, issuer));
}
