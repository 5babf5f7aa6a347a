use rstest::rstest;
use serde_json::{Value, json};
use url::Url;

use super::{Answer, ISSUER, KEYS, Setup, configuration, head};
use crate::{Configuration, ConfigurationError, Endpoint, Issuer, Resource, ScopePolicy};

async fn document(setup: &Setup, headers: &[(&str, &str)]) -> Value {
    let parts = head("GET", "/.well-known/oauth-authorization-server", headers);
    let answer = Answer::of(setup.server.answer(Endpoint::Metadata, &parts, b"").await);
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), "max-age=300");
    answer.json()
}

#[rstest]
#[case::origin(ISSUER)]
#[case::with_path("https://login.example/tenant/one")]
#[case::with_port("https://login.example:8443")]
#[tokio::test]
async fn every_url_that_metadata_names_is_an_endpoint_here(#[case] issuer: &str) {
    let setup = Setup::with(Configuration { issuer: Issuer::parse(issuer).unwrap(), ..configuration() });
    let document = document(&setup, &[]).await;
    assert_eq!(document["issuer"], issuer);
    let path = |name: &str| {
        let url = document[name].as_str().unwrap();
        assert!(url.starts_with(issuer), "{url}");
        Url::parse(url).unwrap().path().to_owned()
    };
    assert_eq!(path("authorization_endpoint"), setup.server.authorization_path());
    assert_eq!(setup.server.endpoint(&path("token_endpoint")), Some(Endpoint::Token));
    assert_eq!(setup.server.endpoint(&path("registration_endpoint")), Some(Endpoint::Registration));
    assert_eq!(setup.server.endpoint(&path("revocation_endpoint")), Some(Endpoint::Revocation));
    assert_eq!(setup.server.endpoint(&path("jwks_uri")), Some(Endpoint::Keys));
}

/// The order in which MCP clients look (MCP authorization, authorization server metadata discovery).
#[rstest]
#[case(ISSUER, &["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"])]
#[case("https://login.example/t", &[
    "/.well-known/oauth-authorization-server/t", "/.well-known/openid-configuration/t",
    "/t/.well-known/openid-configuration",
])]
#[tokio::test]
async fn metadata_is_where_clients_look(#[case] issuer: &str, #[case] paths: &[&str]) {
    let setup = Setup::with(Configuration { issuer: Issuer::parse(issuer).unwrap(), ..configuration() });
    for path in paths {
        assert_eq!(setup.server.endpoint(path), Some(Endpoint::Metadata), "{path}");
    }
    for path in ["/", "/authorize", "/.well-known/oauth-authorization-server/other", "/token/", "/TOKEN"] {
        assert_eq!(setup.server.endpoint(path), None, "{path}");
    }
}

#[tokio::test]
async fn metadata_says_what_is_done() {
    let document = document(&Setup::new(), &[]).await;
    assert_eq!(document["response_types_supported"], json!(["code"]));
    assert_eq!(document["grant_types_supported"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(document["code_challenge_methods_supported"], json!(["S256"]));
    assert_eq!(document["token_endpoint_auth_methods_supported"], json!(["none"]));
    assert_eq!(document["authorization_response_iss_parameter_supported"], true);
    assert_eq!(document["client_id_metadata_document_supported"], true);
    assert_eq!(document["scopes_supported"], json!(["tools/read", "tools/write", "offline_access"]));
    assert!(document.get("pushed_authorization_request_endpoint").is_none());
}

#[tokio::test]
async fn what_is_not_offered_is_not_advertised() {
    let setup = Setup::with(Configuration { registration: None, documents: None, ..configuration() });
    let document = document(&setup, &[]).await;
    assert!(document.get("registration_endpoint").is_none());
    assert_eq!(document["client_id_metadata_document_supported"], false);
}

#[tokio::test]
async fn no_header_changes_who_the_issuer_is() {
    let setup = Setup::new();
    let poisoned = [
        ("host", "evil.example"),
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
        ("forwarded", "host=evil.example"),
    ];
    assert_eq!(document(&setup, &poisoned).await, document(&setup, &[]).await);
}

#[tokio::test]
async fn the_published_key_is_the_one_that_signs() {
    let setup = Setup::new();
    let answer = Answer::of(setup.server.answer(Endpoint::Keys, &head("GET", "/jwks.json", &[]), b"").await);
    assert_eq!(answer.json(), KEYS.jwks());
    assert!(answer.json()["keys"][0].get("d").is_none());
}

#[rstest]
#[case::trailing_slash("https://login.example/")]
#[case::path_slash("https://login.example/t/")]
#[case::upper_case("https://LOGIN.example")]
#[case::default_port("https://login.example:443")]
#[case::plain_http("http://login.example")]
#[case::query("https://login.example?x")]
#[case::fragment("https://login.example#x")]
#[case::user("https://me@login.example")]
#[case::dots("https://login.example/a/../b")]
#[case::text("login.example")]
#[case::other_scheme("ftp://login.example")]
fn an_issuer_has_one_spelling(#[case] issuer: &str) {
    assert_eq!(Issuer::parse(issuer).unwrap_err(), ConfigurationError::Issuer);
}

#[rstest]
#[case("http://127.0.0.1:8485")]
#[case("http://localhost:8485")]
#[case("https://login.example/tenant")]
fn an_issuer_is_https_or_of_this_machine(#[case] issuer: &str) {
    assert_eq!(Issuer::parse(issuer).unwrap().as_str(), issuer);
}

#[rstest]
#[case::fragment("https://gateway.example/mcp#x")]
#[case::user("https://me@gateway.example/mcp")]
#[case::scheme("api://gateway")]
#[case::relative("/mcp")]
fn a_resource_is_an_absolute_url(#[case] resource: &str) {
    assert_eq!(Resource::parse(resource).unwrap_err(), ConfigurationError::Resource);
}

#[rstest]
#[case::none("", "")]
#[case::no_default("tools/read", "")]
#[case::default_not_known("tools/read", "tools/write")]
#[case::of_identity("tools/read openid", "tools/read")]
#[case::malformed("tools/\u{e9}", "tools/\u{e9}")]
fn scopes_are_some_and_the_default_among_them(#[case] known: &str, #[case] default: &str) {
    assert_eq!(ScopePolicy::new(known, default).unwrap_err(), ConfigurationError::Scopes);
}
