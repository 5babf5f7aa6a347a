use rstest::rstest;
use serde_json::json;

use super::{
    ISSUER, LIFETIMES, NOW, Parameters, REDIRECT, RESOURCE, Setup, VERIFIER, challenge, claims, configuration,
    redemption, refreshment, request, text,
};
use crate::{Endpoint, Resource};

#[tokio::test]
async fn a_code_brings_tokens_that_say_who_for_whom_and_for_what() {
    let setup = Setup::new();
    let tokens = setup.tokens().await;
    assert_eq!(tokens["token_type"], "Bearer");
    assert_eq!(tokens["expires_in"], LIFETIMES.access_token.as_secs());
    assert_eq!(tokens["scope"], "tools/read");
    assert!(tokens.get("id_token").is_none());
    let mut claims = claims(&tokens);
    assert!(text(&claims, "jti").len() >= 22);
    assert!(!text(&tokens, "refresh_token").contains(text(&claims, "sid")));
    (claims["jti"], claims["sid"]) = (json!(""), json!(""));
    let expected = json!({
        "iss": ISSUER, "aud": RESOURCE, "sub": "subject-of-alice", "client_id": "assistant", "scope": "tools/read",
        "token_use": "access", "iat": NOW, "exp": NOW + 300, "auth_time": NOW - 5, "jti": "", "sid": "",
        "name": "Alice Archer", "email": "alice@example.com", "groups": ["engineering"],
    });
    assert_eq!(claims, expected);
}

#[rstest]
#[case::no_redirect_as_in_oauth_2_1(&|form: Parameters| form.without("redirect_uri"))]
#[case::no_resource(&|form: Parameters| form.without("resource"))]
#[case::two_resources(&|form: Parameters| form.and("resource", RESOURCE))]
#[case::unknown_parameter(&|form: Parameters| form.and("audience", "x").and("audience", "y"))]
#[tokio::test]
async fn what_clients_leave_out_or_add_does_no_harm(#[case] change: &(dyn Fn(Parameters) -> Parameters + Sync)) {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let tokens = setup.token(&change(redemption(&code))).await.good();
    assert_eq!(claims(&tokens)["aud"], RESOURCE);
}

#[rstest]
#[case::wrong_verifier("code_verifier", &"x".repeat(43), "invalid_grant")]
#[case::short_verifier("code_verifier", &"x".repeat(42), "invalid_request")]
#[case::long_verifier("code_verifier", &"x".repeat(129), "invalid_request")]
#[case::verifier_characters("code_verifier", &"+".repeat(43), "invalid_request")]
#[case::challenge_as_verifier("code_verifier", &challenge(VERIFIER), "invalid_grant")]
#[case::other_client("client_id", "dynamic-AAAA", "invalid_client")]
#[case::other_redirect("redirect_uri", "http://127.0.0.1:3334/callback", "invalid_grant")]
#[case::other_port("redirect_uri", "http://127.0.0.1:3335/oauth/callback", "invalid_grant")]
#[case::other_resource("resource", "https://other.example/mcp", "invalid_target")]
#[case::other_code("code", &"A".repeat(43), "invalid_grant")]
#[case::no_code_of_ours("code", "SplxlOBeZQQYbYS6WxSbIA", "invalid_grant")]
#[case::client_credentials("grant_type", "client_credentials", "unsupported_grant_type")]
#[case::password("grant_type", "password", "unsupported_grant_type")]
#[case::implicit("grant_type", "implicit", "unsupported_grant_type")]
#[case::device("grant_type", "urn:ietf:params:oauth:grant-type:device_code", "unsupported_grant_type")]
#[case::assertion("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "unsupported_grant_type")]
#[case::exchange("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange", "unsupported_grant_type")]
#[tokio::test]
async fn a_code_with_anything_else_brings_nothing(
    #[case] name: &'static str,
    #[case] value: &str,
    #[case] expected: &str,
) {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let (_, error) = setup.token(&redemption(&code).with(name, value)).await.error();
    assert_eq!(error, expected);
}

#[rstest]
#[case("grant_type")]
#[case("client_id")]
#[case("code")]
#[case("code_verifier")]
#[tokio::test]
async fn what_is_missing_empty_or_there_twice_is_an_invalid_request(#[case] name: &'static str) {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let form = redemption(&code);
    let twice = form.clone().and(name, "x");
    for form in [form.without(name), form.with(name, ""), twice] {
        assert_eq!(setup.token(&form).await.error(), (400, "invalid_request".to_owned()), "{}", form.encoded());
    }
    setup.token(&form).await.good();
}

#[tokio::test]
async fn a_code_expires_after_a_minute() {
    let setup = Setup::new();
    let (kept, late) = (setup.code(&request()).await, setup.code(&request()).await);
    setup.clock.forward(59);
    setup.token(&redemption(&kept)).await.good();
    setup.clock.forward(1);
    assert_eq!(setup.token(&redemption(&late)).await.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn a_code_that_comes_again_ends_the_session_that_was_made_from_it() {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let tokens = setup.token(&redemption(&code)).await.good();
    let other = setup.tokens().await;
    assert_eq!(setup.token(&redemption(&code)).await.error(), (400, "invalid_grant".to_owned()));
    let refused = setup.token(&refreshment(text(&tokens, "refresh_token"))).await;
    assert_eq!(refused.error(), (400, "invalid_grant".to_owned()));
    setup.token(&refreshment(text(&other, "refresh_token"))).await.good();
}

/// Who has the code and nothing else gets nothing, and the client learns that it leaked.
#[rstest]
#[case::without_the_verifier("code_verifier", &"x".repeat(43))]
#[case::at_another_redirect("redirect_uri", "http://127.0.0.1:1/oauth/callback")]
#[tokio::test]
async fn a_code_is_used_up_by_whoever_presents_it(#[case] name: &'static str, #[case] value: &str) {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    setup.token(&redemption(&code).with(name, value)).await.error();
    assert_eq!(setup.token(&redemption(&code)).await.error(), (400, "invalid_grant".to_owned()));
    assert!(setup.store.sessions().is_empty());
}

#[tokio::test]
async fn a_stolen_code_is_worth_nothing_to_another_client() {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let thief = setup.register(&json!({"redirect_uris": [REDIRECT]})).await.good();
    let form = redemption(&code).with("client_id", text(&thief, "client_id"));
    assert_eq!(setup.token(&form).await.error(), (400, "invalid_grant".to_owned()));
}

#[tokio::test]
async fn of_two_that_redeem_a_code_at_once_one_at_most_keeps_a_session() {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let form = redemption(&code);
    let (first, second) = tokio::join!(setup.token(&form), setup.token(&form));
    assert!(!(first.status.is_success() && second.status.is_success()));
    assert!(setup.store.sessions().is_empty());
}

#[tokio::test]
async fn a_code_for_the_resource_of_before_is_worth_nothing() {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let resource = Resource::parse("https://new.example/mcp").unwrap();
    let moved = crate::Configuration { resource, ..configuration() };
    let moved = setup.restarted(moved);
    let form = redemption(&code).without("resource");
    assert_eq!(moved.token(&form).await.error(), (400, "invalid_grant".to_owned()));
}

#[rstest]
#[case::basic(&[("authorization", "Basic YXNzaXN0YW50Og==")], "")]
#[case::bearer(&[("authorization", "Bearer x")], "")]
#[case::secret(&[], "&client_secret=x")]
#[case::assertion(&[], "&client_assertion=x")]
#[case::assertion_type(&[], "&client_assertion_type=x")]
#[tokio::test]
async fn who_sends_credentials_of_a_client_is_no_client_of_ours(#[case] headers: &[(&str, &str)], #[case] more: &str) {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let headers = [headers, &[("content-type", "application/x-www-form-urlencoded")]].concat();
    let body = format!("{}{more}", redemption(&code).encoded());
    for endpoint in [Endpoint::Token, Endpoint::Revocation] {
        let answer = setup.send(endpoint, &headers, &body).await;
        assert_eq!(answer.error(), (401, "invalid_client".to_owned()));
        // A browser that got a challenge unasked would ask its person for a password.
        let is_challenge = answer.header("www-authenticate").starts_with("Basic ");
        assert_eq!(is_challenge, more.is_empty());
    }
}

#[rstest]
#[case::json("application/json")]
#[case::none("")]
#[case::multipart("multipart/form-data")]
#[case::longer("application/x-www-form-urlencoded-not")]
#[tokio::test]
async fn only_a_form_is_read(#[case] kind: &str) {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let answer = setup.send(Endpoint::Token, &[("content-type", kind)], &redemption(&code).encoded()).await;
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
}

#[tokio::test]
async fn parameters_in_the_query_do_not_count() {
    let setup = Setup::new();
    let code = setup.code(&request()).await;
    let uri = format!("/token?{}", redemption(&code).encoded());
    let parts = super::head("POST", &uri, &[("content-type", "application/x-www-form-urlencoded")]);
    let answer = super::Answer::of(setup.server.answer(Endpoint::Token, &parts, b"").await);
    assert_eq!(answer.error(), (400, "invalid_request".to_owned()));
}
