use rstest::rstest;
use serde_json::{Value, json};

use super::{fits, setup, verdict};
use crate::tests::good_claims::GROUP;
use crate::{Profile, Rejection};

#[tokio::test]
async fn a_token_of_entra_is_understood() {
    let setup = setup(Profile::Entra).await;
    let claims = setup.verify(&setup.token(json!({}))).await.unwrap();
    assert_eq!(claims.subject(), "b1Rz0VdQ7pWc2n8LkYx5sJt3uHe9oGfA4mXiNqZrCvE");
    assert_eq!(claims.directory_id(), Some("0b7e55d2-91c4-4f6a-a3e8-5d2c7b9f1064"));
    assert_eq!((claims.client_id(), claims.session_id()), (Some("assistant"), Some("session-1")));
    assert!(claims.scopes().iter().eq(["tools"]));
    assert_eq!(claims.groups(), [GROUP, "role:Approver"]);
}

#[rstest]
#[case::user(json!({"idtyp": "user"}))]
#[case::confidential_client(json!({"azpacr": "1"}))]
#[case::guest(json!({"idp": "https://sts.windows.net/0d4b7a1e-5c2f-4f8e-b9a6-3e1d7c5a9f20/"}))]
#[case::no_groups_and_roles(json!({"groups": null, "roles": null}))]
#[tokio::test]
async fn a_person_of_the_tenant_passes(#[case] changes: Value) {
    assert_eq!(verdict(Profile::Entra, changes).await, Ok(()));
}

#[rstest]
#[case::places_mistyped(json!({"_claim_names": "groups"}), Rejection::MalformedClaim("_claim_names"))]
#[case::group_like_a_role(json!({"groups": ["role:Approver"]}), Rejection::MalformedClaim("groups"))]
#[case::roles_as_a_text(json!({"roles": "Approver"}), Rejection::MalformedClaim("roles"))]
#[tokio::test]
async fn a_claim_that_cannot_be_meant_is_refused(#[case] changes: Value, #[case] expected: Rejection) {
    assert_eq!(verdict(Profile::Entra, changes).await, Err(expected));
}

#[rstest]
#[case::tenant("https://login.microsoftonline.com/3f2c9a10-6b54-4e0e-9d57-0c8a1f6e2b43/v2.0", true)]
#[case::government("https://login.microsoftonline.us/3f2c9a10-6b54-4e0e-9d57-0c8a1f6e2b43/v2.0", true)]
#[case::personal_accounts("https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0", true)]
#[case::common("https://login.microsoftonline.com/common/v2.0", false)]
#[case::organizations("https://login.microsoftonline.com/organizations/v2.0", false)]
#[case::consumers("https://login.microsoftonline.com/consumers/v2.0", false)]
#[case::domain("https://login.microsoftonline.com/acme.example/v2.0", false)]
#[case::version_1("https://login.microsoftonline.com/3f2c9a10-6b54-4e0e-9d57-0c8a1f6e2b43", false)]
#[case::version_1_issuer("https://sts.windows.net/3f2c9a10-6b54-4e0e-9d57-0c8a1f6e2b43", false)]
#[case::upper_case("https://login.microsoftonline.com/3F2C9A10-6B54-4E0E-9D57-0C8A1F6E2B43/v2.0", false)]
#[case::without_hyphens("https://login.microsoftonline.com/3f2c9a106b544e0e9d570c8a1f6e2b43/v2.0", false)]
#[case::no_tenant("https://login.microsoftonline.com/v2.0", false)]
fn only_one_tenant_with_version_2_is_an_issuer(#[case] issuer: &str, #[case] expected: bool) {
    assert_eq!(fits(Profile::Entra, issuer), expected);
}
