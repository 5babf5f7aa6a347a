use rstest::rstest;
use serde_json::json;

use super::{Parameters, REDIRECT, Setup, refreshment, text};
use crate::Endpoint;

fn revocation(token: &str) -> Parameters {
    Parameters(Vec::new()).and("client_id", "assistant").and("token", token).and("token_type_hint", "refresh_token")
}

#[rstest]
#[case::current(0)]
#[case::replaced(1)]
#[tokio::test]
async fn any_refresh_token_of_a_session_ends_it(#[case] replacements: usize) {
    let setup = Setup::new();
    let first = setup.tokens().await;
    let mut last = first.clone();
    for _ in 0..replacements {
        last = setup.token(&refreshment(text(&last, "refresh_token"))).await.good();
    }
    let answer = setup.post(Endpoint::Revocation, &revocation(text(&first, "refresh_token"))).await;
    assert_eq!(answer.status, 200);
    let refused = setup.token(&refreshment(text(&last, "refresh_token"))).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
}

/// RFC 7009 §2.2: the purpose is fulfilled already.
#[rstest]
#[case::nonsense("nonsense")]
#[case::unknown("AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[tokio::test]
async fn a_token_that_is_none_needs_no_revocation(#[case] token: &str) {
    assert_eq!(Setup::new().post(Endpoint::Revocation, &revocation(token)).await.status, 200);
}

#[tokio::test]
async fn another_client_cannot_end_a_session() {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    let other = setup.register(&json!({"redirect_uris": [REDIRECT]})).await.good();
    let token = text(&tokens, "refresh_token");
    let form = revocation(token).with("client_id", text(&other, "client_id"));
    assert_eq!(setup.post(Endpoint::Revocation, &form).await.error(), (400, "invalid_grant".to_owned()));
    setup.token(&refreshment(token)).await.good();
}

#[tokio::test]
async fn an_access_token_cannot_be_revoked_and_that_is_said() {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    let answer = setup.post(Endpoint::Revocation, &revocation(text(&tokens, "access_token"))).await;
    assert_eq!(answer.error(), (400, "unsupported_token_type".to_owned()));
}

#[tokio::test]
async fn the_token_is_required() {
    let form = revocation("").without("token");
    let answer = Setup::new().post(Endpoint::Revocation, &form).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
}
