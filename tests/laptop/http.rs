//! A plain HTTP client, for what no well-behaved client would send.

use std::sync::Once;
use std::time::Duration;

use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap};
use reqwest::{Client, RequestBuilder, redirect};
use rustls::crypto::aws_lc_rs;
use serde_json::{Value, json};

/// More than the functions' own timeout of ten seconds.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client of nothing but loopback.
pub(crate) fn client() -> Client {
    static PROVIDER: Once = Once::new();
    // Nothing here speaks TLS, but a client is not made without somebody who could.
    PROVIDER.call_once(|| aws_lc_rs::default_provider().install_default().unwrap());
    Client::builder().no_proxy().redirect(redirect::Policy::none()).timeout(PATIENCE).build().unwrap()
}

/// A request, not yet sent.
pub(crate) struct Request(RequestBuilder);

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

/// `tools/call` of `profile___who_am_i` without arguments. The audit lines name the id.
pub(crate) fn call(mcp_url: &str, id: &Value) -> Request {
    let params = json!({ "name": "profile___who_am_i", "arguments": {} });
    message(mcp_url, &json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params }))
}

/// A message to an MCP server.
pub(crate) fn message(mcp_url: &str, message: &Value) -> Request {
    Request::json(mcp_url, message)
        .header(ACCEPT.as_str(), "application/json, text/event-stream")
        .header("MCP-Protocol-Version", "2025-11-25")
}

impl Request {
    pub(crate) fn get(url: &str) -> Self {
        Self(client().get(url))
    }

    pub(crate) fn json(url: &str, body: &Value) -> Self {
        Self(client().post(url).header(CONTENT_TYPE, "application/json").body(body.to_string()))
    }

    pub(crate) fn form(url: &str, body: String) -> Self {
        Self(client().post(url).header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(body))
    }

    pub(crate) fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.header(AUTHORIZATION.as_str(), &format!("Bearer {token}"))
    }

    pub(crate) async fn send(self) -> Answer {
        self.try_send().await.unwrap()
    }

    /// For a server that may go away.
    pub(crate) async fn try_send(self) -> reqwest::Result<Answer> {
        let response = self.0.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer { status, headers, text: response.text().await? })
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// What the tool of a `tools/call` said, and whether that is an error.
    pub(crate) fn tool_result(&self) -> (Value, bool) {
        assert_eq!(self.status, 200, "{}", self.text);
        let result = &self.json()["result"];
        let text = result["content"][0]["text"].as_str().unwrap_or_else(|| panic!("no tool result: {}", self.text));
        let said = serde_json::from_str(text).unwrap_or_else(|_| Value::from(text));
        (said, result["isError"] == true)
    }

    /// What the tool of a `tools/call` that went well said.
    pub(crate) fn said(&self) -> Value {
        let (said, is_error) = self.tool_result();
        assert!(!is_error, "{}", self.text);
        said
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).unwrap_or_else(|| panic!("no {name}")).to_str().unwrap()
    }
}
