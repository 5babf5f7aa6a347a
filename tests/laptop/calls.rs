//! A call that is allowed, from every kind of client.

use reqwest::header::ORIGIN;
use rmcp::ServiceExt as _;
use rmcp::model::{CallToolRequestParams, ClientCapabilities, ClientConfig, Implementation, ProtocolVersion};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rstest::rstest;
use serde_json::json;
use url::form_urlencoded;

use crate::countersign::Countersign;
use crate::http::{Request, client};
use crate::identity::{account, accounts, assert_is};
use crate::shell::run;

#[tokio::test]
async fn the_printed_command_answers_with_the_identity_of_the_first_account() {
    let countersign = Countersign::shared();
    let first = accounts().iter().next().unwrap().clone();
    assert_eq!(first.id, "alice");
    assert_is(&run(&countersign.curl), &first, &countersign.issuer);
}

#[tokio::test]
async fn every_account_is_itself_with_its_own_groups() {
    let countersign = Countersign::shared();
    for account in accounts().iter() {
        let token = countersign.token(&account.id).await;
        assert_is(&countersign.who_am_i(&token).await.said(), account, &countersign.issuer);
    }
}

#[tokio::test]
async fn a_token_and_a_command_of_the_sign_in_page_work() {
    let countersign = Countersign::shared();
    let page = format!("{}/", countersign.issuer);
    let form = Request::get(&page).send().await.text;
    let form_token = between(&form, r#"name="form_token" value=""#, "\"");
    let fields = [("form_token", form_token.as_str()), ("account", "dora")];
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let answer = Request::form(&page, body).header(ORIGIN.as_str(), &countersign.issuer).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text);

    let token = text_area(&answer.text, "token");
    assert_is(&countersign.who_am_i(&token).await.said(), &account("dora"), &countersign.issuer);
    assert_is(&run(&text_area(&answer.text, "command")), &account("dora"), &countersign.issuer);
}

#[rstest]
#[case(ProtocolVersion::V_2025_11_25)]
#[case(ProtocolVersion::V_2025_06_18)]
#[tokio::test]
async fn an_mcp_client_initializes_lists_and_calls(#[case] version: ProtocolVersion) {
    let countersign = Countersign::shared();
    let token = countersign.token("bob").await;
    let service = config(&version).serve(transport(&countersign, Some(&token))).await.unwrap();
    assert_eq!(service.peer_info().unwrap().protocol_version, version);

    let tools = service.list_all_tools().await.unwrap();
    assert_eq!(tools.iter().map(|tool| tool.name.as_ref()).collect::<Vec<_>>(), ["profile___who_am_i"]);

    let result = service.call_tool(CallToolRequestParams::new(tools[0].name.clone())).await.unwrap();
    assert_ne!(result.is_error, Some(true));
    let text = &result.content[0].as_text().unwrap().text;
    assert_is(&serde_json::from_str(text).unwrap(), &account("bob"), &countersign.issuer);
    service.cancel().await.unwrap();
}

#[tokio::test]
async fn an_mcp_client_without_a_token_learns_where_to_sign_in() {
    let countersign = Countersign::shared();
    let refused = config(&ProtocolVersion::V_2025_11_25).serve(transport(&countersign, None)).await;
    let error = refused.expect_err("a session without a token");
    let challenge = error.auth_challenge().unwrap_or_else(|| panic!("not understood as a challenge: {error}"));
    let metadata = between(challenge, "resource_metadata=\"", "\"");
    let metadata = Request::get(&metadata).send().await.json();
    assert_eq!(metadata["authorization_servers"], json!([countersign.issuer]));
}

fn config(version: &ProtocolVersion) -> ClientConfig {
    let client = Implementation::new("end-to-end", "1.0.0");
    ClientConfig::new(ClientCapabilities::default(), client).with_protocol_version(version.clone())
}

fn transport(countersign: &Countersign, token: Option<&str>) -> StreamableHttpClientTransport<reqwest::Client> {
    let config = StreamableHttpClientTransportConfig::with_uri(countersign.mcp_url.as_str());
    let config = match token {
        Some(token) => config.auth_header(token),
        None => config,
    };
    StreamableHttpClientTransport::with_client(client(), config)
}

/// What a person copies from a field of the page.
fn text_area(page: &str, id: &str) -> String {
    let text = between(page, &format!(r#"<textarea id="{id}""#), "</textarea>");
    let (_, text) = text.split_once('>').unwrap();
    text.replace("&quot;", "\"").replace("&#39;", "'").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

fn between(text: &str, start: &str, end: &str) -> String {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("no {start} in {text}"));
    rest.split_once(end).unwrap().0.to_owned()
}
