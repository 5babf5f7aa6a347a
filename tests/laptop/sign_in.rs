//! From nothing to a tool, by a client that others wrote and a person at a browser.

use rmcp::ServiceExt as _;
use rmcp::model::{CallToolRequestParams, ClientCapabilities, ClientConfig, Implementation};
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{AuthClient, AuthorizationManager, AuthorizationRequest, OAuthState};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rstest::rstest;

use crate::browser::Browser;
use crate::countersign::Countersign;
use crate::http::client;
use crate::identity::{account, assert_is};
use crate::oauth_client::REDIRECT;

/// 401, protected resource metadata, server metadata, registration, sign-in and consent, token, then MCP; at last the
/// token that a refresh brings.
#[rstest]
#[case::registers_itself(AuthorizationRequest::new(REDIRECT).with_client_name("rmcp"))]
#[case::is_pre_registered(AuthorizationRequest::new(REDIRECT).with_preregistered_client("assistant"))]
#[tokio::test]
async fn an_unmodified_client_signs_in_calls_and_refreshes(#[case] request: AuthorizationRequest) {
    let countersign = Countersign::shared();
    let mut state = OAuthState::new(countersign.mcp_url.as_str(), Some(client())).await.unwrap();
    state.start_authorization(request).await.unwrap();
    let link = state.get_authorization_url().await.unwrap();
    assert!(link.starts_with(&format!("{}/", countersign.issuer)), "{link}");
    let callback = Browser::at(&countersign.issuer).allow(&link, "bob").await;
    assert!(callback.starts_with(REDIRECT), "{callback}");
    state.handle_callback_url(&callback).await.unwrap();
    if matches!(state, OAuthState::Session(_)) {
        state.complete_authorization().await.unwrap();
    }
    let manager = state.into_authorization_manager().unwrap();

    let first = manager.get_access_token().await.unwrap();
    assert_is(&countersign.who_am_i(&first).await.said(), &account("bob"), &countersign.issuer);
    manager.refresh_token().await.unwrap();
    assert_ne!(manager.get_access_token().await.unwrap(), first);

    let service = connect(&countersign, manager).await;
    let tools = service.list_all_tools().await.unwrap();
    assert_eq!(tools.iter().map(|tool| tool.name.as_ref()).collect::<Vec<_>>(), ["profile___who_am_i"]);
    let result = service.call_tool(CallToolRequestParams::new("profile___who_am_i")).await.unwrap();
    let text = &result.content[0].as_text().unwrap().text;
    assert_is(&serde_json::from_str(text).unwrap(), &account("bob"), &countersign.issuer);
    service.cancel().await.unwrap();
}

async fn connect(countersign: &Countersign, manager: AuthorizationManager) -> RunningService<RoleClient, ClientConfig> {
    let config = StreamableHttpClientTransportConfig::with_uri(countersign.mcp_url.as_str());
    let transport = StreamableHttpClientTransport::with_client(AuthClient::new(client(), manager), config);
    let implementation = Implementation::new("end-to-end", "1.0.0");
    ClientConfig::new(ClientCapabilities::default(), implementation).serve(transport).await.unwrap()
}
