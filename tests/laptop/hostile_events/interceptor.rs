//! Events of an interceptor, in parts that are good or bad.

use local_identity_provider::TokenOptions;
use serde_json::json;

use crate::deployment::Deployment;
use crate::transaction::Token;

/// A call that is allowed.
pub(super) const CALL: &str =
    r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"profile___who_am_i","arguments":{}}}"#;

/// A request for the list of tools.
pub(super) const TOOLS_LIST: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

/// An answer that holds a list.
pub(super) const LIST: &str = r#"{"statusCode":200,"headers":{},"body":{"jsonrpc":"2.0","id":1,"result":{"tools":[
    {"name":"profile___who_am_i","description":"","inputSchema":{"type":"object"}}]}}}"#;

/// An event of these parts; `response` is null at the REQUEST point.
pub(super) fn event(headers: &str, body: &str, response: &str) -> Vec<u8> {
    let request = format!(r#"{{"path":"/mcp","httpMethod":"POST","headers":{headers},"body":{body},"context":null}}"#);
    let mcp = format!(r#"{{"gatewayRequest":{request},"gatewayResponse":{response}}}"#);
    format!(r#"{{"interceptorInputVersion":"1.0","mcp":{mcp}}}"#).into_bytes()
}

/// Headers that prove nobody.
pub(super) fn bad_headers(deployment: &Deployment) -> Vec<String> {
    let token = deployment.token("alice");
    let with = |options| format!("Bearer {}", deployment.token_with("alice", &options));
    let values = [
        json!(""),
        json!("Bearer"),
        json!("Bearer "),
        json!("Bearer a.b.c"),
        json!(token),
        json!(format!("Basic {token}")),
        json!(format!("Bearer {token}x")),
        json!(format!("Bearer {token}, Bearer {token}")),
        json!(null),
        json!(7),
        json!([format!("Bearer {token}")]),
        json!("Bearer é"),
        json!(format!("Bearer {}", "x".repeat(20_000))),
        json!(with(TokenOptions { expires_in: Some(-600), ..TokenOptions::default() })),
        json!(with(TokenOptions { audience: Some("http://other.example/mcp".to_owned()), ..TokenOptions::default() })),
        json!(with(TokenOptions { scope: Some("other".to_owned()), ..TokenOptions::default() })),
        json!(format!("Bearer {}", Token::good(deployment).text())),
    ];
    let mut headers: Vec<String> = values.map(|value| json!({ "authorization": value }).to_string()).into();
    headers.extend(["null", "{}", "[]", "\"\"", r#"{"Txn-Token":"a.b.c"}"#].map(str::to_owned));
    headers.push(json!({ "authorization": format!("Bearer {token}"), "Authorization": "Bearer a" }).to_string());
    headers
}

/// Bodies that are no message, or none that is allowed.
pub(super) fn bad_bodies() -> Vec<String> {
    let mut bodies: Vec<String> = [
        "null",
        "true",
        "\"\"",
        "7",
        "[]",
        "{}",
        r#"{"jsonrpc":"2.0"}"#,
        r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":7}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":""}"#,
        r#"{"jsonrpc":"2.0","id":null,"method":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","id":1.0,"method":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":[]}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"resources/read","params":{"uri":"file:///etc/passwd"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"tools/call","method":"ping","params":{"name":"profile___who_am_i"}}"#,
    ]
    .map(str::to_owned)
    .into();
    bodies.push(format!("[{CALL}]"));
    bodies.push(CALL.replace(r#""id":1,"#, ""));
    for params in [
        "{}",
        r#"{"name":null}"#,
        r#"{"name":""}"#,
        r#"{"name":"who_am_i"}"#,
        r#"{"name":"profile___other"}"#,
        r#"{"name":"tickets___who_am_i"}"#,
        r#"{"name":"profile___who_am_i","arguments":[]}"#,
        r#"{"name":"profile___who_am_i","arguments":null}"#,
        r#"{"name":"profile___who_am_i","arguments":{"a":9007199254740993}}"#,
        r#"{"name":"profile___who_am_i","arguments":{"a":1,"a":2}}"#,
        r#"{"name":"profile___who_am_i","name":"a"}"#,
    ] {
        bodies.push(format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#));
    }
    bodies
}
