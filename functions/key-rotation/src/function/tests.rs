//! What CloudFormation is told when something else fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::IntoResponse;
use environment::Environment;
use rstest::rstest;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::{Failure, KeyRotation, within};
use crate::responder::{BUDGET, ResponderError};

async fn serve(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}

/// A bucket that gives these answers, one after another, and what was put into it.
async fn bucket(answers: Vec<StatusCode>) -> (String, mpsc::UnboundedReceiver<Value>) {
    let (sender, received) = mpsc::unbounded_channel();
    let count = Arc::new(AtomicUsize::new(0));
    let take = move |body: Bytes| {
        let answer = answers.get(count.fetch_add(1, Ordering::Relaxed)).copied();
        sender.send(serde_json::from_slice(&body).unwrap()).unwrap();
        async move { (answer.unwrap_or(StatusCode::OK), [(LOCATION, "/elsewhere")]) }
    };
    (serve(Router::new().fallback(take)).await, received)
}

/// The function with this Secrets Manager.
fn function(endpoint: &str) -> KeyRotation {
    KeyRotation::new(&Environment::new(|name| match name {
        "AWS_ENDPOINT_URL_SECRETS_MANAGER" => Some(endpoint.to_owned()),
        _ => Some("PRIVATE".to_owned()),
    }))
}

fn create(response_url: &str) -> Value {
    json!({
        "RequestType": "Create", "ResponseURL": response_url, "StackId": "stack", "RequestId": "request",
        "LogicalResourceId": "Keys", "ResourceType": "Custom::SigningKeys", "ResourceProperties": {},
    })
}

fn deadline() -> SystemTime {
    SystemTime::now() + Duration::from_secs(60)
}

async fn reason(function: &KeyRotation, deadline: SystemTime) -> String {
    let (url, mut answers) = bucket(Vec::new()).await;
    function.answer(create(&url), deadline).await.unwrap();
    let answer = answers.recv().await.unwrap();
    assert_eq!(answer["Status"], "FAILED", "{answer}");
    assert!(!answer.to_string().contains("PRIVATE"), "{answer}");
    answer["Reason"].as_str().unwrap().to_owned()
}

async fn secrets_manager(status: StatusCode, body: &'static str) -> String {
    let answer =
        move || async move { (status, [("content-type", "application/x-amz-json-1.1")], body).into_response() };
    serve(Router::new().fallback(answer)).await
}

#[tokio::test]
async fn it_is_told_what_secrets_manager_refuses() {
    let denied = r#"{"__type":"AccessDeniedException","Message":"PRIVATE"}"#;
    let function = function(&secrets_manager(StatusCode::BAD_REQUEST, denied).await);
    let reason = reason(&function, deadline()).await;
    assert_eq!(reason, "the secret `verification`: Secrets Manager answered AccessDeniedException");
}

#[tokio::test]
async fn it_is_told_that_secrets_manager_cannot_be_reached() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let reason = reason(&function(&endpoint), deadline()).await;
    assert_eq!(reason, "the secret `verification`: Secrets Manager cannot be reached");
}

#[tokio::test]
async fn it_is_told_before_the_time_is_up() {
    let endpoint = serve(Router::new().fallback(std::future::pending::<StatusCode>)).await;
    let soon = SystemTime::now() + BUDGET + Duration::from_millis(100);
    assert_eq!(reason(&function(&endpoint), soon).await, "the function has run out of time");
    // It came too late already.
    assert_eq!(reason(&function(&endpoint), SystemTime::now()).await, "the function has run out of time");
}

#[tokio::test]
async fn it_is_told_of_wrong_configuration() {
    let function = KeyRotation::new(&Environment::new(|_| None));
    assert!(reason(&function, deadline()).await.contains("AWS_ACCESS_KEY_ID"));
    assert!(matches!(
        function.answer(json!({"action": "emergency"}), deadline()).await,
        Err(Failure::Configuration(_))
    ));
}

#[tokio::test]
async fn a_secret_that_is_not_ours_is_not_rotated() {
    let event = include_str!("../../../../events/key-rotation/rotate-another-secret.json");
    let failure = function("http://127.0.0.1:9").answer(serde_json::from_str(event).unwrap(), deadline()).await;
    assert!(matches!(failure, Err(Failure::UnknownSecret)), "{failure:?}");
}

#[tokio::test]
async fn a_panic_is_a_failure_like_others() {
    let work = async { panic!("PRIVATE") };
    let failure = within(Duration::from_secs(60), work).await.unwrap_err();
    assert!(matches!(failure, Failure::Panicked) && !failure.to_string().contains("PRIVATE"));
}

#[tokio::test]
async fn it_is_told_again_when_the_bucket_has_trouble() {
    let (url, mut answers) = bucket(vec![StatusCode::SERVICE_UNAVAILABLE, StatusCode::SERVICE_UNAVAILABLE]).await;
    KeyRotation::new(&Environment::new(|_| None)).answer(create(&url), deadline()).await.unwrap();
    let (first, second, third) = (answers.recv().await, answers.recv().await, answers.recv().await);
    assert!(first.is_some() && first == second && second == third);
}

#[rstest]
#[case::redirect(StatusCode::TEMPORARY_REDIRECT, 307)]
#[case::expired(StatusCode::FORBIDDEN, 403)]
#[tokio::test]
async fn an_answer_that_is_not_taken_fails_the_invocation(#[case] answer: StatusCode, #[case] expected: u16) {
    let (url, mut answers) = bucket(vec![answer; 3]).await;
    let function = KeyRotation::new(&Environment::new(|_| None));
    let failure = function.answer(create(&url), deadline()).await.unwrap_err();
    assert!(matches!(failure, Failure::Responder(ResponderError::Status(status)) if status == expected), "{failure}");
    for _ in 0..3 {
        answers.recv().await.unwrap();
    }
    assert!(answers.try_recv().is_err(), "three tries, and no redirect was followed");
}

#[tokio::test]
async fn nothing_is_done_for_who_cannot_be_answered() {
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answer = move || {
        count.fetch_add(1, Ordering::Relaxed);
        async { StatusCode::OK }
    };
    let function = function(&serve(Router::new().fallback(answer)).await);
    let failure = function.answer(create("https://example.com/answer"), deadline()).await.unwrap_err();
    assert!(matches!(failure, Failure::Responder(ResponderError::Address)), "{failure}");
    assert_eq!(asked.load(Ordering::Relaxed), 0);
}
