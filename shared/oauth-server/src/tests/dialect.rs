//! What a host changes, and that it changes nothing else.

use rstest::rstest;
use serde_json::json;

use super::{Setup, claims, configuration, redemption, refreshment, request, text};
use crate::{
    AnswerIssuer, Configuration, ConfigurationError, Dialect, Endpoint, Grant, ResourceIndicator, ScopePolicy,
};

fn speaking(dialect: Dialect) -> Setup {
    Setup::with(Configuration { dialect, ..configuration() })
}

/// Claims by which everything that a writer is told can be seen.
fn everything(grant: &Grant<'_>) -> serde_json::Value {
    json!({
        "issuer": grant.issuer,
        "resource": grant.resource,
        "named": grant.resource_indicator == ResourceIndicator::Given,
        "client": grant.client_id,
        "scope": grant.scope,
        "subject": grant.person.subject,
        "lives": grant.expires_at - grant.issued_at,
        "id": grant.token_id,
    })
}

#[rstest]
#[case::named(request(), true)]
#[case::not_named(request().without("resource"), false)]
#[tokio::test]
async fn the_host_writes_the_claims_of_every_token_of_a_session(
    #[case] request: super::Parameters,
    #[case] named: bool,
) {
    let setup = speaking(Dialect { claims: everything, ..Dialect::default() });
    let code = setup.code(&request).await;
    // What the client says here is judged, but the person was shown the other.
    let first = setup.token(&redemption(&code)).await.good();
    let second = setup.token(&refreshment(text(&first, "refresh_token"))).await.good();
    for tokens in [&first, &second] {
        let mut claims = claims(tokens);
        assert!(!text(&claims, "id").is_empty());
        claims.as_object_mut().unwrap().remove("id");
        let expected = json!({
            "issuer": super::ISSUER,
            "resource": super::RESOURCE,
            "named": named,
            "client": "assistant",
            "scope": "tools/read",
            "subject": "subject-of-alice",
            "lives": 300,
        });
        assert_eq!(claims, expected);
    }
}

#[tokio::test]
async fn an_answer_without_issuer_is_announced_as_one() {
    let setup = speaking(Dialect { answer_issuer: AnswerIssuer::Omitted, ..Dialect::default() });
    let refused = setup.redirected(&request().with("scope", "unknown")).await;
    assert_eq!((refused["error"].as_str(), refused.contains_key("iss")), ("invalid_scope", false));
    let pending = setup.pending(&request()).await;
    let approved = setup.server.complete(pending.handle(), super::approval()).await.unwrap();
    let answered = super::answered(&approved);
    assert!(answered.contains_key("code") && !answered.contains_key("iss"));
    let parts = super::head("GET", "/.well-known/oauth-authorization-server", &[]);
    let document = super::Answer::of(setup.server.answer(Endpoint::Metadata, &parts, b"").await).json();
    assert_eq!(document["authorization_response_iss_parameter_supported"], false);
}

#[rstest]
#[case::offline_access("tools/read offline_access")]
#[case::openid("openid tools/read")]
#[case::openid_alone("openid")]
#[case::profile("profile")]
#[case::unknown("tools/read other")]
#[tokio::test]
async fn a_strict_server_refuses_every_other_scope(#[case] scope: &str) {
    let scopes = ScopePolicy::exactly("tools/read tools/write").unwrap();
    let setup = Setup::with(Configuration { scopes, ..configuration() });
    assert_eq!(setup.redirected(&request().with("scope", scope)).await["error"], "invalid_scope");
    let code = setup.code(&request()).await;
    let tokens = setup.token(&redemption(&code)).await.good();
    let refresh = refreshment(text(&tokens, "refresh_token"));
    assert_eq!(setup.token(&refresh.with("scope", scope)).await.error(), (400, "invalid_scope".to_owned()));
}

#[rstest]
#[case::none(request(), "tools/read tools/write")]
#[case::one(request().with("scope", "tools/write"), "tools/write")]
#[tokio::test]
async fn a_strict_server_gives_what_is_asked_for_and_all_to_who_does_not_ask(
    #[case] request: super::Parameters,
    #[case] granted: &str,
) {
    let scopes = ScopePolicy::exactly("tools/read tools/write").unwrap();
    let setup = Setup::with(Configuration { scopes, ..configuration() });
    let code = setup.code(&request).await;
    assert_eq!(text(&setup.token(&redemption(&code)).await.good(), "scope"), granted);
}

#[test]
fn a_strict_server_advertises_its_scopes_and_has_some() {
    assert_eq!(ScopePolicy::exactly("a b").unwrap().advertised(), ["a", "b"]);
    assert_eq!(ScopePolicy::exactly("").unwrap_err(), ConfigurationError::Scopes);
}
