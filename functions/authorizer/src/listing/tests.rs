use rstest::rstest;
use serde_json::{Value, json};
use strict_json::Object;

use super::{filter, may_be_in};

fn body(result: &Value) -> Object {
    let Value::Object(body) = json!({ "jsonrpc": "2.0", "id": 1, "result": result }) else { unreachable!() };
    body
}

fn tools() -> Value {
    json!([{ "name": "profile___who_am_i", "description": "a" }, { "name": "tickets___close" }, { "name": "profile" }, { "title": "no name" }])
}

fn filtered(result: &Value) -> (Value, (usize, usize)) {
    let mut body = body(result);
    assert!(may_be_in(&body));
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
    assert_eq!(result["content"].as_array().unwrap().len(), 1);
    assert_eq!(counts, (8, 2));
}

#[rstest]
#[case::object(json!({ "tickets___close": {} }))]
#[case::text(json!("tickets___close"))]
#[case::null(Value::Null)]
fn a_list_of_unknown_shape_is_emptied(#[case] tools: Value) {
    assert_eq!(filtered(&json!({ "tools": tools })).0, json!({ "tools": [] }));
}

/// What one reader takes for a list and another cannot read, or reads in another way.
#[rstest]
#[case::a_member_twice(r#"{"tools":[],"tools":[{"name":"tickets___close"}]}"#)]
#[case::lone_surrogate(r#"{"tools":[{"name":"tickets___close","description":"\ud800"}]}"#)]
#[case::beyond_double(r#"{"tools":[{"name":"tickets___close","x":1e999}]}"#)]
#[case::byte_order_mark("\u{feff}{\"tools\":[{\"name\":\"tickets___close\"}]}")]
#[case::reserved_member(r#"{"tools":[{"name":"tickets___close","x":{"$serde_json::private::Number":"1"}}]}"#)]
#[case::array(r#"[{"name":"tickets___close"}]"#)]
#[case::nested(r#"{"result":{"tools":[{"name":"tickets___close"}]}}"#)]
#[case::prose("I found: {\"tools\":[{\"name\":\"tickets___close\"}]}")]
#[case::words("Use tickets___close")]
fn text_that_is_no_list_of_ours_goes(#[case] text: &str) {
    let (result, _) = filtered(&json!({ "content": [{ "type": "text", "text": text }] }));
    assert_eq!(result, json!({ "content": [] }));
}

#[rstest]
#[case::deep(json!({ "content": [{ "type": "text", "text": "[".repeat(200) + "tickets___close" }] }))]
#[case::resource(json!({ "content": [{ "type": "resource", "resource": { "text": "tickets___close" } }] }))]
#[case::beside_the_text(json!({ "content": [{ "type": "text", "text": "{\"tools\":[]}", "_meta": "tickets___close" }] }))]
#[case::not_blocks(json!({ "content": "tickets___close" }))]
#[case::structured_list(json!({ "structuredContent": [{ "name": "tickets___close" }] }))]
#[case::structured_nested(json!({ "structuredContent": { "result": { "tools": [{ "name": "tickets___close" }] } } }))]
fn a_place_for_lists_holds_lists_only(#[case] result: Value) {
    assert!(!filtered(&result).0.to_string().contains("tickets"));
}

#[test]
fn the_text_of_a_failure_stays() {
    let result = json!({ "isError": true, "content": [{ "type": "text", "text": "An internal error occurred." }] });
    assert_eq!(filtered(&result).0, result);
}

#[rstest]
#[case::initialize(json!({ "capabilities": { "tools": { "listChanged": true } }, "protocolVersion": "2025-11-25" }))]
#[case::empty(json!({}))]
fn an_answer_without_a_place_for_lists_is_told_apart(#[case] result: Value) {
    assert!(!may_be_in(&body(&result)));
}

#[test]
fn an_error_holds_no_list() {
    let Value::Object(error) = json!({ "jsonrpc": "2.0", "error": { "code": -32601, "message": "m" } }) else {
        unreachable!()
    };
    assert!(!may_be_in(&error));
}
