use http::StatusCode;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use strict_json::Object;

use super::members::Members;
use super::{Event, GatewayRequest, Input, InputError, Reply, RequestOutput, ResponseOutput, received};
use crate::header::{Ambiguous, Headers};
use crate::jsonrpc::{Error, Request};

fn object(value: Value) -> Object {
    match value {
        Value::Object(object) => object,
        _ => panic!("not an object"),
    }
}

fn body() -> Object {
    object(json!({ "jsonrpc": "2.0", "id": 1, "method": "ping" }))
}

/// An event as a gateway writes it, with these members in `gatewayRequest`.
fn event(request: &str) -> String {
    format!(
        r#"{{ "interceptorInputVersion" : "1.0" , "mcp" : {{ "rawGatewayRequest" : {{"body":"{{}}"}},
            "gatewayRequest" : {{ {request} }} , "gatewayResponse" : null }} }}"#
    )
}

fn request(event: &str) -> Result<GatewayRequest, InputError> {
    match Input::parse(event.as_bytes())? {
        Input::Request(request) => Ok(request),
        Input::Response { .. } => panic!("the RESPONSE point"),
    }
}

#[test]
fn what_a_gateway_writes_an_interceptor_reads() {
    let headers: Headers = [("Authorization", "Bearer a"), ("Mcp-Session-Id", "é")].into_iter().collect();
    let body = json!({ "jsonrpc": "2.0", "id": 9_007_199_254_740_993_i64, "method": "m", "params": { "a": "\u{0}" } });
    let mut event = Event { raw_body: "{\"RAW\"}", headers: &headers, body: &body, reply: None };
    let Ok(Input::Request(request)) = Input::parse(&event.to_vec()) else { panic!() };
    assert_eq!((request.headers, request.body), (headers.clone(), Ok(body.clone())));

    let response_headers: Headers = [("Content-Type", "application/json")].into_iter().collect();
    let result = json!({ "jsonrpc": "2.0", "id": 1, "result": {} });
    event.reply = Some(Reply { status: StatusCode::ACCEPTED, headers: &response_headers, body: &result });
    let Ok(Input::Response { request, response }) = Input::parse(&event.to_vec()) else { panic!() };
    assert_eq!((request.headers, request.body), (headers, Ok(body)));
    assert_eq!(response.status, Some(StatusCode::ACCEPTED));
    assert_eq!((response.headers, response.body), (response_headers, result));
}

#[rstest]
#[case::absent(r#""body":{}"#)]
#[case::empty(r#""headers":{},"body":{}"#)]
#[case::null(r#""headers":null,"body":{},"context":null"#)]
#[case::context(r#""headers":{},"body":{},"context":{"identity":{"awsPrincipalArn":"arn"}},"later":[{}]"#)]
fn headers_that_are_not_passed_are_no_headers(#[case] members: &str) {
    let request = request(&event(members)).unwrap();
    assert!(request.headers.is_empty());
    assert_eq!(request.body, Ok(json!({})));
}

#[test]
fn two_spellings_of_a_header_both_arrive() {
    let request = request(&event(r#""headers":{"Authorization":"a","authorization":"b"},"body":{}"#)).unwrap();
    assert_eq!(request.headers.only("authorization"), Err(Ambiguous));
}

#[rstest]
#[case::absent("")]
#[case::null(r#""body":null"#)]
#[case::text(r#""body":"{}""#)]
#[case::batch(r#""body":[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#)]
fn a_body_that_is_no_message_is_left_to_the_reader_of_messages(#[case] members: &str) {
    let body = request(&event(members)).unwrap().body.unwrap();
    assert!(matches!(Request::from_value(body), Err(Error::NotAnObject | Error::Batch)));
}

#[rstest]
#[case::top(r#""body":{"id":1,"id":2}"#)]
#[case::deep(r#""body":{"params":{"arguments":[{"a":1,"\u0061":1}]}}"#)]
fn a_repeated_member_in_the_body_leaves_the_event_readable(#[case] members: &str) {
    let request = request(&event(&format!(r#""headers":{{"a":"b"}},{members}"#))).unwrap();
    assert_eq!(request.headers.only("a"), Ok(Some("b")));
    assert_eq!(Error::from(request.body.unwrap_err()), Error::DuplicateMember);
}

#[test]
fn a_body_as_deep_as_the_parser_goes_has_that_depth_for_itself() {
    let deep = |levels: usize| event(&format!(r#""body":{}{}"#, "[".repeat(levels), "]".repeat(levels)));
    assert!(request(&deep(127)).unwrap().body.is_ok());
    let error = request(&deep(100_000)).unwrap().body.unwrap_err();
    assert!(matches!(error, strict_json::Error::Syntax { .. }));
}

#[test]
fn at_the_response_point_both_bodies_stand_apart() {
    let event = |reply: &str| {
        format!(
            r#"{{"interceptorInputVersion":"1.0","mcp":{{"gatewayRequest":{{"body":{{"a":1,"a":2}}}},
                "gatewayResponse":{reply}}}}}"#
        )
    };
    let Ok(Input::Response { request, response }) = Input::parse(event(r#"{"body":{"id":1}}"#).as_bytes()) else {
        panic!()
    };
    assert!(request.body.is_err());
    assert_eq!((response.status, response.body), (None, json!({ "id": 1 })));
    for absent in [r#"{"statusCode":202}"#, r#"{"statusCode":202,"body":null,"isStreamingResponse":true}"#] {
        let Ok(Input::Response { response, .. }) = Input::parse(event(absent).as_bytes()) else { panic!() };
        assert_eq!(response.body, Value::Null);
    }
    assert!(matches!(
        Input::parse(event(r#"{"body":{"a":1,"a":2}}"#).as_bytes()),
        Err(InputError::Json("mcp.gatewayResponse.body", strict_json::Error::DuplicateMember { .. }))
    ));
}

#[rstest]
#[case::empty("")]
#[case::cut(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"body":{}}}"#)]
#[case::trailing(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"body":{}}}} {}"#)]
#[case::trailing_comma(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"body":{},}}}"#)]
#[case::no_colon(r#"{"interceptorInputVersion" "1.0"}"#)]
#[case::no_comma(r#"{"interceptorInputVersion":"1.0" "mcp":{}}"#)]
#[case::name_is_no_text(r#"{1:"1.0"}"#)]
#[case::list("[]")]
#[case::mcp_list(r#"{"interceptorInputVersion":"1.0","mcp":[]}"#)]
#[case::request_text(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":"a"}}"#)]
#[case::response_text(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{},"gatewayResponse":"a"}}"#)]
#[case::version_twice(
    r#"{"interceptorInputVersion":"1.0","interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{}}}"#
)]
#[case::mcp_twice(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{}},"mcp":{"gatewayRequest":{}}}"#)]
#[case::request_twice(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{},"gatewayRequest":{}}}"#)]
#[case::body_twice(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"body":{},"b\u006fdy":{}}}}"#)]
#[case::header_twice(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"headers":{"a":"1","a":"2"}}}}"#)]
#[case::twice_in_the_context(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"context":{"a":1,"a":1}}}}"#)]
#[case::twice_beside_it(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{},"later":{"a":1,"a":1}}}"#)]
#[case::twice_at_the_top(r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{}},"later":[{"a":1,"a":1}]}"#)]
fn an_envelope_that_is_not_one_object_is_refused(#[case] event: &str) {
    assert!(matches!(Input::parse(event.as_bytes()), Err(InputError::Json(..))));
}

#[rstest]
#[case::nothing("{}", InputError::Version)]
#[case::no_version(r#"{"mcp":{"gatewayRequest":{"body":{}}}}"#, InputError::Version)]
#[case::other_version(r#"{"interceptorInputVersion":"2.0","mcp":{"gatewayRequest":{}}}"#, InputError::Version)]
#[case::version_as_number(r#"{"interceptorInputVersion":1.0,"mcp":{"gatewayRequest":{}}}"#, InputError::Version)]
#[case::http(r#"{"interceptorInputVersion":"1.0","http":{"gatewayRequest":{}}}"#, InputError::HttpTarget)]
#[case::http_as_well(
    r#"{"interceptorInputVersion":"1.0","http":{},"mcp":{"gatewayRequest":{}}}"#,
    InputError::HttpTarget
)]
#[case::no_mcp(r#"{"interceptorInputVersion":"1.0"}"#, InputError::Missing("mcp"))]
#[case::mcp_null(r#"{"interceptorInputVersion":"1.0","mcp":null}"#, InputError::Missing("mcp"))]
#[case::no_request(r#"{"interceptorInputVersion":"1.0","mcp":{}}"#, InputError::Missing("mcp.gatewayRequest"))]
#[case::header_null(
    r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"headers":{"a":null}}}}"#,
    InputError::Headers("mcp.gatewayRequest.headers")
)]
#[case::header_list(
    r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{"headers":{"a":["b"]}}}}"#,
    InputError::Headers("mcp.gatewayRequest.headers")
)]
#[case::status(
    r#"{"interceptorInputVersion":"1.0","mcp":{"gatewayRequest":{},"gatewayResponse":{"statusCode":"200"}}}"#,
    InputError::Status
)]
fn an_envelope_of_another_shape_is_refused(#[case] event: &str, #[case] expected: InputError) {
    assert_eq!(Input::parse(event.as_bytes()).unwrap_err(), expected);
}

#[test]
fn the_raw_request_is_dropped_and_nothing_is_shown() {
    let event = event(r#""headers":{"PRIVATE":"PRIVATE"},"body":{"PRIVATE":1}"#).replace("{}", "PRIVATE");
    let input = Input::parse(event.as_bytes()).unwrap();
    assert_eq!(format!("{input:?}"), "Request(GatewayRequest { .. })");
    let error = Input::parse(event.replace("1.0", "PRIVATE").as_bytes()).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("PRIVATE"));
}

/// Both sides of the contract, one against the other: the bytes are asserted once, their meaning by the reader.
#[test]
fn a_request_is_passed_as_its_body_alone() {
    let output = RequestOutput::Pass { body: body() }.into_vec();
    assert_eq!(
        strict_json::parse(&output).unwrap(),
        json!({
            "interceptorOutputVersion": "1.0",
            "mcp": { "transformedGatewayRequest": { "body": body() } },
        })
    );
    let expected = received::RequestOutput::Pass { body: body(), headers: Headers::new() };
    assert_eq!(received::RequestOutput::parse(&output), Ok(expected));
}

#[test]
fn a_request_is_passed_with_one_header() {
    let output = RequestOutput::PassWith { body: body(), name: "Txn-Token", value: "PRIVATE".to_owned() };
    assert_eq!(format!("{output:?}"), "PassWith(Txn-Token)");
    let headers = [("Txn-Token", "PRIVATE")].into_iter().collect();
    let expected = received::RequestOutput::Pass { body: body(), headers };
    assert_eq!(format!("{expected:?}"), "Pass(Headers(1))");
    assert_eq!(received::RequestOutput::parse(&output.into_vec()), Ok(expected));
}

#[test]
fn a_request_is_answered_with_status_and_body() {
    let output = RequestOutput::Answer { status: StatusCode::BAD_REQUEST, body: body() }.into_vec();
    assert_eq!(
        strict_json::parse(&output).unwrap(),
        json!({
            "interceptorOutputVersion": "1.0",
            "mcp": { "transformedGatewayResponse": { "statusCode": 400, "body": body() } },
        })
    );
    let expected = received::RequestOutput::Answer { status: StatusCode::BAD_REQUEST, body: body() };
    assert_eq!(received::RequestOutput::parse(&output), Ok(expected));
}

#[rstest]
#[case::message(body())]
#[case::empty(Object::new())]
fn a_response_is_its_body_alone(#[case] body: Object) {
    let output = ResponseOutput { body: body.clone() }.into_vec();
    assert_eq!(
        strict_json::parse(&output).unwrap(),
        json!({
            "interceptorOutputVersion": "1.0",
            "mcp": { "transformedGatewayResponse": { "body": body } },
        })
    );
    assert_eq!(received::ResponseOutput::parse(&output), Ok(received::ResponseOutput { status: None, body }));
}

fn output(mcp: &Value) -> Vec<u8> {
    json!({ "interceptorOutputVersion": "1.0", "mcp": mcp }).to_string().into_bytes()
}

#[test]
fn an_answer_wins_over_a_pass() {
    let output = output(&json!({
        "transformedGatewayRequest": { "body": {} },
        "transformedGatewayResponse": { "statusCode": 200, "body": {} },
    }));
    let expected = received::RequestOutput::Answer { status: StatusCode::OK, body: Object::new() };
    assert_eq!(received::RequestOutput::parse(&output), Ok(expected));
}

#[test]
fn an_empty_answer_at_the_request_point_is_an_error_of_its_own() {
    assert_eq!(received::RequestOutput::parse(&output(&json!({}))), Ok(received::RequestOutput::Empty));
    assert!(received::ResponseOutput::parse(&output(&json!({}))).is_err());
}

#[rstest]
#[case::body_null(json!({ "transformedGatewayRequest": { "body": null } }))]
#[case::body_text(json!({ "transformedGatewayRequest": { "body": "{}" } }))]
#[case::body_list(json!({ "transformedGatewayRequest": { "body": [] } }))]
#[case::no_body(json!({ "transformedGatewayRequest": {} }))]
#[case::path_echoed(json!({ "transformedGatewayRequest": { "body": {}, "path": "/mcp" } }))]
#[case::method_echoed(json!({ "transformedGatewayRequest": { "body": {}, "httpMethod": "POST" } }))]
#[case::context_echoed(json!({ "transformedGatewayRequest": { "body": {}, "context": null } }))]
#[case::header_null(json!({ "transformedGatewayRequest": { "body": {}, "headers": { "a": null } } }))]
#[case::headers_null(json!({ "transformedGatewayRequest": { "body": {}, "headers": null } }))]
#[case::pass_null(json!({ "transformedGatewayRequest": null }))]
#[case::input_echoed(json!({ "gatewayRequest": { "body": {} } }))]
#[case::raw_echoed(json!({ "transformedGatewayRequest": { "body": {} }, "rawGatewayRequest": { "body": "{}" } }))]
#[case::no_status(json!({ "transformedGatewayResponse": { "body": {} } }))]
#[case::status_text(json!({ "transformedGatewayResponse": { "statusCode": "200", "body": {} } }))]
#[case::status_null(json!({ "transformedGatewayResponse": { "statusCode": null, "body": {} } }))]
#[case::status_too_large(json!({ "transformedGatewayResponse": { "statusCode": 65_736, "body": {} } }))]
#[case::headers_in_an_answer(json!({ "transformedGatewayResponse": { "statusCode": 200, "body": {}, "headers": {} } }))]
#[case::streaming(
    json!({ "transformedGatewayResponse": { "statusCode": 200, "body": {}, "isStreamingResponse": false } })
)]
#[case::mcp_null(json!(null))]
fn the_gateway_refuses_any_other_answer_to_a_request(#[case] mcp: Value) {
    assert!(received::RequestOutput::parse(&output(&mcp)).is_err());
}

#[rstest]
#[case::body_null(json!({ "transformedGatewayResponse": { "body": null } }))]
#[case::body_text(json!({ "transformedGatewayResponse": { "body": "{}" } }))]
#[case::no_body(json!({ "transformedGatewayResponse": { "statusCode": 200 } }))]
#[case::headers(json!({ "transformedGatewayResponse": { "body": {}, "headers": {} } }))]
#[case::pass(json!({ "transformedGatewayRequest": { "body": {} } }))]
#[case::pass_as_well(
    json!({ "transformedGatewayRequest": { "body": {} }, "transformedGatewayResponse": { "body": {} } })
)]
#[case::input_echoed(json!({ "gatewayResponse": { "body": {} } }))]
fn the_gateway_refuses_any_other_answer_to_a_response(#[case] mcp: Value) {
    assert!(received::ResponseOutput::parse(&output(&mcp)).is_err());
}

#[rstest]
#[case::nothing("")]
#[case::null("null")]
#[case::proxy_answer(r#"{"statusCode":200,"body":"{}"}"#)]
#[case::no_version(r#"{"mcp":{"transformedGatewayResponse":{"statusCode":200,"body":{}}}}"#)]
#[case::input_version(
    r#"{"interceptorInputVersion":"1.0","mcp":{"transformedGatewayResponse":{"statusCode":200,"body":{}}}}"#
)]
#[case::other_version(
    r#"{"interceptorOutputVersion":"2.0","mcp":{"transformedGatewayResponse":{"statusCode":200,"body":{}}}}"#
)]
#[case::both_versions(
    r#"{"interceptorInputVersion":"1.0","interceptorOutputVersion":"1.0","mcp":{"transformedGatewayResponse":{"statusCode":200,"body":{}}}}"#
)]
#[case::no_mcp(r#"{"interceptorOutputVersion":"1.0"}"#)]
#[case::duplicate(
    r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayResponse":{"statusCode":200,"body":{"a":1,"a":1}}}}"#
)]
fn the_gateway_refuses_any_other_envelope(#[case] output: &str) {
    assert!(received::RequestOutput::parse(output.as_bytes()).is_err());
    assert!(received::ResponseOutput::parse(output.as_bytes()).is_err());
}

#[test]
fn a_response_may_change_the_status() {
    let output = output(&json!({ "transformedGatewayResponse": { "statusCode": 403, "body": {} } }));
    let expected = received::ResponseOutput { status: Some(StatusCode::FORBIDDEN), body: Object::new() };
    assert_eq!(received::ResponseOutput::parse(&output), Ok(expected));
}

#[test]
fn a_refusal_never_repeats_the_answer() {
    for mcp in [
        json!({ "PRIVATE": "PRIVATE" }),
        json!({ "transformedGatewayRequest": { "body": "PRIVATE" } }),
        json!({ "transformedGatewayRequest": { "body": {}, "headers": { "PRIVATE": ["PRIVATE"] } } }),
        json!({ "transformedGatewayResponse": { "body": {}, "statusCode": "PRIVATE" } }),
    ] {
        let error = received::RequestOutput::parse(&output(&mcp)).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("PRIVATE"));
    }
}

proptest! {
    /// An object taken apart holds what a parser finds in it, however it is written.
    #[test]
    fn taking_apart_agrees_with_parsing(
        members in prop::collection::btree_map(".{0,6}", "[ -~]{0,6}", 0..6),
        pretty in any::<bool>(),
    ) {
        let values = members.iter().map(|(name, text)| (name.clone(), json!([text, { "a": text }, text.len()])));
        let value = Value::Object(values.collect());
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let mut parts = Members::parse(text.as_bytes()).unwrap();
        for (name, member) in value.as_object().unwrap() {
            prop_assert_eq!(&strict_json::parse(parts.take(name).unwrap()).unwrap(), member);
        }
        prop_assert!(parts.finish().is_ok());
    }

    /// What is taken apart was JSON: nothing is accepted that the strict parser refuses, but repeated members deep down.
    #[test]
    fn what_is_taken_apart_is_json(text in "[{}\\[\\]:,\"a1 ]{0,12}") {
        if Members::parse(text.as_bytes()).and_then(Members::finish).is_ok() {
            prop_assert!(strict_json::parse_object(text.as_bytes()).is_ok());
        }
    }

    #[test]
    fn no_event_panics(event in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(Input::parse(&event).is_err());
        prop_assert!(received::RequestOutput::parse(&event).is_err());
    }
}
