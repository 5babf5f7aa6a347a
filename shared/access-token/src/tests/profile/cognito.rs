use rstest::rstest;
use serde_json::{Value, json};

use super::{fits, setup, verdict};
use crate::{Profile, Rejection};

#[tokio::test]
async fn a_token_of_cognito_is_understood() {
    let setup = setup(Profile::Cognito).await;
    let claims = setup.verify(&setup.token(json!({"groups": ["forged"], "sid": "other"}))).await.unwrap();
    assert_eq!(claims.client_id(), Some("assistant"));
    assert!(claims.scopes().iter().eq(["countersign/tools", "openid"]));
    assert_eq!(claims.groups(), ["engineering"]);
    assert_eq!((claims.session_id(), claims.directory_id()), (Some("session-1"), None));
}

#[rstest]
#[case::session_mistyped(json!({"origin_jti": 1}), Rejection::MalformedClaim("origin_jti"))]
#[case::groups_as_a_text(json!({"cognito:groups": "engineering"}), Rejection::MalformedClaim("cognito:groups"))]
#[tokio::test]
async fn a_claim_that_cannot_be_meant_is_refused(#[case] changes: Value, #[case] expected: Rejection) {
    assert_eq!(verdict(Profile::Cognito, changes).await, Err(expected));
}

#[rstest]
#[case::pool("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example12", true)]
#[case::fips("https://cognito-idp-fips.us-gov-west-1.amazonaws.com/us-gov-west-1_Example12", true)]
#[case::china("https://cognito-idp.cn-north-1.amazonaws.com.cn/cn-north-1_Example12", true)]
#[case::laptop("http://127.0.0.1:8485", true)]
#[case::stand_in("https://login.example", true)]
#[case::no_pool("https://cognito-idp.eu-central-1.amazonaws.com", false)]
#[case::identity_pool_or_worse("https://cognito-idp.eu-central-1.amazonaws.com/login", false)]
#[case::below_a_pool("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_Example12/oauth2", false)]
#[case::sign_in_domain("https://acme.auth.eu-central-1.amazoncognito.com", false)]
fn a_pool_is_not_where_people_sign_in(#[case] issuer: &str, #[case] expected: bool) {
    assert_eq!(fits(Profile::Cognito, issuer), expected);
}
