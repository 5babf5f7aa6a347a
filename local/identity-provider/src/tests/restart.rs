//! What is left after a restart, and what is written down until then.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use log_capture::Log;
use rstest::rstest;

use super::browser::Browser;
use super::client::Client;
use super::fixture::serve;

#[tokio::test]
async fn who_signed_in_need_not_do_so_again() {
    let served = serve().await;
    let client = Client::register(&served, "Kiro", "http://127.0.0.1/callback").await;
    let answer = Browser::default().allow(&served, &client.link(), "alice").await;
    let first = client.redeem(&served, &answer["code"]).await.json();

    let served = served.restart().await;
    let second = client.refresh(&served, &first).await;
    assert_eq!(second.status, 200, "{}", second.body);
    assert_eq!(client.refresh(&served, &first).await.status, 200, "it is within the grace");

    let served = served.restart().await;
    let third = client.refresh(&served, &second.json()).await;
    assert_eq!(third.status, 200, "{}", third.body);
    served.verify(first["access_token"].as_str().unwrap()).await;
    assert_eq!(served.verify(third.json()["access_token"].as_str().unwrap()).await.claims["name"], "Alice Archer");
}

#[tokio::test]
async fn an_account_that_was_changed_is_refreshed_as_it_is_now() {
    let (served, client) = (serve().await, Client::assistant());
    let answer = Browser::default().allow(&served, &client.link(), "alice").await;
    let tokens = client.redeem(&served, &answer["code"]).await.json();
    let yaml = include_str!("../../../accounts.yaml").replace("Alice Archer", "Alice Adams");
    let served = served.restart_with(&yaml.replace("groups: [engineering, support]", "groups: [support]")).await;
    let refreshed = client.refresh(&served, &tokens).await.json();
    let claims = served.verify(refreshed["access_token"].as_str().unwrap()).await.claims;
    assert_eq!((&claims["name"], &claims["groups"]), (&"Alice Adams".into(), &serde_json::json!(["support"])));
    let before = served.verify(tokens["access_token"].as_str().unwrap()).await.claims;
    assert_eq!((&claims["sub"], &claims["auth_time"]), (&before["sub"], &before["auth_time"]));
}

/// Whoever has the place of the account now is not the person who agreed.
#[rstest]
#[case::another_id("- id: alice", "- id: alicia", 200)]
#[case::another_subject("6d3a91f0-52c7-4d0e-9f2b-8c1d7be0a401", "another-subject", 400)]
#[tokio::test]
async fn a_session_ends_with_its_subject_and_the_others_go_on(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: u16,
) {
    let (served, client) = (serve().await, Client::assistant());
    let mut tokens = Vec::new();
    for account in ["alice", "bob"] {
        let answer = Browser::default().allow(&served, &client.link(), account).await;
        tokens.push(client.redeem(&served, &answer["code"]).await.json());
    }
    let yaml = include_str!("../../../accounts.yaml");
    assert_ne!(yaml.replace(from, to), yaml);
    let served = served.restart_with(&yaml.replace(from, to)).await;
    let refreshed = client.refresh(&served, &tokens[0]).await;
    assert_eq!(refreshed.status, expected, "{}", refreshed.body);
    assert_eq!(client.refresh(&served, &tokens[1]).await.status, 200);
    // What has ended does not come back with the subject.
    let refreshed = client.refresh(&served.restart().await, &tokens[0]).await;
    assert_eq!(refreshed.status, expected, "{}", refreshed.body);
}

#[tokio::test]
async fn what_was_ended_stays_so() {
    let (served, client) = (serve().await, Client::assistant());
    let answer = Browser::default().allow(&served, &client.link(), "alice").await;
    let tokens = client.redeem(&served, &answer["code"]).await.json();
    assert_eq!(client.revoke(&served, &tokens).await.status, 200);
    let served = served.restart().await;
    assert_eq!(client.refresh(&served, &tokens).await.json()["error"], "invalid_grant");
}

#[tokio::test]
async fn a_registration_stays_valid_and_a_conversation_does_not() {
    let (served, mut browser) = (serve().await, Browser::default());
    let client = Client::register(&served, "Kiro", "http://127.0.0.1/callback").await;
    let page = browser.consent(&served, &client.link(), "alice").await;
    let served = served.restart().await;
    assert_eq!(browser.submit(&served, &page, &[("decision", "allow")]).await.answer.status, 403);
    assert!(browser.allow(&served, &client.link(), "alice").await.contains_key("code"));
}

/// A client must never hear of a session that a restart would forget.
#[tokio::test]
async fn no_token_without_a_file() {
    let (served, client) = (serve().await, Client::assistant());
    let answer = Browser::default().allow(&served, &client.link(), "alice").await;
    fs::create_dir(served.file("sessions.jsonl")).unwrap();
    let refused = client.redeem(&served, &answer["code"]).await;
    assert!(refused.status >= 400 && !refused.body.contains("eyJ"), "{}", refused.body);
}

#[tokio::test]
async fn neither_log_nor_files_hold_what_was_issued() {
    let log = Log::capture();
    let (served, mut browser) = (serve().await, Browser::default());
    let client = Client::register(&served, "Kiro", "http://127.0.0.1/callback").await;
    let page = browser.consent(&served, &client.link(), "alice").await;
    let mut issued: Vec<String> = page.hidden().into_iter().map(|(_, value)| value).collect();
    let answer = browser.submit(&served, &page, &[("decision", "allow")]).await.to_client();
    let first = client.redeem(&served, &answer["code"]).await.json();
    let second = client.refresh(&served, &first).await.json();
    client.redeem(&served, &answer["code"]).await;
    Browser::default().submit(&served, &page, &[("decision", "allow")]).await;
    let deep = Client { id: "nobody".to_owned(), ..client };
    browser.open(&served, &deep.link()).await;
    issued.push(answer["code"].clone());
    issued.extend(browser.cookies.values().cloned());
    for tokens in [&first, &second] {
        issued.extend(tokens["access_token"].as_str().unwrap().split('.').skip(1).map(str::to_owned));
        issued.push(tokens["refresh_token"].as_str().unwrap().split_once('.').unwrap().1.to_owned());
    }

    let sessions = fs::metadata(served.file("sessions.jsonl")).unwrap();
    assert_eq!(sessions.permissions().mode() & 0o777, 0o600);
    let log = log.text();
    assert!(log.contains("came again") && log.contains("UnknownClient"), "{log}");
    let mut written = vec![log];
    for entry in fs::read_dir(served.file("")).unwrap() {
        written.push(fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    for secret in &issued {
        assert!(written.iter().all(|text| !text.contains(secret)), "{secret}");
    }
}
