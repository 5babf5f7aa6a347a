//! From nothing to a tool, by a client that others wrote and a person at a browser.

use std::collections::BTreeMap;

use reqwest::header::{COOKIE, LOCATION, ORIGIN, SET_COOKIE};
use rmcp::ServiceExt as _;
use rmcp::model::{CallToolRequestParams, ClientCapabilities, ClientConfig, Implementation};
use rmcp::service::{RoleClient, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::auth::{AuthClient, AuthorizationManager, AuthorizationRequest, OAuthState};
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rstest::rstest;
use url::form_urlencoded::Serializer;

use crate::countersign::Countersign;
use crate::http::{Answer, Request, client};
use crate::identity::{account, assert_is};

const CALLBACK: &str = "http://127.0.0.1:33418/callback";

/// 401, protected resource metadata, server metadata, registration, sign-in and consent, token, then MCP; at last the
/// token that a refresh brings.
#[rstest]
#[case::registers_itself(AuthorizationRequest::new(CALLBACK).with_client_name("rmcp"))]
#[case::is_pre_registered(AuthorizationRequest::new(CALLBACK).with_preregistered_client("assistant"))]
#[tokio::test]
async fn an_unmodified_client_signs_in_calls_and_refreshes(#[case] request: AuthorizationRequest) {
    let countersign = Countersign::shared();
    let mut state = OAuthState::new(countersign.mcp_url.as_str(), Some(client())).await.unwrap();
    state.start_authorization(request).await.unwrap();
    let link = state.get_authorization_url().await.unwrap();
    assert!(link.starts_with(&format!("{}/", countersign.issuer)), "{link}");
    let callback = Browser::at(&countersign.issuer).allow(&link, "bob").await;
    assert!(callback.starts_with(CALLBACK), "{callback}");
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

/// A person's browser, as far as two forms need one.
struct Browser {
    origin: String,
    cookies: BTreeMap<String, String>,
}

impl Browser {
    fn at(origin: &str) -> Self {
        Self { origin: origin.to_owned(), cookies: BTreeMap::new() }
    }

    /// Signs in, agrees, and brings back where the browser is sent then.
    async fn allow(&mut self, link: &str, account: &str) -> String {
        let page = self.load(Request::get(link)).await;
        let page = self.submit(&page, ("account", account)).await;
        let answer = self.submit(&page, ("decision", "allow")).await;
        location(&answer).expect("the way back to the client")
    }

    async fn submit(&mut self, page: &Answer, choice: (&str, &str)) -> Answer {
        let action = between(&page.text, "<form method=\"post\" action=\"", "\"");
        let mut form = Serializer::new(String::new());
        for input in page.text.split("<input type=\"hidden\" name=\"").skip(1) {
            let (name, rest) = input.split_once("\" value=\"").unwrap();
            form.append_pair(name, rest.split_once('"').unwrap().0);
        }
        form.append_pair(choice.0, choice.1);
        let request = Request::form(&format!("{}{action}", self.origin), form.finish());
        let request = request.header(ORIGIN.as_str(), &self.origin);
        self.load(request).await
    }

    /// Follows redirects as long as they stay here.
    async fn load(&mut self, request: Request) -> Answer {
        let mut answer = self.send(request).await;
        while let Some(path) = location(&answer).filter(|location| location.starts_with('/')) {
            answer = self.send(Request::get(&format!("{}{path}", self.origin))).await;
        }
        answer
    }

    async fn send(&mut self, request: Request) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = request.header(COOKIE.as_str(), &cookies.join("; ")).send().await;
        for cookie in answer.headers.get_all(SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), rest.split(';').next().unwrap().to_owned());
        }
        answer
    }
}

fn location(answer: &Answer) -> Option<String> {
    Some(answer.headers.get(LOCATION)?.to_str().unwrap().to_owned())
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).unwrap().0
}
