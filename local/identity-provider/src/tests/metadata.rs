use reqwest::Method;
use reqwest::header::HeaderMap;
use rstest::rstest;

use super::fixture::{headers, serve};

#[tokio::test]
async fn both_discovery_documents_are_the_same_and_name_what_is_there() {
    let served = serve().await;
    let openid = served.get("/.well-known/openid-configuration").await.json();
    assert_eq!(served.get("/.well-known/oauth-authorization-server").await.json(), openid);
    assert_eq!(openid["issuer"], served.issuer);
    assert_eq!(openid["code_challenge_methods_supported"], serde_json::json!(["S256"]));
    for (member, status) in [
        ("authorization_endpoint", 400),
        ("token_endpoint", 405),
        ("registration_endpoint", 405),
        ("revocation_endpoint", 405),
        ("jwks_uri", 200),
    ] {
        let path = openid[member].as_str().unwrap().strip_prefix(&served.issuer).unwrap();
        assert_eq!(served.get(path).await.status, status, "{member}");
    }
}

#[tokio::test]
async fn the_key_set_is_public() {
    let set = serve().await.get("/jwks.json").await.json();
    let key = set["keys"][0].as_object().unwrap();
    let mut members: Vec<_> = key.keys().map(String::as_str).collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
    assert_eq!((&key["kty"], &key["alg"], &key["use"]), (&"RSA".into(), &"RS256".into(), &"sig".into()));
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(set["keys"][0].clone()).unwrap();
    let thumbprint = jwk.thumbprint(jsonwebtoken::jwk::ThumbprintHash::SHA256).unwrap();
    assert_eq!(key["kid"], thumbprint, "RFC 7638, as another library computes it");
}

#[rstest]
#[case::rebound("rebound.example.com")]
#[case::other_port("127.0.0.1:1")]
#[case::other_loopback_name("localhost")]
#[tokio::test]
async fn every_path_is_refused_under_another_host(
    #[case] host: &str,
    #[values(
        "/",
        "/jwks.json",
        "/.well-known/openid-configuration",
        "/token-for",
        "/nothing",
        "/authorize",
        "/sign-in",
        "/consent",
        "/register",
        "/token",
        "/revoke"
    )]
    path: &str,
) {
    let served = serve().await;
    let answer = served.get_as(host, path).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains(&served.issuer), "it says which name is right");
}

#[rstest]
#[tokio::test]
async fn every_answer_is_locked_down(
    #[values("/", "/style.css", "/jwks.json", "/nothing", "/authorize", "/sign-in", "/consent", "/token")] path: &str,
) {
    let answer = serve().await.get(path).await;
    let header = |name: &str| answer.headers[name].to_str().unwrap();
    let policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(header("content-security-policy"), policy);
    assert_eq!(header("cache-control"), if path == "/jwks.json" { "max-age=300" } else { "no-store" });
    assert_eq!(header("x-frame-options"), "DENY");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert!(!answer.headers.contains_key("set-cookie"));
}

#[rstest]
#[tokio::test]
async fn no_page_of_another_origin_reaches_what_a_person_sees(
    #[values("/", "/token-for", "/authorize", "/sign-in", "/consent")] path: &str,
) {
    let answer = serve().await.send(Method::OPTIONS, path, HeaderMap::new(), String::new()).await;
    assert_eq!(answer.status, 405);
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")));
}

#[rstest]
#[tokio::test]
async fn a_client_in_a_browser_reaches_what_programs_call(
    #[values("/jwks.json", "/.well-known/oauth-authorization-server", "/register", "/token", "/revoke")] path: &str,
) {
    let list = headers(&[("origin", "https://client.example.com"), ("access-control-request-method", "POST")]);
    let answer = serve().await.send(Method::OPTIONS, path, list, String::new()).await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.headers["access-control-allow-origin"], "*");
    assert!(!answer.headers.contains_key("access-control-allow-credentials"));
}

#[rstest]
#[tokio::test]
async fn an_authorization_request_is_made_by_get_and_the_answer_says_so(
    #[values(Method::HEAD, Method::POST, Method::PUT, Method::OPTIONS)] method: Method,
) {
    let answer = serve().await.send(method, "/authorize", HeaderMap::new(), String::new()).await;
    assert_eq!((answer.status, answer.headers["allow"].to_str().unwrap()), (405, "GET"));
}

#[tokio::test]
async fn where_nothing_is_the_answer_says_where_to_go() {
    let served = serve().await;
    let answer = served.get("/login?next=elsewhere").await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (404, &"text/plain; charset=utf-8".parse().unwrap()));
    for address in [format!("{}/,", served.issuer), format!("{}/.well-known/openid-configuration", served.issuer)] {
        assert!(answer.body.contains(&address), "{}", answer.body);
    }
    assert!(!answer.body.contains("elsewhere"));
}

#[tokio::test]
async fn what_programs_send_is_bounded() {
    let served = serve().await;
    let list = headers(&[("content-type", "application/x-www-form-urlencoded")]);
    let answer = served.send(Method::POST, "/token", list, "x".repeat(oauth_server::BODY_LIMIT + 1)).await;
    assert_eq!(answer.status, 413);
}
