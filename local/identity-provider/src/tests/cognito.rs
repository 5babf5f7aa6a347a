//! In the place of a Cognito user pool.

use std::collections::BTreeSet;
use std::time::Duration;

use access_token::{AccessToken, AudienceRule, DiscoveryUrl, Profile, TrustedIssuer, Verifier};
use reqwest::Method;
use reqwest::header::HeaderMap;
use rstest::rstest;
use serde_json::{Value, json};

use super::browser::Browser;
use super::client::Client;
use super::fixture::{AUDIENCE, Served, headers, serve, serve_with};
use crate::{Config, RemoteRedirects, TokenOptions, UserPoolClient};

const ID: &str = "1example23456789abcdefghij";
const CALLBACKS: [&str; 4] = [
    "http://localhost:3334/oauth/callback",
    "http://127.0.0.1:33418",
    "https://vscode.dev/redirect",
    "cursor://anysphere.cursor-mcp/oauth/callback",
];

fn pool(config: Config) -> Config {
    let callback_urls = CALLBACKS.map(str::to_owned).to_vec();
    let client = UserPoolClient { id: ID.to_owned(), name: "AI assistant".to_owned(), callback_urls };
    Config { user_pool_client: Some(client), remote_redirects: RemoteRedirects::Refused, ..config }
}

async fn serve_pool() -> Served {
    serve_with(pool).await
}

fn client() -> Client {
    Client { id: ID.to_owned(), redirect_uri: CALLBACKS[0].to_owned() }
}

/// What the authorizer would make of an access token, with this client allowed and this audience its own.
async fn verified(
    served: &Served,
    token: &str,
    audience: &str,
) -> Result<access_token::Claims, access_token::Rejection> {
    let discovery_url = DiscoveryUrl::parse(&format!("{}/.well-known/openid-configuration", served.issuer)).unwrap();
    let verifier = Verifier::new(vec![TrustedIssuer::new(discovery_url, Profile::Cognito).unwrap()]).unwrap();
    let token = AccessToken::from_authorization(&format!("Bearer {token}")).unwrap();
    let rule = AudienceRule::accept([audience]).or_without_audience_from([ID]);
    verifier.verify(&token, &rule, Duration::from_secs(60)).await
}

async fn tokens(served: &Served, client: &Client, link: &str, account: &str) -> Value {
    let answer = Browser::default().allow(served, link, account).await;
    assert_eq!(
        answer.keys().map(String::as_str).collect::<Vec<_>>(),
        ["code", "state"],
        "Cognito does not name itself"
    );
    client.redeem(served, &answer["code"]).await.json()
}

#[rstest]
#[tokio::test]
async fn the_client_signs_a_person_in_at_each_of_its_callbacks(#[values(0, 1, 2, 3)] callback: usize) {
    let served = serve_pool().await;
    let client = Client { redirect_uri: CALLBACKS[callback].to_owned(), ..client() };
    let tokens = tokens(&served, &client, &client.link(), "alice").await;
    let claims = verified(&served, tokens["access_token"].as_str().unwrap(), AUDIENCE).await.unwrap();
    assert_eq!((claims.client_id(), claims.name(), claims.email()), (Some(ID), None, None));
    assert_eq!(claims.groups(), ["engineering", "support"]);
}

/// The claims of the Cognito developer guide, "Understanding the access token", but for `device_key`.
#[tokio::test]
async fn an_access_token_claims_what_one_of_cognito_does() {
    let served = serve_pool().await;
    let by_page = served.provider.issue("alice", &TokenOptions::default()).unwrap();
    let by_page = secrecy::ExposeSecret::expose_secret(&by_page).to_owned();
    let client = client();
    let tokens = tokens(&served, &client, &client.link(), "alice").await;
    for token in [by_page.as_str(), tokens["access_token"].as_str().unwrap()] {
        let claims = served.verify(token).await.claims;
        let members: BTreeSet<_> = claims.as_object().unwrap().keys().map(String::as_str).collect();
        let expected = [
            "aud",
            "auth_time",
            "client_id",
            "cognito:groups",
            "event_id",
            "exp",
            "iat",
            "iss",
            "jti",
            "origin_jti",
            "scope",
            "sub",
            "token_use",
            "username",
            "version",
        ];
        assert_eq!(members, BTreeSet::from(expected));
        assert_eq!((&claims["token_use"], &claims["version"]), (&json!("access"), &json!(2)));
        assert_eq!((&claims["client_id"], &claims["scope"]), (&json!(ID), &json!("countersign/tools")));
        assert_eq!((&claims["username"], &claims["aud"]), (&claims["sub"], &json!(AUDIENCE)));
        verified(&served, token, AUDIENCE).await.unwrap();
        assert!(verified(&served, token, "https://other.example/mcp").await.is_err());
    }
}

#[rstest]
#[case::site(CALLBACKS[2], ">verified<")]
#[case::loopback(CALLBACKS[1], ">set up here<")]
#[case::custom_scheme(CALLBACKS[3], ">set up here<")]
#[tokio::test]
async fn the_client_of_the_pool_is_verified_where_a_web_site_gets_the_answer(
    #[case] redirect_uri: &str,
    #[case] mark: &str,
) {
    let served = serve_pool().await;
    let client = Client { redirect_uri: redirect_uri.to_owned(), ..client() };
    let page = Browser::default().consent(&served, &client.link(), "alice").await.answer;
    assert!(page.body.contains(mark), "{}", page.body);
    assert_eq!(page.body.contains("verified<"), mark == ">verified<");
}

#[tokio::test]
async fn a_token_has_no_audience_if_the_client_named_no_resource_and_neither_has_its_successor() {
    let served = serve_pool().await;
    let client = client();
    let link = client.link_without("resource");
    let first = tokens(&served, &client, &link, "carol").await;
    let second = client.refresh(&served, &first).await.json();
    for tokens in [&first, &second] {
        let token = tokens["access_token"].as_str().unwrap();
        let claims = served.verify(token).await.claims;
        assert!(claims.get("aud").is_none() && claims.get("cognito:groups").is_none(), "{claims}");
        verified(&served, token, AUDIENCE).await.unwrap();
    }
}

#[tokio::test]
async fn a_refresh_keeps_audience_and_session() {
    let (served, client) = (serve_pool().await, client());
    let first = tokens(&served, &client, &client.link(), "alice").await;
    let second = client.refresh(&served, &first).await.json();
    let [first, second] = [first, second].map(|tokens| tokens["access_token"].as_str().unwrap().to_owned());
    let (first, second) = (served.verify(&first).await.claims, served.verify(&second).await.claims);
    assert_eq!((&first["aud"], &second["aud"]), (&json!(AUDIENCE), &json!(AUDIENCE)));
    assert_eq!(first["origin_jti"], second["origin_jti"]);
    assert_ne!(first["jti"], second["jti"]);
}

#[rstest]
#[case::port(CALLBACKS[0].replace("3334", "3335"))]
#[case::no_port(CALLBACKS[0].replace(":3334", ""))]
#[case::other_loopback(CALLBACKS[0].replace("localhost", "127.0.0.1"))]
#[case::path(CALLBACKS[0].replace("callback", "callback/"))]
#[case::slash(format!("{}/", CALLBACKS[1]))]
#[case::port_without_path(CALLBACKS[1].replace("33418", "33419"))]
#[case::query(format!("{}?x=y", CALLBACKS[2]))]
#[case::host(CALLBACKS[3].replace("mcp", "other"))]
#[case::scheme(CALLBACKS[0].replace("http:", "https:"))]
#[tokio::test]
async fn a_redirect_that_differs_in_one_character_is_shown_and_not_followed(#[case] redirect_uri: String) {
    let served = serve_pool().await;
    let client = Client { redirect_uri, ..client() };
    let page = Browser::default().open(&served, &client.link()).await;
    assert_eq!((page.answer.status, page.answer.headers.get("location")), (400, None), "{}", page.answer.body);
    assert!(page.answer.body.contains("not registered"), "{}", page.answer.body);
}

#[rstest]
#[case::of_the_laptop("assistant")]
#[case::of_nobody("2example23456789abcdefghij")]
#[case::in_other_case("1EXAMPLE23456789abcdefghij")]
#[case::a_document("https://claude.ai/oauth/claude-code-client-metadata")]
#[tokio::test]
async fn another_client_is_unknown(#[case] id: &str) {
    let served = serve_pool().await;
    let client = Client { id: id.to_owned(), ..client() };
    let page = Browser::default().open(&served, &client.link()).await;
    assert_eq!((page.answer.status, page.answer.headers.get("location")), (400, None));
    let answer = client.redeem(&served, "x").await;
    assert_eq!((answer.status, answer.json()["error"].as_str()), (401, Some("invalid_client")), "{}", answer.body);
}

#[tokio::test]
async fn a_registration_from_elsewhere_is_worth_nothing() {
    let registering = serve().await;
    let registered = Client::register(&registering, "Kiro", CALLBACKS[0]).await;
    let served = serve_pool().await;
    let page = Browser::default().open(&served, &registered.link()).await;
    assert_eq!(page.answer.status, 400);
}

#[rstest]
#[tokio::test]
async fn what_cognito_does_not_serve_is_not_here(
    #[values("/register", "/.well-known/oauth-authorization-server")] path: &str,
    #[values(Method::GET, Method::POST, Method::OPTIONS)] method: Method,
) {
    let metadata = json!({"client_name": "Kiro", "redirect_uris": [CALLBACKS[0]]}).to_string();
    let list = headers(&[("content-type", "application/json")]);
    assert_eq!(serve_pool().await.send(method, path, list, metadata).await.status, 404);
}

#[tokio::test]
async fn metadata_says_what_cognito_says_and_names_what_is_there() {
    let served = serve_pool().await;
    let answer = served.get("/.well-known/openid-configuration").await;
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    let document = answer.json();
    let members: BTreeSet<_> = document.as_object().unwrap().keys().map(String::as_str).collect();
    // Those of a live document, but for the implicit grant, `userinfo_endpoint` and `end_session_endpoint`.
    let expected = [
        "authorization_endpoint",
        "id_token_signing_alg_values_supported",
        "issuer",
        "jwks_uri",
        "response_types_supported",
        "revocation_endpoint",
        "scopes_supported",
        "subject_types_supported",
        "token_endpoint",
        "token_endpoint_auth_methods_supported",
    ];
    assert_eq!(members, BTreeSet::from(expected));
    assert_eq!(document["issuer"], served.issuer);
    assert_eq!(document["scopes_supported"], json!(["openid", "email", "phone", "profile"]));
    for (member, status) in
        [("authorization_endpoint", 400), ("token_endpoint", 405), ("revocation_endpoint", 405), ("jwks_uri", 200)]
    {
        let path = document[member].as_str().unwrap().strip_prefix(&served.issuer).unwrap();
        assert_eq!(served.get(path).await.status, status, "{member}");
    }
}

#[tokio::test]
async fn a_preflight_for_metadata_is_answered_as_one() {
    let answer = serve_pool().await;
    let answer =
        answer.send(Method::OPTIONS, "/.well-known/openid-configuration", HeaderMap::new(), String::new()).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
}

#[rstest]
#[case::refresh("countersign/tools offline_access")]
#[case::identity("openid countersign/tools")]
#[case::all_that_metadata_lists("openid email phone profile")]
#[case::unknown("countersign/admin")]
#[tokio::test]
async fn a_scope_that_the_client_may_not_have_is_refused(#[case] scope: &str) {
    let served = serve_pool().await;
    let answer = Browser::default().open(&served, &client().link_with(&[("scope", scope)])).await.to_client();
    assert_eq!((answer["error"].as_str(), answer.contains_key("iss")), ("invalid_scope", false));
}

#[tokio::test]
async fn proof_of_the_code_s_owner_is_demanded_although_cognito_would_not() {
    let served = serve_pool().await;
    let link = client().link_without("code_challenge");
    let answer = Browser::default().open(&served, &link).await.to_client();
    assert_eq!(answer["error"], "invalid_request");
}

#[tokio::test]
async fn the_page_that_asks_says_what_tools_will_learn() {
    let (cognito, other) = (serve_pool().await, serve().await);
    let page = Browser::default().consent(&cognito, &client().link(), "alice").await.answer.body;
    assert!(page.contains("your groups") && !page.contains("e-mail address and groups"), "{page}");
    assert!(page.contains("AI assistant") && page.contains("set up together with this gateway"), "{page}");
    let page = Browser::default().consent(&other, &Client::assistant().link(), "alice").await.answer.body;
    assert!(page.contains("your name, e-mail address and groups"), "{page}");
}
