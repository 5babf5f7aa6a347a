use rstest::rstest;
use serde_json::{Value, json};

use super::signer::Signer;
use super::{AUDIENCE, Setup};
use crate::{AudienceRule, Profile, Rejection};

const OTHER: &str = "https://other.example/mcp";

/// Who the token is for, and which client it was issued to; what becomes of it where tokens may lack `aud` (Cognito), and
/// everywhere else.
#[rstest]
#[case::ours_by_ours(json!(AUDIENCE), "assistant", Ok(()), Ok(()))]
#[case::ours_by_another(json!(AUDIENCE), "another", Ok(()), Ok(()))]
#[case::both_by_ours(json!([OTHER, AUDIENCE]), "assistant", Ok(()), Ok(()))]
#[case::both_by_another(json!([OTHER, AUDIENCE]), "another", Ok(()), Ok(()))]
#[case::other_by_ours(json!(OTHER), "assistant", Err(Rejection::WrongAudience), Err(Rejection::WrongAudience))]
#[case::other_by_another(json!(OTHER), "another", Err(Rejection::WrongAudience), Err(Rejection::WrongAudience))]
#[case::absent_by_ours(json!(null), "assistant", Ok(()), Err(Rejection::MissingClaim("aud")))]
#[case::absent_by_another(json!(null), "another", Err(Rejection::ClientNotAllowed), Err(Rejection::MissingClaim("aud")))]
#[tokio::test]
async fn if_there_is_an_audience_it_holds_ours_whatever_else_matches(
    #[case] audience: Value,
    #[case] client: &str,
    #[case] where_it_may_lack: Result<(), Rejection>,
    #[case] elsewhere: Result<(), Rejection>,
    #[values(
        Profile::AnyToken,
        Profile::Auth0,
        Profile::Cognito,
        Profile::Entra,
        Profile::Generic,
        Profile::Keycloak,
        Profile::Okta,
        Profile::SignIn
    )]
    profile: Profile,
) {
    let rule = AudienceRule::accept([AUDIENCE]).or_without_audience_from(["assistant"]);
    let setup = Setup::with(profile, Signer::ed25519()).await;
    let mut changes = json!({"aud": audience});
    changes[profile.rules().client] = client.into();
    let outcome = setup.verify_for(&setup.token(changes), &rule).await;
    assert_eq!(outcome.map(drop), if profile == Profile::Cognito { where_it_may_lack } else { elsewhere });
}

#[tokio::test]
async fn a_rule_that_names_nothing_lets_nothing_in() {
    let setup = Setup::with(Profile::Cognito, Signer::ed25519()).await;
    let nothing = AudienceRule::accept([""; 1]).or_without_audience_from([""; 1]);
    for audience in [json!(AUDIENCE), json!(""), json!([""]), json!(null)] {
        assert!(setup.verify_for(&setup.token(json!({"aud": audience})), &nothing).await.is_err());
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
