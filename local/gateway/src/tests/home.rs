//! The page at `/`.

use local_assistants::Assistant;
use local_template::{ClaimMatch, CustomClaim};
use rstest::rstest;

use super::{Client, Functions, Request, Response, SCOPE, configuration};
use crate::{Gateway, Switches};

const SIGN_IN: &str = "http://127.0.0.1:8485/";

/// A gateway with a page.
async fn serve(change: impl FnOnce(&mut local_template::Gateway), sign_in: Option<&str>) -> (Client, Gateway) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut configuration = configuration("http://127.0.0.1:1");
    change(&mut configuration);
    let mcp_url = format!("http://{address}/mcp").parse().unwrap();
    let functions = std::sync::Arc::new(Functions::default());
    let gateway = Gateway::new(configuration, &mcp_url, functions, Switches::default()).unwrap().with_home(sign_in);
    let router = gateway.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Client(address), gateway)
}

async fn page(client: &Client) -> Response {
    let response = client.send(Request::new("GET", "/")).await;
    assert_eq!((response.status, response.all("content-type")), (200, vec!["text/html; charset=utf-8"]));
    response
}

/// What a reader sees of a text in HTML.
fn read(html: &str) -> String {
    html.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[tokio::test]
async fn it_has_every_configuration_as_it_is_pasted_and_where_to_sign_in() {
    let (client, gateway) = serve(|_| {}, Some(SIGN_IN)).await;
    let html = page(&client).await.body;
    let shown: Vec<_> = html.split("<pre>").skip(1).map(|rest| read(rest.split_once("</pre>").unwrap().0)).collect();
    let expected: Vec<_> =
        Assistant::ALL.iter().map(|assistant| format!("{:#}", assistant.configuration(gateway.connection()))).collect();
    assert_eq!(shown, expected);
    let mcp_url = &gateway.connection().mcp_url;
    assert!(html.contains(&format!("<code>{mcp_url}</code>")) && html.contains(&format!("href=\"{SIGN_IN}\"")));
    assert!(html.contains("type <code>/mcp</code> to sign in") && !html.contains('`'), "code is set as code");
    assert!(!html.contains("Redirect URIs"), "a client that registers brings its own");
}

#[tokio::test]
async fn where_clients_are_listed_assistants_are_one_of_them() {
    let list = |gateway: &mut local_template::Gateway| gateway.authorizer.allowed_clients = vec!["ours".to_owned()];
    let (client, gateway) = serve(list, None).await;
    let registered = gateway.connection().client.clone().unwrap();
    assert_eq!((registered.id.as_str(), registered.scopes), ("ours", vec![SCOPE.to_owned()]));
    let html = page(&client).await.body;
    assert!(html.contains("<code>ours</code>") && html.contains("At your identity provider"));
    for uri in Assistant::ALL.iter().flat_map(|assistant| assistant.redirect_uris()) {
        assert!(html.contains(&format!("<code>{uri}</code>")), "{uri}");
    }
}

#[rstest]
#[case::okta("cid", ClaimMatch::Equals("ours".to_owned()), Some("ours"))]
#[case::entra("azp", ClaimMatch::Equals("ours".to_owned()), Some("ours"))]
#[case::another_claim("team", ClaimMatch::Equals("ours".to_owned()), None)]
#[case::list("azp", ClaimMatch::Contains("ours".to_owned()), None)]
#[tokio::test]
async fn a_claim_that_names_the_client_lists_it(
    #[case] name: &str,
    #[case] matching: ClaimMatch,
    #[case] client: Option<&str>,
) {
    let claim = CustomClaim { name: name.to_owned(), matching };
    let (_, gateway) = serve(|gateway| gateway.authorizer.custom_claims = vec![claim], None).await;
    assert_eq!(gateway.connection().client.as_ref().map(|client| client.id.as_str()), client);
}

#[tokio::test]
async fn what_the_template_says_stays_text() {
    let change = |gateway: &mut local_template::Gateway| {
        gateway.authorizer.allowed_clients = vec!["</pre><script>alert(1)</script>".to_owned()];
        gateway.authorizer.allowed_scopes = vec!["<img/src=x>".to_owned()];
    };
    let (client, _) = serve(change, Some("http://127.0.0.1/\"><b>")).await;
    let html = page(&client).await.body;
    for markup in ["<script", "<img", "<b>"] {
        assert!(!html.contains(markup), "{markup}");
    }
}

#[tokio::test]
async fn nothing_may_run_in_it_or_frame_it() {
    let (client, _) = serve(|_| {}, Some(SIGN_IN)).await;
    let response = page(&client).await;
    let policy = response.all("content-security-policy");
    assert_eq!(policy.len(), 1);
    for directive in ["default-src 'none'", "style-src 'self'", "form-action 'none'", "frame-ancestors 'none'"] {
        assert!(policy[0].split("; ").any(|present| present == directive), "{directive}: {policy:?}");
    }
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
    ] {
        assert_eq!(response.all(name), [value], "{name}");
    }
    for forbidden in ["<script", "<style", " style=", "<form", "src="] {
        assert!(!response.body.contains(forbidden), "{forbidden}");
    }
    let style = client.send(Request::new("GET", "/style.css")).await;
    assert_eq!((style.status, style.all("content-type")), (200, vec!["text/css; charset=utf-8"]));
}

#[rstest]
#[case::rebound("rebound.example:8484")]
#[case::prefix("localhost.example")]
#[case::empty("")]
#[tokio::test]
async fn it_is_shown_under_names_that_nobody_can_move(#[case] host: &str) {
    let (client, _) = serve(|_| {}, Some(SIGN_IN)).await;
    for path in ["/", "/style.css"] {
        let response = client.send(Request::new("GET", path).header("Host", host)).await;
        assert_eq!(response.status, 403);
        assert!(!response.body.contains("Connect"));
    }
}

#[tokio::test]
async fn another_origin_may_not_fetch_it() {
    let (client, _) = serve(|_| {}, Some(SIGN_IN)).await;
    let response = client.send(Request::new("GET", "/").header("Origin", "https://attacker.example")).await;
    assert_eq!(response.status, 403);
    assert!(page(&client).await.all("access-control-allow-origin").is_empty());
}

#[rstest]
#[case::below("GET", "/index.html", 404)]
#[case::registration("POST", "/register", 404)]
#[case::form("POST", "/", 405)]
#[tokio::test]
async fn nothing_else_changes(#[case] method: &str, #[case] path: &str, #[case] status: u16) {
    let (client, _) = serve(|_| {}, Some(SIGN_IN)).await;
    let response = client.send(Request::new(method, path)).await;
    assert_eq!(response.status, status);
    assert_eq!(response.all("x-amzn-errortype").len(), usize::from(status == 404));
}
