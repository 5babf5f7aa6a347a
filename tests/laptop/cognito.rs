//! The template as it is deployed by default, with a Cognito user pool: one client that everybody is given, whose
//! callbacks are compared to the letter, and no registration.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::countersign::{Countersign, command};
use crate::form::Form;
use crate::http::{Answer, Request};
use crate::identity::{account, assert_is_nobody};
use crate::oauth_client::{OAuthClient, Tokens, assert_refused, parameters};
use crate::process::{PATIENCE, Process};
use crate::shell;

/// One of `CallbackUrls`.
const CALLBACK: &str = "http://localhost:3334/oauth/callback";

/// `countersign up --parameters default`, and the client of its user pool.
async fn start() -> (Countersign, OAuthClient) {
    let countersign = Countersign::alone(&["--parameters", "default"]);
    let token = countersign.token("alice").await;
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    let id = claims["client_id"].as_str().unwrap();
    let client = OAuthClient::new(&countersign.issuer, &countersign.mcp_url, id);
    (countersign, client)
}

/// The whole way of a client that asks for this.
async fn sign_in(client: &OAuthClient, request: &Form) -> Tokens {
    let issuer = client.link_of(request).split("/authorize").next().unwrap().to_owned();
    let callback = Browser::at(&issuer).allow(&client.link_of(request), "bob").await;
    assert!(callback.starts_with(CALLBACK), "{callback}");
    let code = parameters(&callback).value("code").to_owned();
    Tokens::of(&client.token(&client.redemption(&code).with("redirect_uri", CALLBACK)).await)
}

/// Asserts that the tool was told of bob what a Cognito access token says.
fn assert_is_bob(answer: &Answer, client: &OAuthClient) {
    let said = answer.said();
    assert_eq!((&said["subject"], &said["client_id"]), (&json!(account("bob").sub), &json!(client.id)), "{said}");
    assert!(said.get("name").is_none() && said.get("email").is_none(), "{said}");
}

/// Bound to the gateway, and bound to nothing: then the client stands in for the audience.
#[tokio::test]
async fn the_client_of_the_pool_signs_a_person_in_calls_and_refreshes() {
    let (_countersign, client) = start().await;
    let request = client.request().with("redirect_uri", CALLBACK);
    for request in [request.clone(), request.without("resource")] {
        let tokens = sign_in(&client, &request).await;
        assert_is_bob(&client.call(&tokens).await, &client);
        assert_is_bob(&client.call(&client.refresh(&tokens).await).await, &client);
    }
}

#[tokio::test]
async fn the_command_that_is_printed_works() {
    let (countersign, client) = start().await;
    let said = shell::run(&countersign.curl);
    assert_eq!((&said["subject"], &said["client_id"]), (&json!(account("alice").sub), &json!(client.id)), "{said}");
}

#[tokio::test]
async fn an_unregistered_client_is_refused_at_every_door() {
    let (countersign, _) = start().await;
    let metadata = json!({ "client_name": "Kiro", "redirect_uris": [CALLBACK] });
    let answer = Request::json(&format!("{}/register", countersign.issuer), &metadata).send().await;
    assert_eq!(answer.status, 404);

    for id in ["assistant", "https://claude.ai/oauth/claude-code-client-metadata"] {
        let client = OAuthClient::new(&countersign.issuer, &countersign.mcp_url, id);
        let page = Browser::at(&countersign.issuer)
            .open(&client.link_of(&client.request().with("redirect_uri", CALLBACK)))
            .await;
        assert_eq!((page.answer.status, page.location()), (400, None), "{id}");
        assert_refused(&client.token(&client.redemption("code")).await, 401, "invalid_client");
    }
}

#[tokio::test]
async fn a_callback_that_is_not_listed_is_shown_and_not_followed() {
    let (countersign, client) = start().await;
    let (port, scheme) = (CALLBACK.replace("3334", "3335"), CALLBACK.replace("http:", "https:"));
    for callback in [&port, &scheme, "http://localhost/oauth/callback", "https://vscode.dev/redirect/"] {
        let link = client.link_of(&client.request().with("redirect_uri", callback));
        let page = Browser::at(&countersign.issuer).open(&link).await;
        assert_eq!((page.answer.status, page.location()), (400, None), "{callback}: {}", page.answer.text);
    }
}

/// Cognito binds a token to any https URL that its client names.
#[tokio::test]
async fn a_token_of_the_pool_for_another_resource_is_denied_though_its_client_is_allowed() {
    let (countersign, _) = start().await;
    let request = json!({ "account": "alice", "audience": "https://other.example/mcp" });
    let answer = countersign.who_am_i(&countersign.token_with(&request).await).await;
    assert!(answer.tool_result().1, "{}", answer.text);
    assert_is_nobody(&answer.text);
}

#[test]
fn a_set_that_does_not_exist_is_refused_with_those_that_do() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let process = Process::start(command(state.path(), &["--port", "0", "--parameters", "production"]));
    assert_eq!(process.end(PATIENCE).code(), Some(1));
    let log = process.log().join("\n");
    assert!(log.contains("no parameter set `production`") && log.contains("`default`, `local`"), "{log}");
}
