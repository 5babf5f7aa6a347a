use reqwest::Method;
use reqwest::header::HeaderMap;
use rstest::rstest;

use super::fixture::serve;

#[tokio::test]
async fn both_discovery_documents_are_the_same_and_name_the_issuer() {
    let served = serve().await;
    let openid = served.get("/.well-known/openid-configuration").await.json();
    assert_eq!(served.get("/.well-known/oauth-authorization-server").await.json(), openid);
    assert_eq!(openid["issuer"], served.issuer);
    assert_eq!(openid["scopes_supported"], serde_json::json!(["countersign/tools"]));
    // What is not there is not promised.
    for absent in ["authorization_endpoint", "token_endpoint", "registration_endpoint"] {
        assert!(openid.get(absent).is_none());
    }
    let keys = openid["jwks_uri"].as_str().unwrap().strip_prefix(&served.issuer).unwrap();
    assert_eq!(served.get(keys).await.json()["keys"].as_array().unwrap().len(), 1);
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
    #[values("/", "/jwks.json", "/.well-known/openid-configuration", "/token-for", "/nothing")] path: &str,
) {
    let served = serve().await;
    let answer = served.get_as(host, path).await;
    assert_eq!(answer.status, 403);
    assert!(answer.body.contains(&served.issuer), "it says which name is right");
}

#[rstest]
#[tokio::test]
async fn every_answer_is_locked_down(#[values("/", "/style.css", "/jwks.json", "/nothing")] path: &str) {
    let answer = serve().await.get(path).await;
    let header = |name: &str| answer.headers[name].to_str().unwrap();
    let policy = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
    assert_eq!(header("content-security-policy"), policy);
    assert_eq!(header("cache-control"), "no-store");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("referrer-policy"), "same-origin");
    assert!(!answer.headers.contains_key("set-cookie"));
}

#[rstest]
#[tokio::test]
async fn no_preflight_is_answered(#[values("/", "/token-for", "/jwks.json")] path: &str) {
    let answer = serve().await.send(Method::OPTIONS, path, HeaderMap::new(), String::new()).await;
    assert_eq!(answer.status, 405);
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")));
}
