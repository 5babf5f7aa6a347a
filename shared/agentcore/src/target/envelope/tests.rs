use std::collections::BTreeMap;

use rstest::rstest;
use serde_json::{Value, json};
use strict_json::Object;

use super::super::{ClientContext, ContextError, OutgoingContext, TooLarge};
use crate::header::Headers;
use crate::jsonrpc::Id;

fn object(value: Value) -> Object {
    let Value::Object(object) = value else { panic!("{value}") };
    object
}

fn context() -> Value {
    json!({ "custom": { "bedrockAgentCoreToolName": "a___b" } })
}

fn envelope() -> Object {
    object(json!({ "context": context(), "arguments": { "word": "c" } }))
}

/// An envelope whose context has so many bytes as JSON.
fn sized(length: usize) -> Object {
    let mut padded = context();
    padded["client"] = "".into();
    padded["client"] = "x".repeat(length - padded.to_string().len()).into();
    assert_eq!(padded.to_string().len(), length);
    object(json!({ "context": padded, "arguments": {} }))
}

#[test]
fn without_a_client_context_an_envelope_is_opened() {
    let (context, arguments) = ClientContext::absent().open(envelope());
    assert_eq!(context.tool_name(), Ok("a___b".parse().unwrap()));
    assert_eq!(arguments, object(json!({ "word": "c" })));
}

fn sent(headers: &Headers) -> Result<Value, TooLarge> {
    OutgoingContext {
        request_id: "r",
        message_id: &Id::Integer(1.into()),
        gateway_id: "g",
        target_id: "t",
        tool_name: &"a___b".parse().unwrap(),
        propagated_headers: headers,
        query_parameters: &BTreeMap::new(),
    }
    .envelope(&object(json!({ "word": "c" })))
}

#[test]
fn what_is_sent_as_an_envelope_is_read_as_the_client_context_is() {
    let headers: Headers = [("Txn-Token", "a.b.c")].into_iter().collect();
    let (context, arguments) = ClientContext::absent().open(object(sent(&headers).unwrap()));
    assert_eq!(context.propagated_headers(), Ok(headers));
    assert_eq!(arguments, object(json!({ "word": "c" })));
}

#[test]
fn an_envelope_that_would_not_be_opened_is_not_sent() {
    assert!(sent(&[("Txn-Token", "x".repeat(3_000))].into_iter().collect()).is_err());
}

#[rstest]
#[case::of_a_gateway(b"{\"custom\":{\"bedrockAgentCoreToolName\":\"c___d\"}}")]
#[case::empty(b"")]
#[case::unreadable(b"\xff")]
#[case::null(b"null")]
#[case::without_custom(b"{}")]
#[case::a_member_twice(b"{\"custom\":{},\"custom\":{}}")]
fn beside_any_client_context_an_envelope_is_arguments(#[case] header: &[u8]) {
    let (context, arguments) = ClientContext::parse(header).open(envelope());
    assert_eq!(context, ClientContext::parse(header));
    assert_eq!(arguments, envelope());
}

#[rstest]
#[case::nothing(json!({}))]
#[case::no_arguments(json!({ "context": context() }))]
#[case::no_context(json!({ "arguments": {} }))]
#[case::one_member_more(json!({ "context": context(), "arguments": {}, "headers": {} }))]
#[case::other_case(json!({ "Context": context(), "arguments": {} }))]
#[case::arguments_null(json!({ "context": context(), "arguments": null }))]
#[case::arguments_list(json!({ "context": context(), "arguments": [] }))]
#[case::context_null(json!({ "context": null, "arguments": {} }))]
#[case::context_text(json!({ "context": context().to_string(), "arguments": {} }))]
fn what_is_not_exactly_an_envelope_is_arguments(#[case] event: Value) {
    let event = object(event);
    let (context, arguments) = ClientContext::absent().open(event.clone());
    assert_eq!(context.tool_name(), Err(ContextError::Absent));
    assert_eq!(arguments, event);
}

#[test]
fn an_envelope_is_opened_once() {
    let outer = object(json!({ "context": context(), "arguments": envelope() }));
    assert_eq!(ClientContext::absent().open(outer).1, envelope());
}

#[test]
fn a_context_without_custom_is_not_the_absence_of_one() {
    let event = object(json!({ "context": {}, "arguments": envelope() }));
    let (context, arguments) = ClientContext::absent().open(event);
    assert_eq!(context.tool_name(), Err(ContextError::Foreign));
    // So that it would not be opened again.
    assert_eq!(context.open(arguments).1, envelope());
}

#[test]
fn the_context_has_the_limit_that_it_has_beside_the_event() {
    assert!(ClientContext::absent().open(sized(2_685)).0.tool_name().is_ok());
    assert_eq!(ClientContext::absent().open(sized(2_686)).1, sized(2_686));
}
