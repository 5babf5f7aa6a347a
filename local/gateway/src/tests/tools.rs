//! `tools/call`: what a target is sent, and what the client gets back.

use local_template::ExceptionLevel;
use rstest::rstest;
use serde_json::{Value, json};

use super::{GATEWAY_ID, PROFILE, Setup, TICKETS, call_of, message, who_am_i};
use crate::{ArgumentFaults, InvokeError, StructuredContent, UnknownTool};

const GENERIC: &str = "An internal error occurred. Please retry later.";

fn open(arguments: &Value) -> Value {
    call_of("tickets___open", arguments)
}

fn debugging(gateway: &mut local_template::Gateway) {
    gateway.exception_level = ExceptionLevel::Debug;
}

#[tokio::test]
async fn the_event_is_the_arguments_and_the_context_says_the_rest() {
    let setup = Setup::new().await;
    let arguments = json!({ "title": "a", "unknown": { "members": ["pass"] } });
    setup.ask(&open(&arguments)).await;
    let calls = setup.functions.calls();
    assert_eq!((calls.len(), calls[0].function.as_str(), &calls[0].event), (1, TICKETS, &arguments));
    let expected = json!({
        "bedrockAgentCoreMessageVersion": "1.0",
        "bedrockAgentCoreAwsRequestId": calls[0].request_id.to_string(),
        "bedrockAgentCoreMcpMessageId": "7",
        "bedrockAgentCoreGatewayId": GATEWAY_ID,
        "bedrockAgentCoreTargetId": "TICKETS001",
        "bedrockAgentCoreToolName": "tickets___open",
    });
    assert_eq!(calls[0].custom.as_ref(), Some(&expected));
}

#[tokio::test]
async fn each_request_has_its_own_identifier() {
    let setup = Setup::new().await;
    setup.call().await;
    setup.call().await;
    let calls = setup.functions.calls();
    assert_ne!(calls[0].request_id, calls[1].request_id);
}

#[tokio::test]
async fn without_arguments_the_event_is_empty() {
    let setup = Setup::new().await;
    setup.ask(&message("tools/call", &json!({ "name": "profile___who_am_i" }))).await;
    assert_eq!(setup.functions.calls()[0].event, json!({}));
}

#[rstest]
#[case::missing(json!({}), "- Missing required field(s): 'title'")]
#[case::text(json!("a"), "- Field '/' has invalid type: string found, object expected")]
#[case::null(Value::Null, "- Field '/' has invalid type: null found, object expected")]
#[case::array(json!([]), "- Field '/' has invalid type: array found, object expected")]
#[case::kind(json!({"title": 1}), "- Field '/title' has invalid type: integer found, string expected")]
#[case::two(
    json!({"priority": "high"}),
    "- Missing required field(s): 'title'\n- Field '/priority' has invalid type: string found, integer expected"
)]
#[tokio::test]
async fn arguments_that_do_not_fit_reach_no_function(#[case] arguments: Value, #[case] faults: &str) {
    let setup = Setup::new().await;
    let text = format!("ValidationException - Parameter validation failed: Invalid request parameters:\n{faults}");
    assert_eq!(setup.ask(&open(&arguments)).await.tool(), (text, true));
    assert!(setup.functions.calls().is_empty());
}

#[rstest]
#[case::hidden(ExceptionLevel::Generic, false)]
#[case::shown(ExceptionLevel::Debug, true)]
#[tokio::test]
async fn faults_may_be_named_only_when_debugging(#[case] level: ExceptionLevel, #[case] named: bool) {
    let setup = Setup::with(|gateway, switches| {
        gateway.exception_level = level;
        switches.argument_faults = ArgumentFaults::NamedWhenDebugging;
    })
    .await;
    let (text, is_error) = setup.ask(&open(&json!({}))).await.tool();
    assert!(is_error);
    assert_eq!((text.contains("'title'"), text == GENERIC), (named, !named));
}

#[rstest]
#[case::tool("profile___other")]
#[case::target("other___who_am_i")]
#[case::bare("who_am_i")]
#[case::case("Profile___who_am_i")]
#[case::search("x_amz_bedrock_agentcore_search")]
#[case::empty("")]
#[tokio::test]
async fn an_unknown_tool_is_an_error(#[case] name: &str) {
    let setup = Setup::new().await;
    let response = setup.ask(&call_of(name, &json!({}))).await;
    let error = json!({ "code": -32602, "message": format!("Unknown tool: {name}") });
    assert_eq!((response.status, &response.json()["error"]), (200, &error));
    assert!(setup.functions.calls().is_empty());
}

#[tokio::test]
async fn an_unknown_tool_may_be_not_found() {
    let setup = Setup::with(|_, switches| switches.unknown_tool = UnknownTool::NotFound).await;
    let response = setup.ask(&call_of("other", &json!({}))).await;
    assert_eq!((response.status, &response.json()["error"]["code"]), (404, &json!(-32602)));
}

#[rstest]
#[case::absent(json!({}))]
#[case::number(json!({"name": 1}))]
#[tokio::test]
async fn a_call_names_its_tool(#[case] params: Value) {
    let response = Setup::new().await.ask(&message("tools/call", &params)).await;
    assert_eq!((response.status, &response.json()["error"]["code"]), (200, &json!(-32602)));
}

#[rstest]
#[case::object(r#"{"b":1,"a":2}"#)]
#[case::text(r#""good""#)]
#[case::null("null")]
#[case::number("1.0")]
#[case::api_gateway(r#"{"statusCode":500,"body":"no"}"#)]
#[case::mcp(r#"{"content":[{"type":"text","text":"a"}],"isError":true}"#)]
#[case::error_shaped(r#"{"errorType":"a","errorMessage":"b"}"#)]
#[tokio::test]
async fn whatever_a_function_returns_is_one_text(#[case] returned: &str) {
    let setup = Setup::new().await;
    setup.functions.returns(PROFILE, returned);
    let response = setup.call().await;
    assert_eq!(response.tool(), (returned.to_owned(), false));
    assert_eq!(response.json()["result"].as_object().unwrap().len(), 2);
}

#[tokio::test]
async fn nothing_is_null() {
    let setup = Setup::new().await;
    setup.functions.returns(PROFILE, "");
    assert_eq!(setup.call().await.tool(), ("null".to_owned(), false));
}

#[rstest]
#[case::with_schema("tickets___open", r#"{"number": 1}"#, json!({"number": 1}))]
#[case::no_object("tickets___open", "[1]", Value::Null)]
#[case::without_schema("profile___who_am_i", r#"{"number": 1}"#, Value::Null)]
#[tokio::test]
async fn structured_content_may_stand_beside_the_text(
    #[case] tool: &str,
    #[case] returned: &str,
    #[case] structured: Value,
) {
    let setup = Setup::with(|_, switches| switches.structured_content = StructuredContent::WithOutputSchema).await;
    setup.functions.returns(PROFILE, returned);
    setup.functions.returns(TICKETS, returned);
    let response = setup.ask(&call_of(tool, &json!({ "title": "a" }))).await;
    assert_eq!(response.tool(), (returned.to_owned(), false));
    assert_eq!(response.json()["result"]["structuredContent"], structured);
}

fn function_error() -> InvokeError {
    InvokeError::FunctionError { error_type: "Oops".to_owned(), message: "the reason".to_owned() }
}

#[rstest]
#[case::error(function_error())]
#[case::timeout(InvokeError::TimedOut)]
#[case::throttle(InvokeError::Throttled)]
#[case::gone(InvokeError::NotFound)]
#[case::too_large(InvokeError::TooLarge)]
#[case::not_running(InvokeError::Unavailable("does not start".to_owned()))]
#[tokio::test]
async fn a_failure_is_a_result_that_says_nothing(#[case] error: InvokeError) {
    let setup = Setup::new().await;
    setup.functions.on(PROFILE, move |_| Err(error.clone()));
    let response = setup.call().await;
    assert_eq!(response.tool(), (GENERIC.to_owned(), true));
    assert_eq!(response.json()["result"].as_object().unwrap().len(), 2);
}

#[rstest]
#[case::error(function_error(), "Oops: the reason")]
#[case::timeout(InvokeError::TimedOut, "Task timed out")]
#[case::throttle(InvokeError::Throttled, "Rate Exceeded.")]
#[tokio::test]
async fn a_failure_says_what_it_was_when_debugging(#[case] error: InvokeError, #[case] expected: &str) {
    let setup = Setup::with(|gateway, _| debugging(gateway)).await;
    setup.functions.on(PROFILE, move |_| Err(error.clone()));
    let response = setup.call().await;
    let (text, is_error) = response.tool();
    assert_eq!((text.as_str(), is_error), (format!("Lambda function {PROFILE}: {expected}").as_str(), true));
    assert_eq!(response.json()["result"]["_meta"]["debug"], json!({ "type": "text", "text": text }));
}

#[rstest]
#[case::html("<html>")]
#[case::two("{} {}")]
#[tokio::test]
async fn a_function_returns_json(#[case] returned: &str) {
    let setup = Setup::new().await;
    setup.functions.returns(PROFILE, returned);
    assert_eq!(setup.call().await.tool(), (GENERIC.to_owned(), true));
}

#[tokio::test]
async fn a_context_that_is_larger_than_lambda_accepts_reaches_no_function() {
    let setup = Setup::intercepted().await;
    setup.functions.inject(&json!({ "Txn-Token": "a".repeat(3000) }));
    assert_eq!(setup.call().await.tool(), (GENERIC.to_owned(), true));
    assert!(setup.functions.calls_of(PROFILE).is_empty());
}

#[tokio::test]
async fn the_size_of_the_context_is_told_when_debugging() {
    let setup = Setup::with(|gateway, _| debugging(gateway)).await;
    let request = setup.post(&who_am_i()).header("Txn-Token", &"a".repeat(3000));
    let (text, is_error) = setup.send(request).await.tool();
    assert!(is_error && text.contains("Lambda accepts 3583"), "{text}");
}

#[tokio::test]
async fn a_client_cannot_make_the_message_id_too_large_for_the_others() {
    let setup = Setup::new().await;
    let mut message = who_am_i();
    message["id"] = "a".repeat(4000).into();
    let response = setup.ask(&message).await;
    assert_eq!(response.tool(), (GENERIC.to_owned(), true));
    assert!(!setup.call().await.tool().1);
}

#[tokio::test]
async fn many_calls_run_at_once() {
    let setup = Setup::new().await;
    let calls = (0..32).map(|_| setup.call());
    let answers = futures_util::future::join_all(calls).await;
    assert!(answers.iter().all(|answer| !answer.tool().1));
    assert_eq!(setup.functions.calls_of(PROFILE).len(), 32);
}
