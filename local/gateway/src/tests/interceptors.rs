//! What interceptors are shown, and what is accepted from them.

use local_template::{Interceptor, Point};
use rstest::rstest;
use serde_json::{Value, json};

use super::functions::output;
use super::{AUTHORIZER, PROFILE, Setup, both_points, call_of, message, who_am_i};
use crate::{InvokeError, ResponseStatus, ShortCircuitBody};

const INVALID: &str = "InterceptorException - Received invalid response from interceptor";

fn mcp(mcp: &Value) -> String {
    String::from_utf8(output(mcp).into()).unwrap()
}

#[tokio::test]
async fn both_points_see_the_message_and_one_of_them_the_answer() {
    let setup = Setup::intercepted().await;
    let body = r#"{"method": "tools/call", "id": 7, "jsonrpc": "2.0", "params": {"name": "profile___who_am_i"}}"#;
    let request = setup.post_text(body).header("X-User-Sub", "admin");
    let answer = setup.send(request).await.json();

    let calls = setup.functions.calls();
    let functions: Vec<&str> = calls.iter().map(|call| call.function.as_str()).collect();
    assert_eq!(functions, [AUTHORIZER, PROFILE, AUTHORIZER]);
    assert!(calls.iter().all(|call| call.request_id == calls[0].request_id));
    assert_eq!((&calls[0].custom, &calls[2].custom), (&None, &None));

    let (request, response) = (&calls[0].event, &calls[2].event);
    assert_eq!(request["interceptorInputVersion"], "1.0");
    assert_eq!(request["mcp"]["rawGatewayRequest"]["body"], body);
    assert_eq!(request["mcp"]["gatewayRequest"]["path"], "/mcp");
    assert_eq!(request["mcp"]["gatewayRequest"]["httpMethod"], "POST");
    assert_eq!(request["mcp"]["gatewayRequest"]["context"], Value::Null);
    assert_eq!(request["mcp"]["gatewayRequest"]["body"], serde_json::from_str::<Value>(body).unwrap());
    let headers = &request["mcp"]["gatewayRequest"]["headers"];
    assert_eq!(headers["x-user-sub"], "admin");
    assert!(headers["authorization"].as_str().unwrap().starts_with("Bearer ey"));
    assert_eq!(request["mcp"]["gatewayResponse"], Value::Null);

    assert_eq!(response["mcp"]["gatewayRequest"], request["mcp"]["gatewayRequest"]);
    assert_eq!(response["mcp"]["gatewayResponse"]["statusCode"], 200);
    assert_eq!(response["mcp"]["gatewayResponse"]["headers"], json!({ "content-type": "application/json" }));
    assert_eq!(response["mcp"]["gatewayResponse"]["body"], answer);
}

#[tokio::test]
async fn every_method_passes_both_points() {
    let setup = Setup::intercepted().await;
    for method in ["initialize", "ping", "tools/list", "resources/list", "notifications/initialized"] {
        let before = setup.functions.calls().len();
        setup.ask(&message(method, &json!({}))).await;
        assert_eq!(setup.functions.calls().len() - before, 2, "{method}");
    }
}

#[tokio::test]
async fn headers_are_shown_only_to_those_who_ask_for_them() {
    let setup = Setup::with(|gateway, _| {
        gateway.interceptors = both_points();
        gateway.interceptors[0].pass_request_headers = false;
    })
    .await;
    setup.call().await;
    for call in setup.functions.calls_of(AUTHORIZER) {
        assert_eq!(call.event["mcp"]["gatewayRequest"]["headers"], json!({}));
    }
}

#[rstest]
#[case::request(Point::Request, true)]
#[case::response(Point::Response, false)]
#[tokio::test]
async fn an_interceptor_serves_its_own_points(#[case] point: Point, #[case] at_request: bool) {
    let setup = Setup::with(|gateway, _| {
        gateway.interceptors =
            vec![Interceptor { function: AUTHORIZER.to_owned(), points: vec![point], pass_request_headers: true }];
    })
    .await;
    assert_eq!(setup.call().await.status, 200);
    let calls = setup.functions.calls_of(AUTHORIZER);
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].event["mcp"]["gatewayResponse"].is_null(), at_request);
}

#[tokio::test]
async fn a_rewritten_message_is_what_the_target_gets() {
    let setup = Setup::intercepted().await;
    let rewritten = call_of("profile___who_am_i", &json!({ "rewritten": true }));
    setup.functions.at_request(&mcp(&json!({ "transformedGatewayRequest": { "body": rewritten } })));
    setup.ask(&call_of("tickets___open", &json!({ "title": "a" }))).await;
    assert_eq!(setup.functions.calls_of(PROFILE)[0].event, json!({ "rewritten": true }));
}

#[tokio::test]
async fn a_message_that_is_rewritten_into_none_is_refused() {
    let setup = Setup::intercepted().await;
    setup.functions.at_request(&mcp(&json!({ "transformedGatewayRequest": { "body": {} } })));
    let response = setup.call().await;
    assert_eq!((response.status, &response.json()["error"]["code"]), (400, &json!(-32600)));
    assert!(setup.functions.calls_of(PROFILE).is_empty());
}

#[tokio::test]
async fn an_answer_ends_the_request_and_is_still_shown() {
    let setup = Setup::intercepted().await;
    let denial = json!({ "jsonrpc": "2.0", "id": 7, "result": { "content": [], "isError": true } });
    let pass = json!({ "body": who_am_i() });
    setup.functions.at_request(&mcp(&json!({
        "transformedGatewayResponse": { "statusCode": 403, "body": denial },
        "transformedGatewayRequest": pass,
    })));
    let response = setup.call().await;
    assert_eq!((response.status, response.json()), (403, denial.clone()));
    assert!(setup.functions.calls_of(PROFILE).is_empty());
    let shown = &setup.functions.calls_of(AUTHORIZER)[1].event["mcp"]["gatewayResponse"];
    assert_eq!((&shown["statusCode"], &shown["body"]), (&json!(403), &denial));
}

#[tokio::test]
async fn the_body_of_an_answer_may_be_withheld_but_not_that_of_the_gateway() {
    let setup = Setup::with(|gateway, switches| {
        gateway.interceptors = both_points();
        switches.short_circuit_body = ShortCircuitBody::Null;
    })
    .await;
    setup.call().await;
    assert!(setup.functions.calls_of(AUTHORIZER)[1].event["mcp"]["gatewayResponse"]["body"].is_object());
    let answer = json!({ "transformedGatewayResponse": { "statusCode": 200, "body": { "a": 1 } } });
    setup.functions.at_request(&mcp(&answer));
    setup.call().await;
    let shown = &setup.functions.calls_of(AUTHORIZER)[3].event["mcp"]["gatewayResponse"];
    assert_eq!((&shown["statusCode"], &shown["body"]), (&json!(200), &Value::Null));
}

#[tokio::test]
async fn a_response_interceptor_replaces_the_body_and_keeps_the_status() {
    let setup = Setup::intercepted().await;
    setup.functions.at_response(&mcp(&json!({ "transformedGatewayResponse": { "body": { "other": true } } })));
    let response = setup.call().await;
    assert_eq!((response.status, response.json()), (200, json!({ "other": true })));
}

#[rstest]
#[case::accepted(ResponseStatus::Accepted, 418)]
#[case::refused(ResponseStatus::Refused, 500)]
#[tokio::test]
async fn a_response_interceptor_sets_the_status_if_the_switch_says_so(
    #[case] switch: ResponseStatus,
    #[case] status: u16,
) {
    let setup = Setup::with(|gateway, switches| {
        gateway.interceptors = both_points();
        switches.response_status = switch;
    })
    .await;
    let answer = json!({ "transformedGatewayResponse": { "statusCode": 418, "body": {} } });
    setup.functions.at_response(&mcp(&answer));
    assert_eq!(setup.call().await.status, status);
}

#[rstest]
#[case::no_json("pass")]
#[case::empty("")]
#[case::null("null")]
#[case::no_version(r#"{"mcp":{"transformedGatewayRequest":{"body":{}}}}"#)]
#[case::other_version(r#"{"interceptorOutputVersion":"2.0","mcp":{"transformedGatewayRequest":{"body":{}}}}"#)]
#[case::event_echoed(r#"{"interceptorInputVersion":"1.0","interceptorOutputVersion":"1.0","mcp":{}}"#)]
#[case::request_echoed(r#"{"interceptorOutputVersion":"1.0","mcp":{"gatewayRequest":{"body":{}}}}"#)]
#[case::body_null(r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayRequest":{"body":null}}}"#)]
#[case::body_text(r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayRequest":{"body":"{}"}}}"#)]
#[case::path(r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayRequest":{"body":{},"path":"/mcp"}}}"#)]
#[case::no_status(r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayResponse":{"body":{}}}}"#)]
#[case::answer_with_headers(
    r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayResponse":{"statusCode":200,"body":{},"headers":{}}}}"#
)]
#[tokio::test]
async fn what_is_not_exactly_an_answer_breaks_the_request(#[case] answer: &str) {
    let setup = Setup::intercepted().await;
    setup.functions.at_request(answer);
    for message in [who_am_i(), message("initialize", &json!({}))] {
        let response = setup.ask(&message).await;
        let expected = json!({ "jsonrpc": "2.0", "id": 7, "error": { "code": -32603, "message": INVALID } });
        assert_eq!((response.status, response.json()), (500, expected));
    }
    // Neither the target nor the other point.
    assert_eq!(setup.functions.calls().len(), 2);
}

#[rstest]
#[case::no_json("pass")]
#[case::empty_mcp(r#"{"interceptorOutputVersion":"1.0","mcp":{}}"#)]
#[case::request(r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayRequest":{"body":{}}}}"#)]
#[case::body_null(r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayResponse":{"body":null}}}"#)]
#[case::body_text(r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayResponse":{"body":"{}"}}}"#)]
#[case::headers(r#"{"interceptorOutputVersion":"1.0","mcp":{"transformedGatewayResponse":{"body":{},"headers":{}}}}"#)]
#[tokio::test]
async fn what_is_not_exactly_a_response_breaks_the_request(#[case] answer: &str) {
    let setup = Setup::intercepted().await;
    setup.functions.at_response(answer);
    let response = setup.call().await;
    assert_eq!((response.status, &response.json()["error"]["message"]), (500, &json!(INVALID)));
    assert!(!response.body.contains("ticket"));
}

#[tokio::test]
async fn an_empty_mcp_is_a_parse_error_with_status_200() {
    let setup = Setup::intercepted().await;
    setup.functions.at_request(&mcp(&json!({})));
    let response = setup.call().await;
    let expected = json!({ "jsonrpc": "2.0", "id": 7, "error": { "code": -32700, "message": "Parse error - Invalid JSON format" } });
    assert_eq!((response.status, response.json()), (200, expected));
    assert!(setup.functions.calls_of(PROFILE).is_empty());
}

#[rstest]
#[case::error(InvokeError::FunctionError { error_type: "Oops".to_owned(), message: "private".to_owned() })]
#[case::timeout(InvokeError::TimedOut)]
#[case::throttle(InvokeError::Throttled)]
#[case::gone(InvokeError::NotFound)]
#[case::event_too_large(InvokeError::TooLarge)]
#[case::not_running(InvokeError::Unavailable("private".to_owned()))]
#[tokio::test]
async fn an_interceptor_that_fails_fails_the_request(#[case] error: InvokeError) {
    let setup = Setup::intercepted().await;
    setup.functions.on(AUTHORIZER, move |_| Err(error.clone()));
    let response = setup.call().await;
    assert_eq!((response.status, &response.json()["id"]), (500, &json!(7)));
    assert!(!response.body.contains("private"));
    assert_eq!(setup.functions.calls().len(), 1);
}
