//! The RESPONSE point.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{World, forged, now, response};

fn list() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" })
}

fn search() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "x_amz_bedrock_agentcore_search", "arguments": { "query": "q" } } })
}

fn tools() -> Value {
    json!([{ "name": "profile___who_am_i" }, { "name": "tickets___close" }])
}

fn listed() -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "result": { "tools": tools() } })
}

fn found() -> Value {
    let text = json!({ "tools": tools() }).to_string();
    json!({ "jsonrpc": "2.0", "id": 1, "result": {
        "isError": false, "structuredContent": { "tools": tools() }, "content": [{ "type": "text", "text": text }],
    } })
}

/// The body of the answer, which must be the only thing in it.
fn body(answer: &Value) -> &Value {
    let response = answer["mcp"]["transformedGatewayResponse"].as_object().unwrap();
    assert_eq!(response.keys().collect::<Vec<_>>(), ["body"]);
    &response["body"]
}

#[tokio::test]
async fn a_list_shows_what_its_reader_may_call() {
    let world = World::usual().await;
    let answer = world.send(&response(&json!({ "Authorization": world.bearer() }), &list(), &listed())).await;
    assert_eq!(body(&answer)["result"]["tools"], json!([{ "name": "profile___who_am_i" }]));
}

#[tokio::test]
async fn a_search_shows_it_in_both_copies() {
    let world = World::usual().await;
    let answer = world.send(&response(&json!({ "Authorization": world.bearer() }), &search(), &found())).await;
    assert_eq!(body(&answer)["result"]["structuredContent"]["tools"], json!([{ "name": "profile___who_am_i" }]));
    assert!(!answer.to_string().contains("tickets"));
}

#[rstest]
#[case::list(list(), listed())]
#[case::search(search(), found())]
#[tokio::test]
async fn whoever_cannot_be_identified_sees_nothing(#[case] request: Value, #[case] answered: Value) {
    let world = World::usual().await;
    for authorization in [
        None,
        Some(forged(&world.claims())),
        Some(world.bearer_with(|claims| claims["exp"] = json!(now() - 300))),
        Some("Bearer nonsense".to_owned()),
    ] {
        let headers = authorization.map_or_else(|| json!({}), |value| json!({ "Authorization": value }));
        let answer = world.send(&response(&headers, &request, &answered)).await;
        assert!(!answer.to_string().contains("___"), "{answer}");
    }
    let world = world.without_secrets().without_keys();
    assert!(!world.send(&response(&json!({}), &request, &answered)).await.to_string().contains("___"));
}

#[tokio::test]
async fn a_list_that_answers_an_unreadable_message_is_filtered_too() {
    let world = World::usual().await;
    for request in [Value::Null, json!([]), json!({ "jsonrpc": "2.0", "method": "prompts/list" })] {
        let answer = world.send(&response(&json!({}), &request, &listed())).await;
        assert_eq!(body(&answer)["result"]["tools"], json!([]));
    }
}

#[tokio::test]
async fn the_answer_of_a_tool_is_not_touched() {
    let world = World::usual().await.without_keys().without_secrets();
    let request =
        json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "profile___who_am_i" } });
    let answered = json!({ "jsonrpc": "2.0", "id": 1, "result": {
        "isError": false, "content": [{ "type": "text", "text": "{\"tools\":[{\"name\":\"hammer\"}]}" }],
    } });
    let answer = world.send(&response(&json!({}), &request, &answered)).await;
    assert_eq!(*body(&answer), answered);
}

#[rstest]
#[case::initialize(json!({ "jsonrpc": "2.0", "id": 1, "result": { "capabilities": { "tools": {} } } }))]
#[case::error(json!({ "jsonrpc": "2.0", "id": 1, "error": { "code": -32601, "message": "m" } }))]
#[case::empty(json!({}))]
#[tokio::test]
async fn an_answer_without_a_list_is_not_touched(#[case] answered: Value) {
    let world = World::usual().await.without_keys().without_secrets();
    let answer = world.send(&response(&json!({}), &list(), &answered)).await;
    assert_eq!(*body(&answer), answered);
}

#[rstest]
#[case::null(Value::Null)]
#[case::text(json!("a"))]
#[case::list(json!([]))]
#[tokio::test]
async fn a_body_is_always_an_object(#[case] answered: Value) {
    let world = World::usual().await;
    let answer = world.send(&response(&json!({}), &list(), &answered)).await;
    assert_eq!(*body(&answer), json!({}));
}
