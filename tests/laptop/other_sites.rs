//! What another site can have a person's browser do here, and what a false name can make of our addresses.

use rstest::rstest;
use serde_json::json;

use crate::browser::{Browser, Page};
use crate::countersign::Countersign;
use crate::form::Form;
use crate::http::{self, Request};
use crate::identity::assert_is_nobody;
use crate::oauth_client::{OAuthClient, REDIRECT, assert_refused};

/// Before the page that asks for consent.
async fn before_consent(countersign: &Countersign) -> (OAuthClient, Browser, Page) {
    let client = countersign.registered("Assistant").await;
    let mut browser = Browser::at(&countersign.issuer);
    let page = browser.consent(&client.link(), "alice").await;
    (client, browser, page)
}

/// The same request, the cookies and the form token with it, from a page that is not ours.
#[rstest]
#[case::another_site("https://other.example", "cross-site")]
#[case::the_gateway_itself("GATEWAY", "same-site")]
#[case::no_origin("null", "cross-site")]
#[case::our_origin_from_another_site("OURS", "cross-site")]
#[tokio::test]
async fn a_form_that_another_site_sends_decides_nothing(
    #[case] origin: &str,
    #[case] site: &str,
    #[values("/consent", "/sign-in", "/")] path: &str,
) {
    let countersign = Countersign::shared();
    let (client, mut browser, page) = before_consent(&countersign).await;
    let origin = match origin {
        "GATEWAY" => countersign.mcp_url.strip_suffix("/mcp").unwrap(),
        "OURS" => &countersign.issuer,
        other => other,
    };
    let form = page.hidden().with("decision", "allow").with("account", "bob");
    let cookies = browser.cookies.clone();
    let refused = browser.post_as(&[("Origin", origin), ("Sec-Fetch-Site", site)], path, &form).await;
    assert_eq!((refused.answer.status, refused.location()), (403, None), "{}", refused.answer.text);
    assert_is_nobody(&refused.answer.text);
    assert_eq!(browser.cookies, cookies);
    client.code(&browser.press(&page, "decision", "allow").await.location().unwrap());
}

/// A browser marks every form with its origin. What does not is none, and has no person in front of it.
#[tokio::test]
async fn a_form_without_an_origin_decides_nothing() {
    let countersign = Countersign::shared();
    let (client, mut browser, page) = before_consent(&countersign).await;
    let refused = browser.post_as(&[], "/consent", &page.hidden().with("decision", "allow")).await;
    assert_eq!((refused.answer.status, refused.location()), (403, None));
    client.code(&browser.press(&page, "decision", "allow").await.location().unwrap());
}

#[rstest]
#[case::missing(|form: Form| form.without("form_token"))]
#[case::empty(|form: Form| form.with("form_token", ""))]
#[case::another(|form: Form| form.with("form_token", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"))]
#[case::twice(|form: Form| { let token = form.value("form_token").to_owned(); form.and("form_token", &token) })]
#[case::of_no_request(|form: Form| form.without("interaction"))]
#[tokio::test]
async fn a_form_without_the_proof_of_its_page_decides_nothing(#[case] change: fn(Form) -> Form) {
    let countersign = Countersign::shared();
    let (client, mut browser, page) = before_consent(&countersign).await;
    let refused = browser.post("/consent", &change(page.hidden()).with("decision", "allow")).await;
    assert_eq!((refused.answer.status, refused.location()), (403, None), "{}", refused.answer.text);
    client.code(&browser.press(&page, "decision", "allow").await.location().unwrap());
}

#[tokio::test]
async fn no_page_can_be_framed_or_read_by_another_site() {
    let countersign = Countersign::shared();
    let (client, mut browser, consent) = before_consent(&countersign).await;
    let pages = [
        browser.open("/").await,
        Browser::at(&countersign.issuer).open(&client.link()).await,
        browser.press(&consent, "decision", "another-account").await,
        browser.press(&consent, "decision", "neither").await,
        browser.open(&client.link_of(&client.request().with("client_id", "nobody"))).await,
        browser.open("/consent").await,
        consent,
    ];
    for page in pages {
        let (place, answer) = (&page.address, &page.answer);
        assert_eq!(answer.header("X-Frame-Options"), "DENY", "{place}");
        let policy = answer.header("Content-Security-Policy");
        for directive in ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
            assert!(policy.contains(directive), "{place}: {policy}");
        }
        assert_eq!(answer.header("Cache-Control"), "no-store", "{place}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{place}");
        assert!(!answer.text.contains("<script"), "{place}");
    }
}

/// The documents by which a client finds its way.
fn documents(countersign: &Countersign) -> [String; 3] {
    let gateway = countersign.mcp_url.strip_suffix("/mcp").unwrap();
    let issuer = &countersign.issuer;
    [
        format!("{gateway}/.well-known/oauth-protected-resource"),
        format!("{issuer}/.well-known/oauth-authorization-server"),
        format!("{issuer}/.well-known/openid-configuration"),
    ]
}

/// Whoever gets their name into a document that somebody keeps sends clients, and codes, to their own place.
#[rstest]
#[case::forwarded_host("X-Forwarded-Host")]
#[case::forwarded("Forwarded")]
#[case::original_host("X-Original-Host")]
#[case::host_of_a_proxy("X-Host")]
#[case::forwarded_server("X-Forwarded-Server")]
#[case::rewritten_address("X-Original-URL")]
#[tokio::test]
async fn a_header_that_names_another_host_changes_no_document(#[case] name: &str) {
    let countersign = Countersign::shared();
    for document in documents(&countersign) {
        let plain = Request::get(&document).send().await;
        assert_eq!(plain.status, 200, "{document}");
        for value in ["stolen.example", "host=stolen.example;proto=https", "https://stolen.example/"] {
            let answer = Request::get(&document).header(name, value).send().await;
            assert_eq!((answer.status, &answer.text), (200, &plain.text), "{document}");
        }
    }
    let answer = http::call(&countersign.mcp_url, &json!(1)).header(name, "stolen.example").send().await;
    assert_eq!(answer.status, 401);
    assert!(!answer.header("WWW-Authenticate").contains("stolen"), "{}", answer.header("WWW-Authenticate"));
}

#[rstest]
#[case::another("stolen.example")]
#[case::ours_below_it("127.0.0.1.stolen.example")]
#[case::ours_in_the_user("127.0.0.1@stolen.example")]
#[tokio::test]
async fn under_another_name_nothing_is_answered(#[case] host: &str) {
    let countersign = Countersign::shared();
    let pages = ["/", "/token-for", "/authorize", "/jwks.json"].map(|path| format!("{}{path}", countersign.issuer));
    for address in documents(&countersign).into_iter().chain(pages).chain([countersign.mcp_url.clone()]) {
        let answer = Request::get(&address).header("Host", host).send().await;
        assert_eq!(answer.status, 403, "{address}");
        assert!(!answer.text.contains("stolen"), "{address}: {}", answer.text);
        assert_is_nobody(&answer.text);
    }
}

/// The gateway answers to every name of this machine. What it says of itself has one.
#[tokio::test]
async fn under_another_name_of_this_machine_the_document_is_the_same() {
    let countersign = Countersign::shared();
    let [document, ..] = documents(&countersign);
    let plain = Request::get(&document).send().await.text;
    assert_eq!(Request::get(&document).header("Host", "localhost:1").send().await.text, plain);
}

#[rstest]
#[case::script("javascript:alert(1)")]
#[case::script_in_capitals("JavaScript:alert(1)")]
#[case::script_after_a_space(" javascript:alert(1)")]
#[case::script_with_a_host("javascript://127.0.0.1/%0aalert(1)")]
#[case::document("data:text/html,<script>alert(1)</script>")]
#[case::file("file:///etc/passwd")]
#[case::old_script("vbscript:msgbox(1)")]
#[case::blob("blob:http://127.0.0.1/x")]
#[case::plain_http_elsewhere("http://stolen.example/callback")]
#[case::not_quite_this_machine("http://127.0.0.1.stolen.example/callback")]
#[case::user("http://127.0.0.1@stolen.example/callback")]
#[case::fragment("http://127.0.0.1/callback#code")]
#[case::with_an_answer("http://127.0.0.1/callback?code=stolen")]
#[case::relative("/callback")]
#[case::empty("")]
#[tokio::test]
async fn a_redirect_that_no_code_may_ever_go_to_is_not_registered(
    #[case] redirect: &str,
    #[values(vec![], vec![REDIRECT])] others: Vec<&str>,
) {
    let countersign = Countersign::shared();
    let redirects: Vec<_> = others.into_iter().chain([redirect]).collect();
    let metadata = json!({ "client_name": "Assistant", "redirect_uris": redirects });
    let answer = Request::json(&format!("{}/register", countersign.issuer), &metadata).send().await;
    assert_refused(&answer, 400, "invalid_redirect_uri");
}

/// Some clients list one for another way to run them. They get an answer without it, and no code there.
#[rstest]
#[case::web_site("https://other.example/callback")]
#[case::any_site("https://*.example/callback")]
#[case::unknown_application("other-editor://callback/oauth")]
#[tokio::test]
async fn a_redirect_that_is_not_allowed_here_is_left_out(#[case] redirect: &str) {
    let countersign = Countersign::shared();
    let metadata = json!({ "redirect_uris": [redirect, REDIRECT] });
    let answer = Request::json(&format!("{}/register", countersign.issuer), &metadata).send().await;
    assert_eq!((answer.status, &answer.json()["redirect_uris"]), (201, &json!([REDIRECT])));

    let registered = answer.json();
    let client = OAuthClient::new(&countersign.issuer, &countersign.mcp_url, registered["client_id"].as_str().unwrap());
    let request = client.request().with("redirect_uri", redirect);
    let page = Browser::at(&countersign.issuer).open(&client.link_of(&request)).await;
    assert_eq!((page.answer.status, page.location()), (400, None));
}
