//! Nobody but the person in front of the browser that brought the request can complete it.

use reqwest::Method;
use rstest::rstest;

use super::browser::{Browser, Page, encoded};
use super::client::Client;
use super::fixture::{Served, serve};

/// A browser that stands before the page that asks for consent.
async fn before_consent() -> (Served, Browser, Page) {
    let (served, mut browser) = (serve().await, Browser::default());
    let page = browser.consent(&served, &Client::assistant().link(), "alice").await;
    (served, browser, page)
}

/// The fields of the page's form but for the token.
fn interaction(page: &Page) -> String {
    page.hidden().into_iter().find(|(name, _)| name == "interaction").unwrap().1
}

fn token(page: &Page) -> String {
    page.hidden().into_iter().find(|(name, _)| name == "form_token").unwrap().1
}

/// Refused, and the request still waits for its person.
async fn refused(served: &Served, page: &Page, answer: &Page, browser: &mut Browser) {
    assert_eq!(answer.answer.status, 403, "{}", answer.answer.body);
    assert!(!answer.answer.headers.contains_key("location"));
    let allowed = browser.submit(served, page, &[("decision", "allow")]).await.to_client();
    assert!(allowed.contains_key("code"));
}

#[rstest]
#[case::missing(None)]
#[case::empty(Some(""))]
#[case::wrong(Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))]
#[tokio::test]
async fn consent_without_its_token_is_refused(#[case] token: Option<&str>) {
    let (served, mut browser, page) = before_consent().await;
    let interaction = interaction(&page);
    let mut form = vec![("interaction", interaction.as_str()), ("decision", "allow")];
    form.extend(token.map(|token| ("form_token", token)));
    let answer = browser.post(&served, "/consent", &form).await;
    refused(&served, &page, &answer, &mut browser).await;
}

#[tokio::test]
async fn a_token_is_for_one_request_one_page_and_once_in_the_form() {
    let (served, mut browser, page) = before_consent().await;
    let other = browser.open(&served, &Client::assistant().link()).await;
    let sign_in = browser.submit(&served, &other, &[("decision", "another-account")]).await;
    let (interaction, own) = (interaction(&page), token(&page));
    for tokens in [vec![token(&other)], vec![token(&sign_in)], vec![own.clone(), own]] {
        let mut form = vec![("interaction", interaction.as_str()), ("decision", "allow")];
        form.extend(tokens.iter().map(|token| ("form_token", token.as_str())));
        let answer = browser.post(&served, "/consent", &form).await;
        assert_eq!(answer.answer.status, 403);
    }
    assert!(browser.submit(&served, &page, &[("decision", "allow")]).await.to_client().contains_key("code"));
}

#[rstest]
#[case::missing(None)]
#[case::wrong(Some("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))]
#[tokio::test]
async fn sign_in_without_its_token_is_refused(#[case] token: Option<&str>) {
    let (served, mut browser) = (serve().await, Browser::default());
    let page = browser.open(&served, &Client::assistant().link()).await;
    let interaction = interaction(&page);
    let mut form = vec![("interaction", interaction.as_str()), ("account", "alice")];
    form.extend(token.map(|token| ("form_token", token)));
    let cookies = browser.cookies.clone();
    assert_eq!(browser.post(&served, "/sign-in", &form).await.answer.status, 403);
    assert_eq!(browser.cookies, cookies, "nobody is signed in");
}

#[rstest]
#[case::another_site("http://example.com", "cross-site")]
#[case::another_port("http://127.0.0.1:8484", "same-site")]
#[case::opaque("null", "same-origin")]
#[case::own_but_cross_site("ISSUER", "cross-site")]
#[tokio::test]
async fn a_form_of_another_origin_is_refused(
    #[case] origin: &str,
    #[case] site: &str,
    #[values("/sign-in", "/consent")] path: &str,
) {
    let (served, mut browser, page) = before_consent().await;
    let origin = if origin == "ISSUER" { served.issuer.clone() } else { origin.to_owned() };
    let list = [("origin", origin.as_str()), ("sec-fetch-site", site)];
    let (interaction, token) = (interaction(&page), token(&page));
    let fields = [("interaction", interaction.as_str()), ("form_token", &token), ("decision", "allow")];
    let answer = browser.send(&served, Method::POST, path, &list, encoded(&fields)).await;
    let answer = Page { path: path.to_owned(), answer };
    refused(&served, &page, &answer, &mut browser).await;
}

/// Somebody who began a request cannot have another person complete it, nor the other way round.
#[rstest]
#[case::that_has_not_been_here(false)]
#[case::where_somebody_is_signed_in(true)]
#[tokio::test]
async fn another_browser_is_refused(#[case] signed_in: bool) {
    let (served, mut browser, page) = before_consent().await;
    let mut other = Browser::default();
    if signed_in {
        other.consent(&served, &Client::assistant().link(), "bob").await;
    }
    let opened = other.open(&served, &page.path).await.answer;
    assert_eq!(opened.status, 403);
    assert!(!opened.body.contains("Alice") && !opened.body.contains("form_token"));
    let sign_in = page.path.replace("/consent", "/sign-in");
    assert_eq!(other.open(&served, &sign_in).await.answer.status, 403);
    let answer = other.submit(&served, &page, &[("decision", "allow")]).await;
    refused(&served, &page, &answer, &mut browser).await;
}

#[tokio::test]
async fn an_account_of_another_browser_is_not_taken_over() {
    let (served, browser, _) = before_consent().await;
    let mut other = Browser::default();
    other.open(&served, &Client::assistant().link()).await;
    let account = browser.cookies.iter().find(|(name, _)| name.contains("account")).unwrap();
    other.cookies.insert(account.0.clone(), account.1.clone());
    let page = other.open(&served, &Client::assistant().link()).await;
    assert!(page.path.starts_with("/sign-in?"), "{}", page.path);
}

#[tokio::test]
async fn a_cookie_that_names_another_account_signs_nobody_in() {
    let (served, mut browser, page) = before_consent().await;
    let value = browser.cookies.iter_mut().find(|(name, _)| name.contains("account")).unwrap().1;
    *value = value.replace("alice", "bob");
    let page = browser.open(&served, &page.path).await;
    assert!(page.path.starts_with("/sign-in?"), "{}", page.path);
}

/// The page said Alice; since then somebody became Bob in another tab.
#[tokio::test]
async fn consent_is_of_the_account_that_the_page_named() {
    let (served, mut browser, page) = before_consent().await;
    let tab = browser.open(&served, &Client::assistant().link()).await;
    let tab = browser.submit(&served, &tab, &[("decision", "another-account")]).await;
    browser.submit(&served, &tab, &[("account", "bob")]).await;
    assert_eq!(browser.submit(&served, &page, &[("decision", "allow")]).await.answer.status, 403);
    let page = browser.open(&served, &page.path).await;
    assert!(page.answer.body.contains("Bob Baker"));
}

#[rstest]
#[case::no_decision(&[])]
#[case::unknown(&[("decision", "always")])]
#[case::two(&[("decision", "deny"), ("decision", "allow")])]
#[tokio::test]
async fn a_form_without_one_decision_decides_nothing(#[case] fields: &[(&str, &str)]) {
    let (served, mut browser, page) = before_consent().await;
    assert_eq!(browser.submit(&served, &page, fields).await.answer.status, 400);
    assert!(browser.submit(&served, &page, &[("decision", "allow")]).await.to_client().contains_key("code"));
}

#[rstest]
#[case::nothing("/consent")]
#[case::empty("/consent?interaction=")]
#[case::no_proof("/sign-in?interaction=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[tokio::test]
async fn an_address_without_an_interaction_is_refused(#[case] path: &str) {
    let (served, mut browser, _) = before_consent().await;
    assert_eq!(browser.open(&served, path).await.answer.status, 403);
}
