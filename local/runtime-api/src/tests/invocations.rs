//! What a function is told, and what comes back.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use rstest::rstest;
use serde_json::{Value, json};
use uuid::{Uuid, Version};

use super::fixture::{ARN, Gate, config, invoke, start};
use crate::{FunctionConfig, InvokeError, QUEUE_LENGTH, RESPONSE_LIMIT, TraceId};

#[tokio::test]
async fn an_event_comes_back_byte_for_byte() {
    let started = start(config());
    for payload in ["{}", "null", " {\"a\" : 1.0}\n", "\"ü\"", ""] {
        let answer = started.function.invoke(Bytes::from(payload), None, &TraceId::of(Uuid::new_v4())).await;
        assert_eq!(answer.unwrap(), payload);
    }
}

#[tokio::test]
async fn the_runtime_gets_lambdas_headers() {
    let timeout = Duration::from_secs(600);
    let started = start(FunctionConfig { timeout, ..config() });
    let trace_id = TraceId::of(Uuid::new_v4());
    let context = "{\"custom\":{\"name\":\"Zoë\",\n\"headers\":{\"Txn-Token\":\"a.b.c\"}}}";
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis();

    let before = now();
    let event = Bytes::from_static(br#"{"do":"describe"}"#);
    let answer = started.function.invoke(event.clone(), Some(&STANDARD.encode(context)), &trace_id).await.unwrap();
    let latest = now() + timeout.as_millis();
    let told: Value = serde_json::from_slice(&answer).unwrap();
    let header = |name: &str| told["headers"][format!("lambda-runtime-{name}")].as_str().unwrap();

    let id = Uuid::parse_str(header("aws-request-id")).unwrap();
    assert_eq!(id.get_version(), Some(Version::Random));
    assert_eq!(header("invoked-function-arn"), ARN);
    assert_eq!(header("trace-id"), trace_id.as_str());
    assert_eq!(header("client-context"), context.replace('\n', " "));
    let deadline: u128 = header("deadline-ms").parse().unwrap();
    assert!((before + timeout.as_millis()..=latest).contains(&deadline));

    let without = started.function.invoke(event, None, &trace_id).await.unwrap();
    let without: Value = serde_json::from_slice(&without).unwrap();
    assert_eq!(without["headers"].get("lambda-runtime-client-context"), None);
    assert_ne!(without["headers"]["lambda-runtime-aws-request-id"], id.to_string());
}

#[tokio::test]
async fn the_environment_is_lambdas_and_nothing_else() {
    let mut config = config();
    let folder = config.program.parent().unwrap().to_owned();
    let given = [("DISCOVERY_URL", "http://127.0.0.1:8485"), ("AWS_ACCESS_KEY_ID", "id"), ("AWS_REGION", "moon-1")];
    config.environment.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
    config.environment.insert("AWS_LAMBDA_RUNTIME_API".to_owned(), "127.0.0.1:1".to_owned());
    let told = start(config).invoke(json!({"do": "describe"})).await.unwrap();

    let address = told["environment"]["AWS_LAMBDA_RUNTIME_API"].clone();
    assert!(address.as_str().unwrap().starts_with("http://127.0.0.1:"), "{address}");
    let expected = json!({
        "AWS_ACCESS_KEY_ID": "id",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "AWS_LAMBDA_FUNCTION_NAME": "profile",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/profile",
        "AWS_LAMBDA_LOG_STREAM_NAME": "local/[$LATEST]",
        "AWS_LAMBDA_RUNTIME_API": address,
        "AWS_REGION": "eu-west-1",
        "DISCOVERY_URL": "http://127.0.0.1:8485",
        "LAMBDA_TASK_ROOT": folder,
        "LANG": "en_US.UTF-8",
        "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
        "TZ": ":UTC",
        "_HANDLER": "bootstrap",
    });
    assert_eq!(told["environment"], expected);
    assert_eq!(told["folder"], json!(folder));
}

#[rstest]
#[case::whole(
    json!({"errorType": "Refused", "errorMessage": "no", "stackTrace": ["x"]}), ("Refused", "no"), "Refused: no")]
#[case::no_type(json!({"errorMessage": "no"}), ("Unhandled", "no"), "Unhandled: no")]
#[case::no_message(json!({"errorType": "Refused"}), ("Refused", ""), "Refused: ")]
#[case::not_an_object(json!("no"), ("Unhandled", ""), "Unhandled: ")]
#[case::other_types(json!({"errorType": 1}), ("Unhandled", ""), "Unhandled: ")]
#[tokio::test]
async fn an_error_of_the_function_is_its_answer(
    #[case] document: Value,
    #[case] (error_type, message): (&str, &str),
    #[case] text: &str,
) {
    let started = start(config());
    let process = started.process().await;
    let error = started.invoke(json!({"do": "error", "document": document})).await.unwrap_err();
    let expected = InvokeError::FunctionError { error_type: error_type.to_owned(), message: message.to_owned() };
    assert_eq!(error, expected);
    assert_eq!(error.to_string(), text);
    assert_eq!(error.error_type(), error_type);
    assert_eq!(started.process().await, process, "an error reply does not cost the process");
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_refused_with_413_and_the_process_lives() {
    let mut started = start(config());
    let process = started.process().await;
    let error = started.invoke(json!({"do": "huge", "size": RESPONSE_LIMIT + 1})).await.unwrap_err();
    assert_eq!(error, InvokeError::ResponseTooLarge);
    started.line("huge: 413").await;
    assert_eq!(started.process().await, process);
    // The answer need not be JSON, so the bytes are taken as they are.
    let event = Bytes::from(json!({"do": "huge", "size": RESPONSE_LIMIT}).to_string());
    let answer = started.function.invoke(event, None, &TraceId::of(Uuid::new_v4())).await.unwrap();
    assert_eq!(answer.len(), RESPONSE_LIMIT);
    started.line("huge: 202").await;
}

#[tokio::test]
async fn calls_that_do_not_fit_are_refused_as_lambda_refuses_them() {
    let answer = start(config()).invoke(json!({"do": "wrong calls"})).await.unwrap();
    let expected = json!({
        "another id": ["400", "InvalidRequestID"],
        "another id, error": ["400", "InvalidRequestID"],
        "next while busy": ["403", "InvalidStateTransition"],
        "init error after init": ["403", "InvalidStateTransition"],
        "a page": ["403", "Forbidden"],
        "an image": ["403", "Forbidden"],
        "another host": ["403", "Forbidden"],
    });
    assert_eq!(answer, expected, "and none of them answered the event or took another one");
}

#[tokio::test]
async fn events_are_taken_one_at_a_time_and_in_order() {
    let started = start(config());
    let gate = Gate::new().await;
    let mut calls = Vec::new();
    let (done, mut order) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..4 {
        let (function, event, done) = (started.function.clone(), gate.event(number), done.clone());
        calls.push(tokio::spawn(async move {
            done.send(invoke(&function, event).await.unwrap()["number"].as_u64().unwrap()).unwrap();
        }));
        // One task after the other on this one thread: its event is in the queue before the next one starts.
        tokio::task::yield_now().await;
    }
    for number in 0..4 {
        let held = gate.reached().await;
        assert!(order.try_recv().is_err(), "nothing was answered out of turn");
        held.open().await;
        assert_eq!(order.recv().await, Some(number));
    }
}

#[tokio::test]
async fn a_full_queue_throttles_and_frees_itself() {
    let started = start(config());
    let gate = Gate::new().await;
    let call = |event| {
        let function = started.function.clone();
        tokio::spawn(async move { invoke(&function, event).await })
    };
    let first = call(gate.event(0));
    let held = gate.reached().await;
    let mut waiting = Vec::new();
    for number in 0..QUEUE_LENGTH {
        waiting.push(call(json!(number)));
        tokio::task::yield_now().await;
    }
    let refused = started.invoke(json!("one too many")).await.unwrap_err();
    assert_eq!(refused, InvokeError::Throttled);
    assert_eq!(refused.to_string(), "Rate Exceeded.");
    held.open().await;
    assert!(first.await.unwrap().is_ok());
    for (number, call) in waiting.into_iter().enumerate() {
        assert_eq!(call.await.unwrap().unwrap(), json!(number));
    }
    assert_eq!(started.invoke(json!("room again")).await.unwrap(), "room again");
}

#[tokio::test]
async fn an_event_whose_caller_gave_up_is_skipped_if_it_still_waits() {
    let started = start(config());
    let gate = Gate::new().await;
    let function = started.function.clone();
    let event = gate.event(0);
    let first = tokio::spawn(async move { invoke(&function, event).await });
    let held = gate.reached().await;
    let function = started.function.clone();
    let second = tokio::spawn(async move { invoke(&function, json!({"do": "exit", "code": 1})).await });
    tokio::task::yield_now().await;
    second.abort();
    assert!(second.await.unwrap_err().is_cancelled());
    held.open().await;
    first.await.unwrap().unwrap();
    assert_eq!(started.invoke(json!("not crashed")).await.unwrap(), "not crashed");
}
