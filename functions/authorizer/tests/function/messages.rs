//! Everything else at the REQUEST point.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{World, request};

#[rstest]
#[case::initialize("initialize")]
#[case::ping("ping")]
#[case::list("tools/list")]
#[case::discover("server/discover")]
#[tokio::test]
async fn what_shows_nothing_passes_unchanged_and_costs_nothing(#[case] method: &str) {
    let world = World::usual().await.without_keys().without_secrets();
    let body = json!({ "jsonrpc": "2.0", "id": "a", "method": method, "params": { "x": 1 }, "unknown": [1, 2] });
    let answer = world.send(&request(&json!({ "Authorization": "Bearer nonsense", "Cookie": "c" }), &body)).await;
    assert_eq!(answer["mcp"], json!({ "transformedGatewayRequest": { "body": body } }));
    assert_eq!(world.keys_served(), 0);
}

#[tokio::test]
async fn a_notification_passes() {
    let world = World::usual().await;
    let body = json!({ "jsonrpc": "2.0", "method": "notifications/initialized" });
    let answer = world.send(&request(&json!({}), &body)).await;
    assert_eq!(answer["mcp"], json!({ "transformedGatewayRequest": { "body": body } }));
}

#[rstest]
#[case("prompts/list")]
#[case("resources/read")]
#[case("tools/Call")]
#[case("tools/call ")]
#[case("completion/complete")]
#[tokio::test]
async fn any_other_method_is_not_found(#[case] method: &str) {
    let world = World::usual().await;
    let body = json!({ "jsonrpc": "2.0", "id": 3, "method": method });
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &body)).await;
    let response = &answer["mcp"]["transformedGatewayResponse"];
    assert_eq!(response["body"]["error"]["code"], -32601);
    assert_eq!(response["body"]["id"], 3);
}

#[rstest]
#[case::batch(json!([{ "jsonrpc": "2.0", "id": 1, "method": "ping" }]))]
#[case::null(Value::Null)]
#[case::text(json!("{\"jsonrpc\":\"2.0\"}"))]
#[case::no_version(json!({ "id": 1, "method": "ping" }))]
#[case::old_version(json!({ "jsonrpc": "1.0", "id": 1, "method": "ping" }))]
#[case::null_id(json!({ "jsonrpc": "2.0", "id": null, "method": "ping" }))]
#[case::fractional_id(json!({ "jsonrpc": "2.0", "id": 1.5, "method": "ping" }))]
#[case::a_response_too(json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list", "result": {} }))]
#[case::call_without_id(json!({ "jsonrpc": "2.0", "method": "tools/call", "params": { "name": "profile___who_am_i" } }))]
#[tokio::test]
async fn a_body_that_is_not_one_request_is_refused_whole(#[case] body: Value) {
    let world = World::usual().await;
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &body)).await;
    let response = &answer["mcp"]["transformedGatewayResponse"];
    assert_eq!(response["statusCode"], 400, "{answer}");
    assert_eq!(response["body"]["error"]["code"], -32600);
}

#[tokio::test]
async fn a_name_that_occurs_twice_is_refused_whole() {
    let world = World::usual().await;
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "profile___who_am_i" } });
    let event = request(&json!({ "Authorization": world.bearer() }), &body).to_string();
    // In the parsed body: the raw one is text, in which the quotes are escaped.
    let event = event.replacen(r#""name":"#, r#""name":"tickets___close","name":"#, 1);
    let answer: Value = serde_json::from_slice(&world.send_text(event).await.unwrap()).unwrap();
    assert_eq!(answer["mcp"]["transformedGatewayResponse"]["body"]["error"]["code"], -32600);
    assert_eq!(answer["mcp"]["transformedGatewayResponse"]["statusCode"], 400);
}

#[tokio::test]
async fn the_raw_request_is_not_what_counts() {
    let world = World::usual().await;
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" });
    let mut event = request(&json!({}), &body);
    event["mcp"]["rawGatewayRequest"]["body"] = json!("{\"method\":\"tools/call\"}");
    assert_eq!(world.send(&event).await["mcp"], json!({ "transformedGatewayRequest": { "body": body } }));
}

#[rstest]
#[case::empty("")]
#[case::not_json("{")]
#[case::array("[]")]
#[case::other_version(r#"{"interceptorInputVersion":"2.0","mcp":{"gatewayRequest":{"body":{}}}}"#)]
#[case::http_target(r#"{"interceptorInputVersion":"1.0","http":{}}"#)]
#[case::no_request(r#"{"interceptorInputVersion":"1.0","mcp":{}}"#)]
#[case::tool_event(r#"{"PRIVATE":"x"}"#)]
#[case::headers_twice(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"headers":{},"headers":{"Authorization":"PRIVATE"},"body":{}}}}"#)]
#[tokio::test]
async fn what_is_no_event_is_an_error_that_repeats_nothing(#[case] event: &str) {
    let world = World::usual().await;
    let error = world.send_text(event.to_owned()).await.unwrap_err();
    assert_eq!(error.error_type, "Authorizer.BadEvent");
    assert!(!error.message.contains("PRIVATE"));
}

/// The committed events for `sam local invoke` are answered as their names say.
#[tokio::test]
async fn the_committed_events_are_denied() {
    let world = World::usual().await;
    let send = async |name: &str| {
        let path = format!("{}/../../events/authorizer/{name}.json", env!("CARGO_MANIFEST_DIR"));
        world.send(&serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()).await
    };
    let call = send("call-without-token").await;
    assert_eq!(call["mcp"]["transformedGatewayResponse"]["body"]["result"]["isError"], true);
    let list = send("list-without-token").await;
    assert_eq!(list["mcp"]["transformedGatewayResponse"]["body"]["result"]["tools"], json!([]));
}
