use rstest::rstest;
use serde_json::{Value, json};

use super::people::Host;
use super::{REDIRECT, Setup, claims, configuration, redemption, refreshment, request, text};
use crate::{AuthorizationServer, Lifetimes, Resource, ScopePolicy, Store as _, Written};

async fn refresh(setup: &Setup, tokens: &Value) -> Value {
    setup.token(&refreshment(text(tokens, "refresh_token"))).await.good()
}

async fn refused(setup: &Setup, tokens: &Value) -> String {
    setup.token(&refreshment(text(tokens, "refresh_token"))).await.error().1
}

#[tokio::test]
async fn a_refresh_token_is_replaced_and_the_person_stays_the_same() {
    let setup = Setup::new();
    let first = setup.tokens().await;
    setup.clock.forward(400);
    let second = refresh(&setup, &first).await;
    assert_ne!(first["refresh_token"], second["refresh_token"]);
    let (before, after) = (claims(&first), claims(&second));
    for same in ["iss", "sub", "aud", "client_id", "scope", "name", "email", "groups", "auth_time", "sid"] {
        assert_eq!(before[same], after[same], "{same}");
    }
    assert_ne!(before["jti"], after["jti"]);
    assert_ne!(before["sid"], claims(&setup.tokens().await)["sid"]);
    assert_eq!(after["exp"].as_u64(), before["exp"].as_u64().map(|exp| exp + 400));
}

/// The answer was lost, or two processes of a client asked at once: both go on with the same token.
#[tokio::test]
async fn within_the_grace_the_token_before_brings_the_same_successor() {
    let setup = Setup::new();
    let first = setup.tokens().await;
    let second = refresh(&setup, &first).await;
    setup.clock.forward(30);
    let again = refresh(&setup, &first).await;
    assert_eq!(again["refresh_token"], second["refresh_token"]);
    assert_ne!(again["access_token"], second["access_token"]);
    let third = refresh(&setup, &second).await;
    assert_ne!(third["refresh_token"], second["refresh_token"]);
    refresh(&setup, &third).await;
}

#[tokio::test]
async fn after_the_grace_the_token_before_ends_the_session() {
    let setup = Setup::new();
    let first = setup.tokens().await;
    let second = refresh(&setup, &first).await;
    setup.clock.forward(31);
    assert_eq!(refused(&setup, &first).await, "invalid_grant");
    assert_eq!(refused(&setup, &second).await, "invalid_grant");
    assert!(setup.store.sessions().is_empty());
}

#[tokio::test]
async fn an_older_token_ends_the_session_at_once() {
    let setup = Setup::new();
    let first = setup.tokens().await;
    let second = refresh(&setup, &first).await;
    let third = refresh(&setup, &second).await;
    assert_eq!(refused(&setup, &first).await, "invalid_grant");
    assert_eq!(refused(&setup, &third).await, "invalid_grant");
}

/// The grace counts from the replacement: a thief cannot keep the token before alive by using it.
#[tokio::test]
async fn using_the_token_before_does_not_prolong_the_grace() {
    let setup = Setup::new();
    let first = setup.tokens().await;
    refresh(&setup, &first).await;
    setup.clock.forward(20);
    refresh(&setup, &first).await;
    setup.clock.forward(11);
    assert_eq!(refused(&setup, &first).await, "invalid_grant");
}

#[tokio::test]
async fn an_end_is_one_of_that_session_alone() {
    let setup = Setup::new();
    let (one, other) = (setup.tokens().await, setup.tokens().await);
    refresh(&setup, &one).await;
    setup.clock.forward(31);
    refused(&setup, &one).await;
    refresh(&setup, &other).await;
}

#[tokio::test]
async fn who_loses_the_race_gets_what_the_winner_got() {
    let setup = Setup::new();
    let first = setup.tokens().await;
    let form = refreshment(text(&first, "refresh_token"));
    let (one, other) = tokio::join!(setup.token(&form), setup.token(&form));
    assert_eq!(one.good()["refresh_token"], other.good()["refresh_token"]);
}

#[tokio::test]
async fn a_session_that_was_written_meanwhile_is_not_replaced() {
    let setup = Setup::new();
    let first = setup.tokens().await;
    let before = setup.store.sessions().remove(0);
    refresh(&setup, &first).await;
    let written = setup.store.replace_session(before.revision(), before.clone()).await.unwrap();
    assert_eq!(written, Written::No);
    setup.store.end_session(before.family(), u64::MAX).await.unwrap();
    assert_eq!(setup.store.create_session(before).await.unwrap(), Written::No);
}

#[tokio::test]
async fn a_session_survives_in_what_is_stored_of_it() {
    let setup = Setup::new();
    let first = setup.tokens().await;
    let second = refresh(&setup, &first).await;
    let kept = serde_json::to_string(&setup.store.sessions()).unwrap();
    let restarted = Setup::with(configuration());
    for session in serde_json::from_str::<Vec<crate::Session>>(&kept).unwrap() {
        restarted.store.restore(session);
    }
    assert_eq!(refresh(&restarted, &first).await["refresh_token"], second["refresh_token"]);
    refresh(&restarted, &second).await;
}

#[tokio::test]
async fn a_session_that_is_not_used_expires() {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    setup.clock.forward(2_999);
    let tokens = refresh(&setup, &tokens).await;
    setup.clock.forward(3_000);
    assert_eq!(refused(&setup, &tokens).await, "invalid_grant");
}

#[tokio::test]
async fn a_session_expires_however_much_it_is_used() {
    let setup = Setup::new();
    let mut tokens = setup.tokens().await;
    for _ in 0..4 {
        setup.clock.forward(2_000);
        tokens = refresh(&setup, &tokens).await;
    }
    setup.clock.forward(1_000);
    assert_eq!(refused(&setup, &tokens).await, "invalid_grant");
}

#[rstest]
#[case::same("tools/read", "tools/read")]
#[case::as_at_first("openid tools/read profile", "tools/read")]
#[case::of_identity_alone("openid profile email offline_access", "tools/read")]
#[tokio::test]
async fn a_refresh_may_repeat_what_was_asked_for(#[case] scope: &str, #[case] expected: &str) {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    let form = refreshment(text(&tokens, "refresh_token")).with("scope", scope);
    assert_eq!(setup.token(&form).await.good()["scope"], expected);
}

#[rstest]
#[case::wider("tools/read tools/write")]
#[case::other("tools/write")]
#[case::unknown("files/read")]
#[tokio::test]
async fn a_refresh_cannot_widen_the_scope_and_a_failed_try_costs_nothing(#[case] scope: &str) {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    let form = refreshment(text(&tokens, "refresh_token"));
    assert_eq!(setup.token(&form.with("scope", scope)).await.error(), (400, "invalid_scope".to_owned()));
    setup.token(&form).await.good();
    setup.clock.forward(31);
    assert_eq!(refused(&setup, &tokens).await, "invalid_grant");
}

#[tokio::test]
async fn a_refresh_may_narrow_one_access_token() {
    let setup = Setup::new();
    let code = setup.code(&request().with("scope", "tools/read tools/write offline_access")).await;
    let tokens = setup.token(&redemption(&code)).await.good();
    let form = refreshment(text(&tokens, "refresh_token")).with("scope", "tools/write");
    let narrow = setup.token(&form).await.good();
    assert_eq!(claims(&narrow)["scope"], "tools/write");
    assert_eq!(refresh(&setup, &narrow).await["scope"], "offline_access tools/read tools/write");
}

#[rstest]
#[case::other_resource("resource", "https://other.example/mcp", "invalid_target")]
#[case::unknown_client("client_id", "nobody", "invalid_client")]
#[case::forged_client("client_id", "dynamic-AAAA", "invalid_client")]
#[case::other_secret(
    "refresh_token",
    "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "invalid_grant"
)]
#[case::not_ours("refresh_token", "tGzv3JOkF0XG5Qx2TlKWIA", "invalid_grant")]
#[case::empty("refresh_token", "", "invalid_request")]
#[tokio::test]
async fn a_refresh_with_anything_else_brings_nothing_and_costs_nothing(
    #[case] name: &'static str,
    #[case] value: &str,
    #[case] expected: &str,
) {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    let form = refreshment(text(&tokens, "refresh_token"));
    assert_eq!(setup.token(&form.with(name, value)).await.error().1, expected);
    setup.token(&form).await.good();
}

#[tokio::test]
async fn a_refresh_token_is_worth_nothing_to_another_client() {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    let thief = setup.register(&json!({"redirect_uris": [REDIRECT]})).await.good();
    let form = refreshment(text(&tokens, "refresh_token")).with("client_id", text(&thief, "client_id"));
    assert_eq!(setup.token(&form).await.error().1, "invalid_grant");
}

#[tokio::test]
async fn a_session_of_another_resource_brings_nothing() {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    let resource = Resource::parse("https://new.example/mcp").unwrap();
    let moved = crate::Configuration { resource, ..configuration() };
    let moved = setup.restarted(moved);
    let form = refreshment(text(&tokens, "refresh_token")).without("resource");
    assert_eq!(moved.token(&form).await.error().1, "invalid_grant");
}

#[rstest]
#[case::access_token(Lifetimes { access_token: std::time::Duration::ZERO, ..Lifetimes::default() })]
#[case::session(Lifetimes { session: std::time::Duration::ZERO, ..Lifetimes::default() })]
#[case::idle(Lifetimes { idle: std::time::Duration::from_millis(999), ..Lifetimes::default() })]
fn lifetimes_are_at_least_a_second(#[case] lifetimes: Lifetimes) {
    let configuration = crate::Configuration { lifetimes, ..configuration() };
    let server =
        AuthorizationServer::new(configuration, super::KEYS.clone(), crate::MemoryStore::new(), Host::default());
    assert_eq!(server.unwrap_err(), crate::ConfigurationError::Lifetimes);
}

/// Sessions end 9 000 s after sign-in, and a token lasts 300 s.
#[tokio::test]
async fn an_access_token_does_not_outlive_its_session() {
    let setup = Setup::new();
    let mut tokens = setup.tokens().await;
    for _ in 0..4 {
        setup.clock.forward(2_225);
        tokens = refresh(&setup, &tokens).await;
    }
    assert_eq!(claims(&tokens)["exp"], super::NOW + 9_000);
    assert_eq!(tokens["expires_in"], 100);
}

/// A server with these scopes that goes on with what another kept.
fn with_scopes(setup: Setup, known: &str) -> Setup {
    let scopes = ScopePolicy::new(known, known).unwrap();
    setup.restarted(crate::Configuration { scopes, ..configuration() })
}

#[tokio::test]
async fn a_scope_that_the_operator_took_away_is_not_refreshed() {
    let setup = Setup::new();
    let code = setup.code(&request().with("scope", "tools/read tools/write")).await;
    let tokens = setup.token(&redemption(&code)).await.good();
    let setup = with_scopes(setup, "tools/read");
    let tokens = refresh(&setup, &tokens).await;
    assert_eq!(tokens["scope"], "tools/read");
    assert_eq!(claims(&tokens)["scope"], "tools/read");
    assert_eq!(refused(&with_scopes(setup, "tools/other"), &tokens).await, "invalid_scope");
}

#[tokio::test]
async fn a_clock_that_goes_back_does_not_prolong_the_grace() {
    let setup = Setup::new();
    setup.clock.forward(1_000);
    let first = setup.tokens().await;
    refresh(&setup, &first).await;
    setup.clock.back(30);
    refresh(&setup, &first).await;
    setup.clock.back(1);
    assert_eq!(refused(&setup, &first).await, "invalid_grant");
}
