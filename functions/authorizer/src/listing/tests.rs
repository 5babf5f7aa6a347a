use rstest::rstest;
use serde_json::{Value, json};
use strict_json::Object;

use super::{filter, is_in};

fn body(result: &Value) -> Object {
    let Value::Object(body) = json!({ "jsonrpc": "2.0", "id": 1, "result": result }) else { unreachable!() };
    body
}

fn tools() -> Value {
    json!([{ "name": "profile___who_am_i", "description": "a" }, { "name": "tickets___close" }, { "name": "profile" }, { "title": "no name" }])
}

fn filtered(result: &Value) -> (Value, (usize, usize)) {
    let mut body = body(result);
    assert!(is_in(&body));
    let counts = filter(&mut body, |tool| tool.to_string() == "profile___who_am_i");
    (body.remove("result").unwrap(), counts)
}

#[test]
fn a_list_keeps_what_is_visible_and_nothing_without_a_tool_s_name() {
    let (result, counts) = filtered(&json!({ "tools": tools(), "nextCursor": "c" }));
    assert_eq!(result, json!({ "tools": [{ "name": "profile___who_am_i", "description": "a" }], "nextCursor": "c" }));
    assert_eq!(counts, (4, 1));
}

#[test]
fn a_search_result_is_filtered_in_both_of_its_copies() {
    let text = json!({ "tools": tools(), "more": 1 }).to_string();
    let (result, counts) = filtered(&json!({
        "structuredContent": { "tools": tools() },
        "content": [{ "type": "text", "text": text }, { "type": "text", "text": "two results" }],
        "isError": false,
    }));
    let left = json!([{ "name": "profile___who_am_i", "description": "a" }]);
    assert_eq!(result["structuredContent"]["tools"], left);
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, json!({ "tools": left, "more": 1 }));
    assert_eq!(result["content"][1]["text"], "two results");
    assert_eq!(counts, (8, 2));
}

#[rstest]
#[case::object(json!({ "tickets___close": {} }))]
#[case::text(json!("tickets___close"))]
#[case::null(Value::Null)]
fn a_list_of_unknown_shape_is_emptied(#[case] tools: Value) {
    assert_eq!(filtered(&json!({ "tools": tools })).0, json!({ "tools": [] }));
}

#[test]
fn text_that_two_readers_could_read_differently_is_emptied() {
    let text = r#"{"tools":[],"tools":[{"name":"tickets___close"}]}"#;
    let (result, _) = filtered(&json!({ "content": [{ "type": "text", "text": text }] }));
    assert_eq!(result["content"][0]["text"], r#"{"tools":[]}"#);
}

#[rstest]
#[case::initialize(json!({ "capabilities": { "tools": { "listChanged": true } }, "protocolVersion": "2025-11-25" }))]
#[case::text(json!({ "content": [{ "type": "text", "text": "tools: none" }] }))]
#[case::other_json(json!({ "content": [{ "type": "text", "text": "[\"tools\"]" }] }))]
#[case::image(json!({ "content": [{ "type": "image", "data": "AA==" }] }))]
#[case::empty(json!({}))]
fn an_answer_without_a_list_is_told_apart(#[case] result: Value) {
    assert!(!is_in(&body(&result)));
}

#[test]
fn an_error_holds_no_list() {
    let Value::Object(error) = json!({ "jsonrpc": "2.0", "error": { "code": -32601, "message": "m" } }) else {
        unreachable!()
    };
    assert!(!is_in(&error));
}
