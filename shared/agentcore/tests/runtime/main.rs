//! The runtime loop as Lambda sees it: a process that speaks to a Runtime API.
//!
//! Nothing here looks into the loop, so the same tests hold for a release build.

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails this way"
)]

mod function;
mod server;

use std::time::Duration;

use agentcore::runtime::MAX_PAYLOAD;
use rstest::rstest;
use serde_json::{Value, json};
use server::{Call, Function, Reply, RuntimeApi};

const CONTEXT: &str = r#"{"custom":{"bedrockAgentCoreToolName":"profile___who_am_i",
    "bedrockAgentCorePropagatedHeaders":{"Txn-Token":"a","txn-token":"b"}}}"#;

#[tokio::test]
async fn a_handler_is_given_the_event_and_all_that_lambda_says_about_it() {
    let mut api = RuntimeApi::start().await;
    let _function = api.function();
    let call = Call::new("1-a", r#"{"a":"é"}"#).client_context(CONTEXT.replace('\n', " "));
    let answer = api.invoke(call).await.answer("1-a");
    assert_eq!(answer["event"], json!({ "a": "é" }));
    assert_eq!(answer["request_id"], "1-a");
    assert_eq!(answer["function"], "arn:aws:lambda:us-east-1:000000000000:function:echo");
    assert_eq!(answer["trace_id"], "Root=1-1-a");
    assert_eq!(answer["tool"], json!({ "Ok": "profile___who_am_i" }));
    assert_eq!(answer["headers"], json!({ "Ok": { "Txn-Token": "a", "txn-token": "b" } }));
    assert!(answer["remaining_seconds"].as_u64().unwrap() < 60);
}

/// Each of these ends a process of `lambda_runtime` 1.5, or could end one that is written with less care.
const CONTEXTS: [&[u8]; 14] = [
    b"",
    b" ",
    b"null",
    b"{}",
    b"[[[[",
    b"not json",
    b"e30=",
    br#"{"custom":null,"client":null,"env":null}"#,
    br#"{"client":{}}"#,
    br#"{"custom":{"a":{"b":{"c":[]}}}}"#,
    br#"{"custom":{"bedrockAgentCorePropagatedHeaders":{}}}"#,
    br#"{"custom":{},"custom":{}}"#,
    b"{\"custom\":{\"a\":\"\xc3\xa9\"}}",
    b"\xff\xfe\x80",
];

#[tokio::test]
async fn no_client_context_ends_the_process() {
    let mut api = RuntimeApi::start().await;
    let mut function = api.function();
    for context in CONTEXTS {
        let answer = api.invoke(Call::new("1", "{}").client_context(context)).await.answer("1");
        assert!(answer["tool"]["Err"].is_string());
    }
    let answer = api.invoke(Call::new("1", "{}")).await.answer("1");
    assert_eq!(answer["tool"]["Err"], answer["headers"]["Err"]);
    function.process_id();
}

#[tokio::test]
async fn a_panic_is_one_error_reply_that_does_not_repeat_it() {
    let mut api = RuntimeApi::start().await;
    let mut function = api.function();
    let (error_type, message) = api.invoke(Call::new("1", r#"{"do":"panic"}"#)).await.error("1");
    assert_eq!(error_type, "Runtime.HandlerPanic");
    assert!(!message.contains("PRIVATE"));
    api.invoke(Call::new("2", "{}")).await.answer("2");
    function.terminate().await;
    let (status, log) = function.end().await;
    assert!(status.success() && log.contains("PRIVATE"));
}

#[tokio::test]
async fn an_answer_is_as_large_as_lambda_takes_it_and_no_larger() {
    let mut api = RuntimeApi::start().await;
    let _function = api.function();
    let Reply::Answer { body, .. } = api.invoke(Call::new("1", r#"{"do":"answer as much as there may be"}"#)).await
    else {
        panic!("refused")
    };
    assert_eq!(body.len(), MAX_PAYLOAD);
    let (error_type, _) = api.invoke(Call::new("2", r#"{"do":"answer too much"}"#)).await.error("2");
    assert_eq!(error_type, "Function.ResponseSizeTooLarge");
    api.invoke(Call::new("3", "{}")).await.answer("3");
}

#[rstest]
#[case::empty(b"".to_vec(), "Function.BadEvent")]
#[case::not_json(b"{".to_vec(), "Function.BadEvent")]
#[case::invalid_utf8(b"\"\xff\"".to_vec(), "Function.BadEvent")]
#[case::deep(vec![b'['; 1_000_000], "Function.BadEvent")]
#[case::too_large(vec![b' '; MAX_PAYLOAD + 1], "Runtime.EventUnreadable")]
#[tokio::test]
async fn a_bad_event_is_one_error_reply(#[case] event: Vec<u8>, #[case] expected: &str) {
    let mut api = RuntimeApi::start().await;
    let _function = api.function();
    assert_eq!(api.invoke(Call::new("1", event)).await.error("1").0, expected);
    api.invoke(Call::new("2", "{}")).await.answer("2");
}

#[rstest]
#[case::soon(Call::new("1", r#"{"do":"hang"}"#).time_left(Duration::from_millis(300)))]
#[case::less_than_the_margin(Call::new("1", r#"{"do":"hang"}"#).time_left(Duration::from_millis(1)))]
#[case::past(Call::new("1", r#"{"do":"hang"}"#).header("lambda-runtime-deadline-ms", "1"))]
#[tokio::test]
async fn a_handler_that_outlives_its_deadline_is_stopped(#[case] call: Call) {
    let mut api = RuntimeApi::start().await;
    let _function = api.function();
    assert_eq!(api.invoke(call).await.error("1").0, "Function.TimedOut");
    api.invoke(Call::new("2", "{}")).await.answer("2");
}

#[rstest]
#[case::absent(Call::new("1", "{}").without("lambda-runtime-deadline-ms"))]
#[case::no_number(Call::new("1", "{}").header("lambda-runtime-deadline-ms", "soon"))]
#[case::negative(Call::new("1", "{}").header("lambda-runtime-deadline-ms", "-1"))]
#[case::never(Call::new("1", "{}").header("lambda-runtime-deadline-ms", u64::MAX.to_string()))]
#[case::beyond_64_bits(Call::new("1", "{}").header("lambda-runtime-deadline-ms", format!("{}0", u64::MAX)))]
#[tokio::test]
async fn without_a_deadline_a_handler_has_lambdas_longest_time(#[case] call: Call) {
    let mut api = RuntimeApi::start().await;
    let _function = api.function();
    let remaining = api.invoke(call).await.answer("1")["remaining_seconds"].as_u64().unwrap();
    assert!((800..900).contains(&remaining));
}

#[rstest]
#[case::absent(Call::new("1", "{}").without("lambda-runtime-aws-request-id"))]
#[case::empty(Call::new("", "{}"))]
#[case::path(Call::new("../../init/error?", "{}"))]
#[case::beyond_ascii(Call::new("é", "{}"))]
#[case::long(Call::new(&"1".repeat(129), "{}"))]
#[tokio::test]
async fn a_call_that_cannot_be_answered_is_passed_over(#[case] call: Call) {
    let mut api = RuntimeApi::start().await;
    let _function = api.function();
    api.send(call);
    api.invoke(Call::new("2", "{}")).await.answer("2");
}

#[tokio::test]
async fn only_the_identifier_of_a_call_is_needed() {
    let mut api = RuntimeApi::start().await;
    let _function = api.function();
    let call = Call::new("1", "{}")
        .without("lambda-runtime-deadline-ms")
        .without("lambda-runtime-invoked-function-arn")
        .header("lambda-runtime-trace-id", b"\xff");
    let answer = api.invoke(call).await.answer("1");
    assert_eq!((&answer["function"], &answer["trace_id"]), (&Value::Null, &Value::Null));
}

#[tokio::test]
async fn a_reply_that_is_lost_does_not_end_the_process() {
    let mut api = RuntimeApi::start().await;
    let _function = api.function();
    api.refuse_replies();
    api.invoke(Call::new("1", "{}")).await.answer("1");
    api.invoke(Call::new("2", r#"{"do":"panic"}"#)).await.error("2");
    api.invoke(Call::new("3", "{}")).await.answer("3");
}

#[tokio::test]
async fn a_thousand_mixed_bad_events_leave_the_process_alive() {
    let mut api = RuntimeApi::start().await;
    let mut function = api.function();
    let events: [&[u8]; 7] = [b"", b"{", b"\xff", b"[1,", b"{\"a\":1,\"a\":2}", br#"{"do":"panic"}"#, br#"{"do":1}"#];
    for index in 0..1_000 {
        let id = format!("call-{index}");
        let event = events[index % events.len()];
        let context = CONTEXTS[index % CONTEXTS.len()];
        let mut call = Call::new(&id, event).client_context(context);
        if index % 100 == 0 {
            call = Call::new(&id, r#"{"do":"hang"}"#).header("lambda-runtime-deadline-ms", "0");
        }
        match api.invoke(call).await {
            Reply::Answer { request_id, .. } | Reply::Error { request_id, .. } => assert_eq!(request_id, id),
            Reply::InitError { .. } => panic!("it had started"),
        }
    }
    api.invoke(Call::new("good", "{}")).await.answer("good");
    function.process_id();
}

/// The growth that this project knows from elsewhere was 160 bytes a call and more: 2.8 MB in these 18,000 calls.
#[tokio::test]
async fn nothing_is_kept_from_call_to_call() {
    const BOUND_IN_PAGES: usize = 256;

    let mut api = RuntimeApi::start().await;
    let mut function = api.function();
    let mut early = None;
    for index in 0..20_000 {
        let id = format!("call-{index}");
        let call = Call::new(&id, format!(r#"{{"a":{index}}}"#)).client_context(CONTEXT.replace('\n', " "));
        match index % 100 {
            0 => drop(api.invoke(Call::new(&id, r#"{"do":"panic"}"#)).await.error(&id)),
            1 => drop(api.invoke(Call::new(&id, "{")).await.error(&id)),
            _ => drop(api.invoke(call).await.answer(&id)),
        }
        if index == 2_000 {
            let environment = api.invoke(Call::new("1", "{}")).await.answer("1")["environment"].clone();
            early = Some((function.holds(), environment));
        }
    }
    let ((memory, files), environment) = early.unwrap();
    let answer = api.invoke(Call::new("1", "{}")).await.answer("1");
    let (memory_late, files_late) = function.holds();
    assert_eq!(api.connections(), 1);
    assert_eq!((files_late, &answer["environment"]), (files, &environment));
    assert!(memory_late < memory + BOUND_IN_PAGES, "from {memory} to {memory_late} pages");
}

#[tokio::test]
async fn sigterm_ends_an_idle_process_cleanly() {
    let mut api = RuntimeApi::start().await;
    let mut function = api.function();
    api.invoke(Call::new("1", "{}")).await.answer("1");
    function.terminate().await;
    assert!(function.end().await.0.success());
}

#[tokio::test]
async fn sigterm_lets_the_running_invocation_finish() {
    let mut api = RuntimeApi::start().await;
    let mut function = api.function();
    api.send(Call::new("1", r#"{"do":"hang"}"#).time_left(Duration::from_secs(1)));
    function.says("hanging").await;
    function.terminate().await;
    assert_eq!(api.reply().await.error("1").0, "Function.TimedOut");
    assert!(function.end().await.0.success());
    assert_eq!(api.asked(), 1);
}

#[tokio::test]
async fn a_runtime_api_that_refuses_ends_the_process() {
    let api = RuntimeApi::start().await;
    api.refuse_to_hand_out_work();
    let (status, log) = api.function().end().await;
    assert!(!status.success() && log.contains("Status(500)"), "{log}");
    assert_eq!(api.asked(), 1);
}

#[tokio::test]
async fn a_runtime_api_that_is_gone_ends_the_process() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    drop(listener);
    let (status, log) = Function::start(&[("AWS_LAMBDA_RUNTIME_API", &address)]).end().await;
    assert!(!status.success() && log.contains("Transport"), "{log}");
}

const SECRET: &str = "/3q2-7w_Secret";

#[tokio::test]
async fn a_runtime_api_may_be_served_below_a_path() {
    let mut api = RuntimeApi::start_below(SECRET).await;
    let mut function = api.function();
    api.invoke(Call::new("1", "{}")).await.answer("1");
    api.invoke(Call::new("2", r#"{"do":"panic"}"#)).await.error("2");
    api.refuse_replies();
    api.invoke(Call::new("3", "{}")).await.answer("3");
    function.terminate().await;
    let (status, log) = function.end().await;
    assert!(status.success() && !log.contains(SECRET), "{log}");
    assert_eq!(api.connections(), 1);
}

#[tokio::test]
async fn an_error_of_the_configuration_is_told_below_the_path() {
    let mut api = RuntimeApi::start_below(SECRET).await;
    let environment = [("AWS_LAMBDA_RUNTIME_API", api.address.as_str()), ("WRONG_CONFIGURATION", "1")];
    let _function = Function::start(&environment);
    assert!(matches!(api.reply().await, Reply::InitError { .. }));
}

#[rstest]
#[case::no_server("http://127.0.0.1:1", "Transport")]
#[case::ipv6("http://[::1]:1", "Transport")]
#[case::name("http://localhost:1", "Transport")]
#[case::not_loopback("http://192.0.2.1:1", "MalformedEndpoint")]
#[tokio::test]
async fn no_error_shows_the_path(#[case] origin: &str, #[case] expected: &str) {
    let (status, log) = Function::start(&[("AWS_LAMBDA_RUNTIME_API", &format!("{origin}{SECRET}"))]).end().await;
    assert!(!status.success() && log.contains(expected) && !log.contains(SECRET), "{log}");
}

#[rstest]
#[case::absent(&[], "NoEndpoint")]
#[case::empty(&[("AWS_LAMBDA_RUNTIME_API", "")], "MalformedEndpoint")]
#[case::path(&[("AWS_LAMBDA_RUNTIME_API", "/a")], "MalformedEndpoint")]
#[case::space(&[("AWS_LAMBDA_RUNTIME_API", "127.0.0.1 :1")], "MalformedEndpoint")]
#[case::no_port(&[("AWS_LAMBDA_RUNTIME_API", "127.0.0.1")], "MalformedEndpoint")]
#[case::port_beyond_16_bits(&[("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:65537")], "MalformedEndpoint")]
#[case::user(&[("AWS_LAMBDA_RUNTIME_API", "me@127.0.0.1:1")], "MalformedEndpoint")]
#[case::host_and_path(&[("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1/a")], "MalformedEndpoint")]
#[case::url_without_path(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1:1")], "MalformedEndpoint")]
#[case::url_with_empty_path(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1:1/")], "MalformedEndpoint")]
#[case::url_with_empty_segment(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1:1/a//b")], "MalformedEndpoint")]
#[case::url_with_dots(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1:1/a/..")], "MalformedEndpoint")]
#[case::url_with_query(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1:1/a?b")], "MalformedEndpoint")]
#[case::url_with_fragment(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1:1/a#b")], "MalformedEndpoint")]
#[case::url_with_user(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1:1@example.com:80/a")], "MalformedEndpoint")]
#[case::url_without_port(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1/a")], "MalformedEndpoint")]
#[case::url_elsewhere(&[("AWS_LAMBDA_RUNTIME_API", "http://192.0.2.1:80/a")], "MalformedEndpoint")]
#[case::url_of_a_lookalike(&[("AWS_LAMBDA_RUNTIME_API", "http://127.0.0.1.example.com:80/a")], "MalformedEndpoint")]
#[case::url_of_everywhere(&[("AWS_LAMBDA_RUNTIME_API", "http://0.0.0.0:1/a")], "MalformedEndpoint")]
#[case::other_scheme(&[("AWS_LAMBDA_RUNTIME_API", "https://127.0.0.1:1/a")], "MalformedEndpoint")]
#[tokio::test]
async fn a_wrong_endpoint_is_an_error_and_no_panic(#[case] environment: &[(&str, &str)], #[case] expected: &str) {
    let (status, log) = Function::start(environment).end().await;
    assert!(!status.success() && log.contains(expected) && !log.contains("panicked"), "{log}");
}

#[tokio::test]
async fn wrong_configuration_is_told_to_lambda() {
    let mut api = RuntimeApi::start().await;
    let environment = [("AWS_LAMBDA_RUNTIME_API", api.address.as_str()), ("WRONG_CONFIGURATION", "1")];
    let function = Function::start(&environment);
    let Reply::InitError { error_type, body } = api.reply().await else { panic!("it has started") };
    assert_eq!(error_type, "Function.Configuration");
    assert_eq!(body["errorMessage"], "WRONG_CONFIGURATION is set; expected nothing");
    assert!(function.end().await.0.success());
    assert_eq!(api.asked(), 0);
}
