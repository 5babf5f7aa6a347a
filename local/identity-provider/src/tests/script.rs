use reqwest::Method;
use rstest::rstest;
use serde_json::{Value, json};

use super::fixture::{Answer, LIFETIME, Served, headers, serve};

impl Served {
    async fn token_for(&self, list: &[(&'static str, &str)], body: &Value) -> Answer {
        self.send(Method::POST, "/token-for", headers(list), body.to_string()).await
    }
}

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn a_script_gets_a_token() {
    let served = serve().await;
    let answer = served.token_for(&[JSON], &json!({"account": "dora"})).await;
    assert_eq!(answer.status, 200);
    let answer = answer.json();
    assert_eq!(answer["token_type"], "Bearer");
    assert_eq!(answer["expires_in"], LIFETIME);
    assert_eq!(answer["scope"], "countersign/tools");
    let claims = served.verify(answer["access_token"].as_str().unwrap()).await.claims;
    assert_eq!((&claims["email"], &claims["groups"]), (&json!("dora@example.com"), &json!(["finance"])));
}

#[tokio::test]
async fn a_test_gets_the_token_that_must_be_refused() {
    let served = serve().await;
    let request = json!({"account": "alice", "scope": "other", "audience": "https://other/mcp", "expires_in": -60});
    let answer = served.token_for(&[JSON], &request).await.json();
    let claims = served.verify(answer["access_token"].as_str().unwrap()).await.claims;
    assert_eq!((&claims["scope"], &claims["aud"]), (&json!("other"), &json!("https://other/mcp")));
    assert_eq!((&answer["scope"], &answer["expires_in"]), (&json!("other"), &json!(-60)));
    let seconds = |claim: &str| claims[claim].as_i64().unwrap();
    assert_eq!(seconds("exp") - seconds("iat"), i64::from(LIFETIME));
}

#[rstest]
#[case::a_page(&[JSON, ("origin", "http://example.com")], 403)]
#[case::our_own_page(&[JSON, ("origin", "ISSUER")], 403)]
#[case::opaque_page(&[JSON, ("origin", "null")], 403)]
#[case::a_browser_without_origin(&[JSON, ("sec-fetch-site", "none")], 403)]
#[case::another_host(&[JSON, ("host", "rebound.example.com")], 403)]
#[case::no_type(&[], 415)]
#[case::form(&[("content-type", "application/x-www-form-urlencoded")], 415)]
#[case::text(&[("content-type", "text/plain")], 415)]
#[case::text_that_mentions_json(&[("content-type", "text/plain; application/json")], 415)]
#[tokio::test]
async fn a_page_gets_none(#[case] list: &[(&'static str, &str)], #[case] status: u16) {
    let served = serve().await;
    let list: Vec<_> =
        list.iter().map(|&(name, value)| (name, if value == "ISSUER" { &served.issuer } else { value })).collect();
    let answer = served.token_for(&list, &json!({"account": "alice"})).await;
    assert_eq!(answer.status, status);
    assert!(!answer.body.contains("eyJ"));
}

#[rstest]
#[case::unknown_account(json!({"account": "eve"}), 404)]
#[case::no_account(json!({}), 400)]
#[case::not_an_object(json!("alice"), 400)]
#[case::unknown_member(json!({"account": "alice", "groups": ["admin"]}), 400)]
#[case::wrong_type(json!({"account": "alice", "expires_in": "60"}), 400)]
#[case::out_of_range(json!({"account": "alice", "expires_in": 3_000_000_000_u64}), 400)]
#[case::too_long(json!({"account": "alice", "scope": "x".repeat(5000)}), 413)]
#[tokio::test]
async fn a_request_has_one_form(#[case] request: Value, #[case] status: u16) {
    let answer = serve().await.token_for(&[JSON], &request).await;
    assert_eq!(answer.status, status);
    assert_eq!(answer.json()["error"], "invalid_request");
    assert!(!answer.body.contains("eve") && !answer.body.contains("admin"), "no answer repeats the request");
}

#[tokio::test]
async fn it_is_not_for_reading() {
    assert_eq!(serve().await.get("/token-for").await.status, 405);
}
