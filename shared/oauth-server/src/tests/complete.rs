use rstest::rstest;
use serde_json::json;

use super::{ISSUER, REDIRECT, Setup, answered, approval, approval_of, person, request, text};
use crate::{CompleteError, Decision, Handle, Person};

#[tokio::test]
async fn consent_brings_a_code_with_state_and_issuer() {
    let setup = Setup::new();
    let pending = setup.pending(&request()).await;
    let location = setup.server.complete(pending.handle(), approval()).await.unwrap();
    assert!(location.expose().starts_with(&format!("{REDIRECT}?")), "{}", location.expose());
    let answer = answered(&location);
    assert_eq!(answer["state"], "a state&with=signs");
    assert_eq!(answer["iss"], ISSUER);
    assert_eq!(answer["code"].len(), 43);

    let response = location.into_response();
    assert_eq!(response.status(), 303);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(response.headers()["location"].is_sensitive());
}

#[tokio::test]
async fn refusal_brings_an_error_with_state_and_issuer() {
    let setup = Setup::new();
    let pending = setup.pending(&request()).await;
    let answer = answered(&setup.server.complete(pending.handle(), Decision::Deny).await.unwrap());
    assert_eq!(answer["error"], "access_denied");
    assert_eq!(answer["state"], "a state&with=signs");
    assert_eq!(answer["iss"], ISSUER);
    assert!(!answer.contains_key("code"));
}

/// RFC 9700 §4.11.2: who registered a site and linked to us must not get a browser sent there, not even by a refusal.
#[rstest]
#[case::site("https://evil.example/callback")]
#[case::program("cursor://anysphere.cursor-mcp/oauth/callback")]
#[tokio::test]
async fn refusal_sends_nobody_to_a_place_that_only_its_client_vouches_for(#[case] uri: &str) {
    let setup = Setup::new();
    let client = setup.register(&json!({"redirect_uris": [uri]})).await.good();
    let request = request().with("client_id", text(&client, "client_id")).with("redirect_uri", uri);
    let pending = setup.pending(&request).await;
    let denied = setup.server.complete(pending.handle(), Decision::Deny).await;
    assert_eq!(denied.unwrap_err(), CompleteError::Denied);
    let again = setup.server.complete(pending.handle(), approval()).await;
    assert_eq!(again.unwrap_err(), CompleteError::Gone);
}

/// It waits on the person's own machine, or the operator vouches for it.
#[rstest]
#[case::registered_by_itself("http://localhost/callback", None)]
#[case::written_down("https://site.example/callback", Some("site"))]
#[tokio::test]
async fn refusal_is_told_to_a_client_elsewhere(#[case] uri: &str, #[case] configured: Option<&str>) {
    let clients = r#"{"clients": [{"client_id": "site", "client_name": "Site", "redirect_uris":
        ["https://site.example/callback"]}]}"#;
    let clients = crate::PreRegisteredClients::parse(clients).unwrap();
    let setup = Setup::with(crate::Configuration { clients, ..super::configuration() });
    let registered = setup.register(&json!({"redirect_uris": [uri]})).await.good();
    let id = configured.unwrap_or_else(|| text(&registered, "client_id"));
    let pending = setup.pending(&request().with("client_id", id).with("redirect_uri", uri)).await;
    let answer = answered(&setup.server.complete(pending.handle(), Decision::Deny).await.unwrap());
    assert_eq!(answer["error"], "access_denied");
}

#[tokio::test]
async fn a_request_without_state_gets_an_answer_without() {
    let setup = Setup::new();
    let pending = setup.pending(&request().without("state")).await;
    let answer = answered(&setup.server.complete(pending.handle(), Decision::Deny).await.unwrap());
    assert!(!answer.contains_key("state"));
}

/// Some clients fetch the URL themselves before they open the browser at it, and people reload pages.
#[tokio::test]
async fn the_same_url_can_be_opened_again_and_a_request_looked_at_until_it_is_completed() {
    let setup = Setup::new();
    let (first, second) = (setup.pending(&request()).await, setup.pending(&request()).await);
    assert_ne!(first.handle().expose(), second.handle().expose());
    for _ in 0..3 {
        let carried = Handle::parse(second.handle().expose()).unwrap();
        let found = setup.server.pending(&carried).await.unwrap().unwrap();
        assert_eq!(found.redirect_uri().as_str(), REDIRECT);
    }
    setup.server.complete(second.handle(), approval()).await.unwrap();
    assert!(setup.server.pending(second.handle()).await.unwrap().is_none());
    assert!(setup.server.pending(first.handle()).await.unwrap().is_some());
}

#[tokio::test]
async fn a_request_is_completed_once() {
    let setup = Setup::new();
    let pending = setup.pending(&request()).await;
    setup.server.complete(pending.handle(), Decision::Deny).await.unwrap();
    let again = setup.server.complete(pending.handle(), approval()).await;
    assert_eq!(again.unwrap_err(), CompleteError::Gone);
}

#[tokio::test]
async fn a_request_expires_after_ten_minutes() {
    let setup = Setup::new();
    let pending = setup.pending(&request()).await;
    setup.clock.forward(599);
    assert!(setup.server.pending(pending.handle()).await.unwrap().is_some());
    setup.clock.forward(1);
    assert!(setup.server.pending(pending.handle()).await.unwrap().is_none());
    let late = setup.server.complete(pending.handle(), approval()).await;
    assert_eq!(late.unwrap_err(), CompleteError::Gone);
}

#[tokio::test]
async fn an_invented_handle_completes_nothing() {
    let setup = Setup::new();
    setup.pending(&request()).await;
    let invented = Handle::parse(&"A".repeat(43)).unwrap();
    let outcome = setup.server.complete(&invented, approval()).await;
    assert_eq!(outcome.unwrap_err(), CompleteError::Gone);
    assert!(Handle::parse("short").is_none());
    assert!(Handle::parse(&"+".repeat(43)).is_none());
}

#[rstest]
#[case::nobody("")]
#[case::the_client_itself("assistant")]
#[tokio::test]
async fn a_person_has_a_subject_that_is_not_the_clients(#[case] subject: &str) {
    let setup = Setup::new();
    let pending = setup.pending(&request()).await;
    let person = Person { subject: subject.to_owned(), ..person() };
    let outcome = setup.server.complete(pending.handle(), approval_of(person)).await;
    assert_eq!(outcome.unwrap_err(), CompleteError::Subject);
}
