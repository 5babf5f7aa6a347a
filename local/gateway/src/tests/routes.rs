//! What is served where, to whom.

use rstest::rstest;
use serde_json::json;
use url::Url;

use super::{Request, SCOPE, Setup, configuration, who_am_i};
use crate::{ConfigurationError, Gateway, PathInsertedMetadata, Switches, UnknownPath};

const METADATA: &str = "/.well-known/oauth-protected-resource";

#[rstest]
#[case::stream("GET")]
#[case::end_of_session("DELETE")]
#[case::cors("OPTIONS")]
#[case::head("HEAD")]
#[case::put("PUT")]
#[tokio::test]
async fn mcp_takes_nothing_but_post(#[case] method: &str) {
    let setup = Setup::new().await;
    let response = setup.send(Request::new(method, "/mcp")).await;
    assert_eq!((response.status, response.all("allow")), (405, vec!["POST"]));
    assert!(response.all("access-control-allow-origin").is_empty());
}

#[rstest]
#[case::authorization_server("GET", "/.well-known/oauth-authorization-server")]
#[case::openid("GET", "/.well-known/openid-configuration")]
#[case::registration("POST", "/register")]
#[case::token("POST", "/token")]
#[case::root("GET", "/")]
#[case::trailing_slash("POST", "/mcp/")]
#[case::target("POST", "/profile/mcp")]
#[case::case("POST", "/MCP")]
#[case::metadata_of_the_path("GET", "/.well-known/oauth-protected-resource/mcp")]
#[tokio::test]
async fn every_other_path_is_an_unknown_operation(#[case] method: &str, #[case] path: &str) {
    let setup = Setup::new().await;
    let response = setup.send(Request::new(method, path)).await;
    assert_eq!((response.status, response.all("x-amzn-errortype")), (404, vec!["UnknownOperationException"]));
    assert_eq!(response.json()["Output"]["__type"], "com.amazon.coral.service#UnknownOperationException");
}

#[tokio::test]
async fn an_unknown_operation_may_be_status_200() {
    let setup = Setup::with(|_, switches| switches.unknown_path = UnknownPath::Ok).await;
    assert_eq!(setup.send(Request::new("GET", "/register")).await.status, 200);
}

#[tokio::test]
async fn metadata_names_the_discovery_url_without_its_tail_and_the_mcp_url() {
    let setup = Setup::new().await;
    let response = setup.send(Request::new("GET", METADATA)).await;
    assert_eq!(response.status, 200);
    let expected = format!(
        r#"{{"authorization_servers":["{}"],"resource":"http://{}/mcp","scopes_supported":["{SCOPE}"]}}"#,
        setup.issuer.url, setup.client.0
    );
    assert_eq!(response.json().to_string(), expected);
    assert_eq!(response.body, expected);
}

#[tokio::test]
async fn metadata_without_scopes_has_two_members() {
    let setup = Setup::with(|gateway, _| {
        gateway.authorizer.allowed_scopes.clear();
        gateway.authorizer.allowed_clients = vec!["assistant".to_owned()];
    })
    .await;
    let metadata = setup.send(Request::new("GET", METADATA)).await.json();
    assert_eq!(metadata.as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn metadata_advertises_scopes_under_their_mapped_names() {
    let setup = Setup::with(|gateway, _| {
        gateway.authorizer.allowed_scopes.push("tools.read".to_owned());
        gateway.authorizer.advertised_scope_mapping =
            [("tools.read".to_owned(), "api://gateway/tools.read".to_owned())].into();
    })
    .await;
    let metadata = setup.send(Request::new("GET", METADATA)).await.json();
    assert_eq!(metadata["scopes_supported"], json!([SCOPE, "api://gateway/tools.read"]));
}

#[tokio::test]
async fn no_host_header_moves_the_resource() {
    let setup = Setup::new().await;
    let usual = setup.send(Request::new("GET", METADATA)).await.json();
    let other = setup.send(Request::new("GET", METADATA).header("Host", "localhost:1")).await;
    assert_eq!((other.status, other.json()), (200, usual));
}

#[tokio::test]
async fn metadata_of_the_path_is_that_of_the_root_if_it_is_served() {
    let setup = Setup::with(|_, switches| switches.path_inserted_metadata = PathInsertedMetadata::Served).await;
    let root = setup.send(Request::new("GET", METADATA)).await;
    let inserted = setup.send(Request::new("GET", &format!("{METADATA}/mcp"))).await;
    assert_eq!((inserted.status, inserted.json()), (200, root.json()));
}

#[rstest]
#[case::other("gateway.example")]
#[case::rebound("rebound.example:8484")]
#[case::prefix("localhost.example")]
#[case::suffix("example.localhost.test")]
#[case::address("192.168.1.1:8484")]
#[case::user("localhost@gateway.example")]
#[case::path("localhost/gateway.example")]
#[case::empty("")]
#[tokio::test]
async fn a_host_that_others_can_move_is_refused(#[case] host: &str) {
    let setup = Setup::intercepted().await;
    for request in [setup.post(&who_am_i()), Request::new("GET", METADATA), Request::new("GET", "/other")] {
        assert_eq!(setup.send(request.header("Host", host)).await.status, 403);
    }
    assert!(setup.functions.calls().is_empty());
}

#[rstest]
#[case::name("localhost:8484")]
#[case::upper_case("LOCALHOST")]
#[case::ipv4("127.0.0.1:1")]
#[case::ipv6("[::1]:8484")]
#[tokio::test]
async fn a_loopback_host_is_admitted(#[case] host: &str) {
    let setup = Setup::new().await;
    assert_eq!(setup.send(setup.post(&who_am_i()).header("Host", host)).await.status, 200);
}

#[tokio::test]
async fn a_request_has_one_host() {
    let setup = Setup::new().await;
    let none = setup.post(&who_am_i());
    let two = none.clone().header("Host", "localhost").header("Host", "localhost");
    for request in [none, two] {
        let response = setup.client.send_as_it_is(request).await;
        assert!([400, 403].contains(&response.status), "{}", response.status);
    }
    assert!(setup.functions.calls().is_empty());
}

#[rstest]
#[case::elsewhere("https://attacker.example", 403)]
#[case::opaque("null", 403)]
#[case::prefix("http://localhost.attacker.example", 403)]
#[case::file("file://localhost", 403)]
#[case::application("vscode-webview://localhost", 403)]
#[case::no_url("localhost", 403)]
#[case::development_server("http://localhost:6274", 200)]
#[case::secure_development_server("https://127.0.0.1:5173", 200)]
#[case::ipv6("http://[::1]:6274", 200)]
#[tokio::test]
async fn an_origin_is_of_this_machine(#[case] origin: &str, #[case] status: u16) {
    let setup = Setup::intercepted().await;
    assert_eq!(setup.send(setup.post(&who_am_i()).header("Origin", origin)).await.status, status);
    assert_eq!(setup.functions.calls().is_empty(), status == 403);
}

#[tokio::test]
async fn the_gateway_answers_to_the_name_of_its_mcp_url() {
    let setup = Setup::new().await;
    let mcp_url = "https://tools.example.com/mcp".parse().unwrap();
    let gateway =
        Gateway::new(configuration(&setup.issuer.url), &mcp_url, setup.functions.clone(), Switches::default()).unwrap();
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = super::Client(listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, gateway.router()).await });
    let named = Request::new("GET", METADATA).header("Host", "tools.example.com");
    let response = client.send(named.header("Origin", "https://tools.example.com")).await;
    assert_eq!((response.status, &response.json()["resource"]), (200, &json!("https://tools.example.com/mcp")));
    let challenge = client.send(Request::post("/mcp", "")).await;
    let metadata_url = format!(r#"resource_metadata="https://tools.example.com{METADATA}""#);
    assert!(challenge.all("www-authenticate")[0].ends_with(&metadata_url));
}

#[rstest]
#[case::no_path("http://127.0.0.1:8484")]
#[case::slash("http://127.0.0.1:8484/mcp/")]
#[case::query("http://127.0.0.1:8484/mcp?a")]
#[case::fragment("http://127.0.0.1:8484/mcp#a")]
#[case::user("http://user@127.0.0.1:8484/mcp")]
#[case::scheme("file:///mcp")]
fn an_mcp_url_is_exact(#[case] mcp_url: Url) {
    let functions = std::sync::Arc::new(super::Functions::default());
    let gateway = Gateway::new(configuration("http://127.0.0.1:1"), &mcp_url, functions, Switches::default());
    assert_eq!(gateway.unwrap_err(), ConfigurationError::McpUrl);
}

#[test]
fn a_discovery_url_is_https_or_loopback() {
    let functions = std::sync::Arc::new(super::Functions::default());
    let mcp_url = "http://127.0.0.1:8484/mcp".parse().unwrap();
    let gateway = Gateway::new(configuration("http://idp.example"), &mcp_url, functions, Switches::default());
    let expected = ConfigurationError::DiscoveryUrl(access_token::ConfigurationError::NotHttps);
    assert_eq!(gateway.unwrap_err(), expected);
}
