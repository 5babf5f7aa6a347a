//! What the person sees, and what becomes of what they decide.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rstest::rstest;
use tokio::net::TcpListener;

use super::browser::Browser;
use super::client::{Client, STATE};
use super::fixture::{serve, serve_accounts, serve_with};
use crate::{Config, FetchPolicy, RemoteRedirects};

#[rstest]
#[case::registered("Kiro", "http://127.0.0.1:33418/cb", "at <code>127.0.0.1:33418</code>", "http://127.0.0.1:33418")]
#[case::custom_scheme(
    "Cursor",
    "cursor://anysphere.cursor-mcp/oauth/callback",
    "that opens <code>cursor:</code> links",
    "cursor:"
)]
#[case::ipv6("Six", "http://[::1]:7000/cb", "at <code>[::1]:7000</code>", "http:")]
#[tokio::test]
async fn consent_names_the_client_and_where_the_answer_goes(
    #[case] name: &str,
    #[case] redirect_uri: &str,
    #[case] destination: &str,
    #[case] source: &str,
) {
    let served = serve().await;
    let client = Client::register(&served, name, redirect_uri).await;
    let page = Browser::default().consent(&served, &client.link(), "alice").await.answer;
    for text in [name, destination, "not verified", "alice@example.com", "<code>countersign/tools</code>"] {
        assert!(page.body.contains(text), "{text} is not in {}", page.body);
    }
    let policy = page.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(&format!("form-action 'self' {source};")), "{policy}");
}

#[tokio::test]
async fn a_client_of_this_machine_is_not_called_verified_although_it_was_set_up_here() {
    let served = serve().await;
    let page = Browser::default().consent(&served, &Client::assistant().link(), "alice").await.answer;
    assert!(page.body.contains(r#"<span class="mark warning">set up here<"#), "{}", page.body);
    assert!(page.body.contains("Any program on this machine can use it.") && !page.body.contains("verified<"));
    assert!(page.body.contains("<code>localhost:3334</code>"));
}

#[tokio::test]
async fn every_scope_that_is_granted_is_told() {
    let served = serve().await;
    let link = Client::assistant().link_with(&[("scope", "openid profile email offline_access")]);
    let page = Browser::default().consent(&served, &link, "alice").await.answer;
    for scope in ["profile", "email", "offline_access", "countersign/tools"] {
        assert!(page.body.contains(&format!("<code>{scope}</code>")), "{scope}");
    }
    assert!(!page.body.contains("<code>openid</code>"), "it is not granted");
}

#[tokio::test]
async fn the_pages_are_locked_down_and_can_not_be_framed() {
    let (served, mut browser) = (serve().await, Browser::default());
    let first = browser.open(&served, &Client::assistant().link()).await;
    let second = browser.submit(&served, &first, &[("account", "dora")]).await;
    for page in [first.answer, second.answer] {
        assert_eq!(page.status, 200);
        let policy = page.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'self'; form-action 'self'"), "{policy}");
        assert!(policy.ends_with("; base-uri 'none'; frame-ancestors 'none'"), "{policy}");
        assert_eq!(page.headers["x-frame-options"], "DENY");
        assert_eq!(page.headers["cache-control"], "no-store");
        assert!(!page.body.contains("<script") && !page.body.contains(" style=") && !page.body.contains("http-equiv"));
        assert_eq!(page.body.matches("<h1").count(), 1);
    }
}

#[tokio::test]
async fn what_a_client_says_stays_text() {
    let served = serve().await;
    let name = "<img src=x onerror=alert(1)>\"'&";
    let client = Client::register(&served, name, "http://localhost/callback").await;
    let mut browser = Browser::default();
    let first = browser.open(&served, &client.link()).await;
    let second = browser.submit(&served, &first, &[("account", "dora")]).await;
    for page in [first, second] {
        assert!(
            page.answer.body.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;"),
            "{}",
            page.answer.body
        );
        assert!(!page.answer.body.contains("<img"));
    }
}

#[tokio::test]
async fn who_denies_sends_the_client_away() {
    let (served, client, mut browser) = (serve().await, Client::assistant(), Browser::default());
    let page = browser.consent(&served, &client.link(), "alice").await;
    let answer = browser.submit(&served, &page, &[("decision", "deny")]).await.to_client();
    assert_eq!(answer["error"], "access_denied");
    assert_eq!((answer["state"].as_str(), &answer["iss"]), (STATE, &served.issuer));
    assert!(!answer.contains_key("code"));
}

/// RFC 9700 §4.11.2: a site that anybody can register has nobody sent to it without their leave.
#[rstest]
#[case::site("https://client.example.com/cb")]
#[case::custom_scheme("cursor://anysphere.cursor-mcp/oauth/callback")]
#[tokio::test]
async fn who_denies_stays_here_if_only_the_client_says_where_to_go(#[case] redirect_uri: &str) {
    let served = serve_with(|config| Config { remote_redirects: RemoteRedirects::Allowed, ..config }).await;
    let client = Client::register(&served, "Site", redirect_uri).await;
    let mut browser = Browser::default();
    let page = browser.consent(&served, &client.link(), "alice").await;
    let denied = browser.submit(&served, &page, &[("decision", "deny")]).await.answer;
    assert_eq!(denied.status, 200);
    assert!(!denied.headers.contains_key("location") && !denied.body.contains("client.example.com"));
    assert!(denied.body.contains("<h1>Nothing was granted</h1>"), "{}", denied.body);
    assert_eq!(browser.submit(&served, &page, &[("decision", "allow")]).await.answer.status, 410);
}

/// Its tokens could be taken for the client's own.
#[tokio::test]
async fn an_account_with_the_subject_of_the_client_is_told_that_it_cannot_be_used() {
    let yaml = include_str!("../../../accounts.yaml").replace("6d3a91f0-52c7-4d0e-9f2b-8c1d7be0a401", "assistant");
    let (served, mut browser) = (serve_accounts(&yaml).await, Browser::default());
    let page = browser.consent(&served, &Client::assistant().link(), "alice").await;
    let refused = browser.submit(&served, &page, &[("decision", "allow")]).await.answer;
    assert_eq!(refused.status, 403);
    assert!(refused.body.contains("This account cannot be used with this program."), "{}", refused.body);
}

#[tokio::test]
async fn another_account_can_be_used() {
    let (served, client, mut browser) = (serve().await, Client::assistant(), Browser::default());
    let page = browser.consent(&served, &client.link(), "alice").await;
    let page = browser.submit(&served, &page, &[("decision", "another-account")]).await;
    assert!(page.path.starts_with("/sign-in?"), "{}", page.path);
    let page = browser.submit(&served, &page, &[("account", "bob")]).await;
    assert!(page.answer.body.contains("Bob Baker") && !page.answer.body.contains("Alice"));
    let answer = browser.submit(&served, &page, &[("decision", "allow")]).await.to_client();
    let tokens = client.redeem(&served, &answer["code"]).await.json();
    assert_eq!(served.verify(tokens["access_token"].as_str().unwrap()).await.claims["name"], "Bob Baker");
}

#[rstest]
#[case::path("assistant", "http://localhost:3334/other")]
#[case::site("assistant", "https://evil.example.com/oauth/callback")]
#[case::not_a_url("assistant", "callback")]
#[case::unknown_client("nobody", "http://localhost:3334/oauth/callback")]
#[case::forged_client("dynamic-AAAA", "http://localhost:3334/oauth/callback")]
#[tokio::test]
async fn doubt_about_client_or_redirect_is_shown_and_not_redirected(#[case] id: &str, #[case] redirect_uri: &str) {
    let (served, mut browser) = (serve().await, Browser::default());
    let client = Client { id: id.to_owned(), redirect_uri: redirect_uri.to_owned() };
    let page = browser.open(&served, &client.link()).await.answer;
    assert_eq!((page.status, &page.headers["content-type"]), (400, &"text/html; charset=utf-8".parse().unwrap()));
    assert!(!page.headers.contains_key("location") && browser.cookies.is_empty());
    assert!(page.body.contains("This sign-in cannot go on") && !page.body.contains("evil"));
}

#[tokio::test]
async fn a_web_site_that_is_allowed_signs_people_in() {
    let served = serve_with(|config| Config { remote_redirects: RemoteRedirects::Allowed, ..config }).await;
    let client = Client::register(&served, "Site", "https://client.example.com/cb").await;
    let page = Browser::default().consent(&served, &client.link(), "alice").await.answer;
    assert!(page.body.contains("the web site <code>client.example.com</code>"), "{}", page.body);
}

#[rstest]
#[case::web_site("https://client.example.com/cb")]
#[case::scheme_that_is_not_listed("unlisted://callback")]
#[case::another_machine("http://192.168.0.7/callback")]
#[tokio::test]
async fn without_leave_codes_go_to_this_machine_only(#[case] redirect_uri: &str) {
    let served = serve().await;
    let list = super::fixture::headers(&[("content-type", "application/json")]);
    let metadata = format!(r#"{{"redirect_uris": ["{redirect_uri}"]}}"#);
    let answer = served.send(reqwest::Method::POST, "/register", list, metadata).await;
    assert_eq!((answer.status, &answer.json()["error"]), (400, &"invalid_redirect_uri".into()));
}

/// Any page of any site can open the address of a client, and so could have this machine ask its own programs.
#[rstest]
#[case::as_configured(FetchPolicy::public_internet(), 0)]
#[case::for_tests(FetchPolicy::public_internet_and_loopback(), 1)]
#[tokio::test]
async fn a_description_on_this_machine_is_asked_for_only_where_the_configuration_says_so(
    #[case] documents: FetchPolicy,
    #[case] expected: usize,
) {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let router = axum::Router::new().fallback(move || async move { count.fetch_add(1, Ordering::Relaxed).to_string() });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let id = format!("http://{}/client.json", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });

    let served = serve_with(|config| Config { documents, ..config }).await;
    let client = Client { id, ..Client::assistant() };
    let page = Browser::default().open(&served, &client.link()).await.answer;
    assert_eq!((page.status, asked.load(Ordering::Relaxed)), (400, expected), "{}", page.body);
}
