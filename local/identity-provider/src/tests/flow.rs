//! From a client's link to a token.

use std::time::Duration;

use access_token::{AccessToken, AudienceRule, Claims, DiscoveryUrl, Profile, TrustedIssuer, Verifier};
use rstest::rstest;
use serde_json::Value;

use super::browser::Browser;
use super::client::{Client, STATE};
use super::fixture::{AUDIENCE, Served, serve};

/// What the authorizer would make of the token.
async fn verified(served: &Served, tokens: &Value) -> Claims {
    let discovery_url = DiscoveryUrl::parse(&format!("{}/.well-known/openid-configuration", served.issuer)).unwrap();
    let verifier = Verifier::new(vec![TrustedIssuer::new(discovery_url, Profile::Generic).unwrap()]).unwrap();
    let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    let token = AccessToken::from_authorization(&token).unwrap();
    verifier.verify(&token, &AudienceRule::accept([AUDIENCE]), Duration::from_secs(60)).await.unwrap()
}

#[rstest]
#[tokio::test]
async fn a_person_brings_a_client_to_a_token(#[values("pre-registered", "registered", "custom scheme")] kind: &str) {
    let served = serve().await;
    let client = match kind {
        "registered" => Client::register(&served, "Kiro", "http://127.0.0.1:33418/callback").await,
        "custom scheme" => Client::register(&served, "Cursor", "cursor://anysphere.cursor-mcp/oauth/callback").await,
        _ => Client::assistant(),
    };
    let answer = Browser::default().allow(&served, &client.link(), "alice").await;
    assert_eq!((answer["state"].as_str(), &answer["iss"]), (STATE, &served.issuer));

    let tokens = client.redeem(&served, &answer["code"]).await;
    assert_eq!(tokens.status, 200, "{}", tokens.body);
    let claims = verified(&served, &tokens.json()).await;
    assert_eq!(claims.subject(), "6d3a91f0-52c7-4d0e-9f2b-8c1d7be0a401");
    assert_eq!(claims.client_id(), Some(client.id.as_str()));
    assert_eq!(claims.groups(), ["engineering", "support"]);

    let refreshed = client.refresh(&served, &tokens.json()).await;
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    assert_eq!(verified(&served, &refreshed.json()).await.subject(), claims.subject());
}

#[tokio::test]
async fn a_token_by_sign_in_claims_what_one_from_the_page_does() {
    let (served, client) = (serve().await, Client::assistant());
    let answer = Browser::default().allow(&served, &client.link(), "bob").await;
    let tokens = client.redeem(&served, &answer["code"]).await.json();
    let by_sign_in = served.verify(tokens["access_token"].as_str().unwrap()).await;
    let by_page = served.provider.issue("bob", &crate::TokenOptions::default()).unwrap();
    let by_page = served.verify(secrecy::ExposeSecret::expose_secret(&by_page)).await;
    assert_eq!(by_sign_in.header, by_page.header);
    let stable = |claims: &Value| {
        let mut claims = claims.as_object().unwrap().clone();
        for moving in ["iat", "exp", "auth_time", "jti", "sid"] {
            assert!(claims.remove(moving).is_some(), "{moving}");
        }
        claims
    };
    assert_eq!(stable(&by_sign_in.claims), stable(&by_page.claims));
}

#[tokio::test]
async fn two_browsers_at_once_are_two_people() {
    let (served, client) = (serve().await, Client::assistant());
    let (mut one, mut other) = (Browser::default(), Browser::default());
    let for_alice = one.consent(&served, &client.link(), "alice").await;
    let for_bob = other.consent(&served, &client.link(), "bob").await;
    assert!(for_alice.answer.body.contains("Alice Archer") && !for_alice.answer.body.contains("Bob Baker"));
    let for_bob = other.submit(&served, &for_bob, &[("decision", "allow")]).await.to_client();
    let for_alice = one.submit(&served, &for_alice, &[("decision", "allow")]).await.to_client();
    for (answer, email) in [(for_alice, "alice@example.com"), (for_bob, "bob@example.com")] {
        let tokens = client.redeem(&served, &answer["code"]).await.json();
        let claims = served.verify(tokens["access_token"].as_str().unwrap()).await.claims;
        assert_eq!(claims["email"], email);
    }
}

#[tokio::test]
async fn the_second_client_only_asks_for_consent_and_always_does() {
    let (served, mut browser) = (serve().await, Browser::default());
    browser.allow(&served, &Client::assistant().link(), "carol").await;
    let other = Client::register(&served, "Other", "http://localhost/callback").await;
    for client in [other, Client::assistant()] {
        let page = browser.open(&served, &client.link()).await;
        assert!(page.path.starts_with("/consent?"), "{}", page.path);
        assert!(page.answer.body.contains("Carol"));
    }
}

#[rstest]
#[tokio::test]
async fn a_client_can_have_the_person_asked_again(#[values("login", "select_account")] prompt: &str) {
    let (served, mut browser, client) = (serve().await, Browser::default(), Client::assistant());
    browser.allow(&served, &client.link(), "carol").await;
    let page = browser.open(&served, &client.link_with(&[("prompt", prompt)])).await;
    assert!(page.path.starts_with("/sign-in?"), "{}", page.path);
}

#[tokio::test]
async fn a_link_works_more_than_once_and_each_of_its_interactions_once() {
    let (served, mut browser, client) = (serve().await, Browser::default(), Client::assistant());
    // As clients do that look at the link themselves first.
    Browser::default().open(&served, &client.link()).await;
    let page = browser.consent(&served, &client.link(), "alice").await;
    let again = browser.open(&served, &client.link()).await;
    assert_ne!(page.path, again.path);
    for page in [&page, &again] {
        assert!(browser.submit(&served, page, &[("decision", "allow")]).await.to_client().contains_key("code"));
        let spent = browser.submit(&served, page, &[("decision", "allow")]).await;
        assert_eq!(spent.answer.status, 410);
        assert_eq!(browser.open(&served, &page.path).await.answer.status, 410);
    }
}

#[tokio::test]
async fn a_code_that_comes_again_ends_what_it_began() {
    let (served, client) = (serve().await, Client::assistant());
    let answer = Browser::default().allow(&served, &client.link(), "alice").await;
    let tokens = client.redeem(&served, &answer["code"]).await.json();
    let replayed = client.redeem(&served, &answer["code"]).await;
    assert_eq!((replayed.status, &replayed.json()["error"]), (400, &"invalid_grant".into()));
    assert_eq!(client.refresh(&served, &tokens).await.json()["error"], "invalid_grant");
}
