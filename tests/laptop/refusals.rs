//! Requests that end at the gateway: no function hears of them.

use local_identity_provider::{Config, FetchPolicy, IdentityProvider, RemoteRedirects, TokenOptions};
use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::countersign::Countersign;
use crate::http::{self, Answer, Request};
use crate::identity::{account, accounts, assert_is, assert_is_nobody};

/// What is wrong with a request.
#[derive(Clone, Copy)]
enum Fault {
    NoToken,
    NotBearer,
    NotAToken,
    Expired,
    OtherIssuer,
    OtherKey,
    Altered,
    NoScope,
    OtherScope,
}

#[rstest]
#[case::no_token(Fault::NoToken, 401, "invalid_token")]
#[case::not_bearer(Fault::NotBearer, 401, "invalid_token")]
#[case::not_a_token(Fault::NotAToken, 401, "invalid_token")]
#[case::expired(Fault::Expired, 401, "invalid_token")]
#[case::other_issuer(Fault::OtherIssuer, 401, "invalid_token")]
#[case::other_key(Fault::OtherKey, 401, "invalid_token")]
#[case::altered(Fault::Altered, 401, "invalid_token")]
#[case::no_scope(Fault::NoScope, 403, "insufficient_scope")]
#[case::other_scope(Fault::OtherScope, 403, "insufficient_scope")]
#[tokio::test]
async fn a_refused_token_is_answered_with_a_challenge_and_reaches_no_function(
    #[case] fault: Fault,
    #[case] status: u16,
    #[case] error: &str,
) {
    let countersign = Countersign::shared();
    let id = Uuid::new_v4().to_string();
    let request = http::call(&countersign.mcp_url, &json!(id));
    let request = match authorization(fault, &countersign).await {
        Some(authorization) => request.header("Authorization", &authorization),
        None => request,
    };
    let answer = request.send().await;
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_challenge(&answer, error, &countersign).await;
    assert_is_nobody(&answer.text);
    assert_not_invoked(&countersign, &id).await;
}

#[tokio::test]
async fn a_token_for_another_audience_is_refused_by_the_authorizer_and_reaches_no_target() {
    // The gateway cannot list its own URL as an audience in a template, so it is the authorizer that knows it.
    let countersign = Countersign::shared();
    let token = countersign.token_with(&json!({ "account": "alice", "audience": "http://other.example/mcp" })).await;
    let id = Uuid::new_v4().to_string();
    let answer = http::call(&countersign.mcp_url, &json!(id)).bearer(&token).send().await;
    let (said, is_error) = answer.tool_result();
    assert!(is_error, "{said}");
    assert_is_nobody(&answer.text);
    marker(&countersign, &countersign.token("alice").await).await;
    let lines = lines_with(&countersign, &id);
    let [line] = &lines[..] else { panic!("not one audit line: {lines:?}") };
    assert!(line.starts_with("authorizer ") && line.contains(r#""outcome":"denied""#), "{line}");
}

#[tokio::test]
async fn a_token_for_another_audience_is_refused_by_a_gateway_that_is_told_the_audience() {
    const AUDIENCE: &str = "urn:countersign:test";
    let countersign = Countersign::alone(&["--parameter-overrides", &format!("AllowedAudience={AUDIENCE}")]);
    let good = countersign.token_with(&json!({ "account": "bob", "audience": AUDIENCE })).await;
    assert_is(&countersign.who_am_i(&good).await.said(), &account("bob"), &countersign.issuer);

    let other = countersign.token("bob").await;
    let id = Uuid::new_v4().to_string();
    let answer = http::call(&countersign.mcp_url, &json!(id)).bearer(&other).send().await;
    assert_eq!(answer.status, 401, "{}", answer.text);
    assert_challenge(&answer, "invalid_token", &countersign).await;
    marker(&countersign, &good).await;
    assert_eq!(lines_with(&countersign, &id), Vec::<String>::new());
}

async fn authorization(fault: Fault, countersign: &Countersign) -> Option<String> {
    let token = match fault {
        Fault::NoToken => return None,
        Fault::NotBearer => return Some("Basic YWxpY2U6YWxpY2U=".to_owned()),
        Fault::NotAToken => "alice".to_owned(),
        Fault::Expired => countersign.token_with(&json!({ "account": "alice", "expires_in": -600 })).await,
        Fault::OtherIssuer => stranger("http://127.0.0.1:9", &countersign.mcp_url),
        Fault::OtherKey => stranger(&countersign.issuer, &countersign.mcp_url),
        Fault::Altered => altered(&countersign.token("alice").await, &countersign.token("bob").await),
        Fault::NoScope => countersign.token_with(&json!({ "account": "alice", "scope": "" })).await,
        Fault::OtherScope => countersign.token_with(&json!({ "account": "alice", "scope": "countersign/other" })).await,
    };
    Some(format!("Bearer {token}"))
}

/// A good token of an identity provider with another key, under this name.
fn stranger(issuer: &str, mcp_url: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let provider = IdentityProvider::new(Config {
        issuer: issuer.to_owned(),
        audience: mcp_url.to_owned(),
        scope: "countersign/tools".to_owned(),
        tool: "profile___who_am_i".to_owned(),
        accounts: accounts(),
        state: folder.path().to_owned(),
        lifetime: 600,
        remote_redirects: RemoteRedirects::Refused,
        documents: FetchPolicy::public_internet(),
        user_pool_client: None,
    });
    provider.unwrap().issue("alice", &TokenOptions::default()).unwrap().expose_secret().to_owned()
}

/// The claims of one token under the signature of another.
fn altered(claims: &str, signature: &str) -> String {
    let (signed, _) = claims.rsplit_once('.').unwrap();
    let (_, signature) = signature.rsplit_once('.').unwrap();
    format!("{signed}.{signature}")
}

/// Follows the challenge as a client does, to the keys of the identity provider.
async fn assert_challenge(answer: &Answer, error: &str, countersign: &Countersign) {
    let challenge = answer.header("WWW-Authenticate");
    let parameters = challenge.strip_prefix("Bearer ").unwrap();
    let parameter = |name: &str| {
        let value = parameters.split(", ").find_map(|parameter| parameter.strip_prefix(&format!("{name}=\"")));
        value.unwrap_or_else(|| panic!("no {name} in {challenge}")).strip_suffix('"').unwrap().to_owned()
    };
    assert_eq!(parameter("error"), error);

    let metadata = document(&parameter("resource_metadata")).await;
    assert_eq!(metadata["resource"], countersign.mcp_url);
    let scopes: Vec<_> = metadata["scopes_supported"].as_array().unwrap().iter().map(|s| s.as_str().unwrap()).collect();
    assert_eq!(parameter("scope"), scopes.join(" "));

    let servers = metadata["authorization_servers"].as_array().unwrap();
    assert_eq!(servers.len(), 1);
    let server = servers[0].as_str().unwrap();
    let discovery = document(&format!("{server}/.well-known/openid-configuration")).await;
    assert_eq!(discovery["issuer"], server);
    let keys = document(discovery["jwks_uri"].as_str().unwrap()).await;
    assert!(!keys["keys"].as_array().unwrap().is_empty());
}

async fn document(url: &str) -> Value {
    let answer = Request::get(url).send().await;
    assert_eq!(answer.status, 200, "{url}");
    answer.json()
}

/// A function writes an audit line with the id for each call that it sees, and sees one after the other. So once the
/// lines of a later call are there, those of an earlier one would be, too.
async fn assert_not_invoked(countersign: &Countersign, id: &str) {
    marker(countersign, &countersign.token("alice").await).await;
    assert_eq!(lines_with(countersign, id), Vec::<String>::new());
}

/// Makes a call that both functions see, and waits for the lines of both.
async fn marker(countersign: &Countersign, token: &str) {
    let id = Uuid::new_v4().to_string();
    http::call(&countersign.mcp_url, &json!(id)).bearer(token).send().await.said();
    for function in ["authorizer ", "profile "] {
        countersign.process.log_line("an audit line", |line| line.starts_with(function) && line.contains(&id));
    }
}

fn lines_with(countersign: &Countersign, id: &str) -> Vec<String> {
    countersign.process.log().into_iter().filter(|line| line.contains(id)).collect()
}
