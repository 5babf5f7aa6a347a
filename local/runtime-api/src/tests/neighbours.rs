//! What other programs of the machine can do to a function: this one here plays them.

use std::pin::pin;

use rstest::rstest;
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::fixture::{Gate, Started, at_start, config, invoke, script, start};

const RUNTIME: &str = "/2018-06-01/runtime";

/// Where the Runtime API of a process is, and what the process was told of it.
#[derive(Clone)]
struct Door {
    address: String,
    secret: String,
}

impl Door {
    fn of(endpoint: &str) -> Self {
        let (address, secret) = endpoint.strip_prefix("http://").unwrap().split_once('/').unwrap();
        Self { address: address.to_owned(), secret: secret.to_owned() }
    }

    async fn of_running(started: &Started) -> Self {
        let told = started.invoke(json!({"do": "describe"})).await.unwrap();
        Self::of(told["environment"]["AWS_LAMBDA_RUNTIME_API"].as_str().unwrap())
    }

    /// Sends a call on a connection of its own.
    async fn open(&self, method: &str, path: &str) -> TcpStream {
        let mut stream = TcpStream::connect(&self.address).await.unwrap();
        let (host, body) = (&self.address, if method == "POST" { "{}" } else { "" });
        let length = body.len();
        let head = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}");
        stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes()).await.unwrap();
        stream
    }

    /// The whole answer to a call.
    async fn call(&self, method: &str, path: &str) -> String {
        text(self.open(method, path).await).await
    }

    /// A path as the process itself writes it.
    fn path(&self, path: &str) -> String {
        format!("/{}{RUNTIME}/{path}", self.secret)
    }
}

async fn text(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

fn refused(answer: &str, error_type: &str) -> bool {
    answer.starts_with("HTTP/1.1 403 ") && answer.contains(error_type) && !answer.contains("lambda-runtime")
}

/// Everything that a neighbour can write in place of the secret path, made from the secret path.
type Guess = fn(&str) -> String;

#[rstest]
#[case::nothing(|_: &str| String::new())]
#[case::empty_segment(|_: &str| "/".to_owned())]
#[case::another(|_: &str| format!("/{}", "0".repeat(64)))]
#[case::first_digits(|secret: &str| format!("/{}", &secret[..63]))]
#[case::one_digit_more(|secret: &str| format!("/{secret}0"))]
#[case::one_digit_other(|secret: &str| {
    let last = if secret.ends_with('0') { '1' } else { '0' };
    format!("/{}{last}", &secret[..63])
})]
#[case::upper_case(|secret: &str| format!("/{}", secret.to_uppercase()))]
#[case::escaped(|secret: &str| format!("/%{:02x}{}", secret.as_bytes()[0], &secret[1..]))]
#[case::second(|secret: &str| format!("/x/{secret}"))]
#[case::after_an_empty_one(|secret: &str| format!("//{secret}"))]
#[case::after_dots(|secret: &str| format!("/../{secret}"))]
#[case::as_query(|secret: &str| format!("/?{secret}"))]
#[tokio::test]
async fn whoever_does_not_know_the_path_gets_nothing_and_disturbs_nothing(#[case] guess: Guess) {
    let started = start(config());
    let process = started.process().await;
    let door = Door::of_running(&started).await;
    let guess = guess(&door.secret);
    let calls = [
        ("GET", "invocation/next"),
        ("POST", "invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response"),
        ("POST", "invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/error"),
        ("POST", "init/error"),
        ("GET", "nothing"),
    ];
    for (method, path) in calls {
        let answer = door.call(method, &format!("{guess}{RUNTIME}/{path}")).await;
        assert!(refused(&answer, "Forbidden") && !answer.contains(&door.secret), "{answer}");
    }
    assert_eq!(started.invoke(json!("still mine")).await.unwrap(), "still mine");
    assert_eq!(started.process().await, process);
}

#[tokio::test]
async fn an_event_that_is_being_served_cannot_be_answered_by_another() {
    let started = start(config());
    let gate = Gate::new().await;
    let door = Door::of_running(&started).await;
    let (function, event) = (started.function.clone(), gate.event(0));
    let running = tokio::spawn(async move { invoke(&function, event).await });
    let held = gate.reached().await;
    for (method, path) in [("GET", "invocation/next"), ("POST", "init/error")] {
        let answer = door.call(method, &format!("{RUNTIME}/{path}")).await;
        assert!(refused(&answer, "Forbidden"), "{answer}");
    }
    held.open().await;
    assert_eq!(running.await.unwrap().unwrap()["number"], 0);
}

#[tokio::test]
async fn a_function_that_has_not_started_cannot_be_failed_by_another() {
    let folder = tempfile::tempdir().unwrap();
    let (started, door) = runtime_played_here(&folder).await;
    let answer = door.call("POST", &format!("{RUNTIME}/init/error")).await;
    assert!(refused(&answer, "Forbidden"), "{answer}");
    let next = door.open("GET", &door.path("invocation/next")).await;
    assert_eq!(started.function.ready().await, Ok(()));
    drop(next);
}

#[tokio::test]
async fn a_second_next_does_not_take_the_place_of_an_open_one() {
    let folder = tempfile::tempdir().unwrap();
    let (started, door) = runtime_played_here(&folder).await;
    let next = door.path("invocation/next");
    let mut first = pin!(text(door.open("GET", &next).await));
    started.function.ready().await.unwrap();

    tokio::select! {
        second = door.call("GET", &next) => assert!(refused(&second, "InvalidStateTransition"), "{second}"),
        first = &mut first => panic!("the first was answered: {first}"),
    }
    let function = started.function.clone();
    let caller = tokio::spawn(async move { invoke(&function, json!("for the first")).await });
    assert_eq!(answer(&door, &first.await).await, "\"for the first\"");
    assert_eq!(caller.await.unwrap().unwrap(), json!({}));
}

#[tokio::test]
async fn a_runtime_that_has_lost_its_connection_may_ask_again() {
    let folder = tempfile::tempdir().unwrap();
    let (started, door) = runtime_played_here(&folder).await;
    let mut first = door.open("GET", &door.path("invocation/next")).await;
    started.function.ready().await.unwrap();
    first.shutdown().await.unwrap();
    assert_eq!(text(first).await, "", "the other side has noticed");

    let second = door.open("GET", &door.path("invocation/next")).await;
    let function = started.function.clone();
    let caller = tokio::spawn(async move { invoke(&function, json!("for the second")).await });
    assert_eq!(answer(&door, &text(second).await).await, "\"for the second\"");
    assert_eq!(caller.await.unwrap().unwrap(), json!({}));
}

#[tokio::test]
async fn every_process_is_told_another_path() {
    let started = start(config());
    let first = Door::of_running(&started).await;
    started.invoke(json!({"do": "exit", "code": 1})).await.unwrap_err();
    let second = Door::of_running(&started).await;
    assert_ne!(first.secret, second.secret);
    assert_ne!(second.secret, Door::of_running(&start(config())).await.secret);
    let answer = second.call("GET", &first.path("invocation/next")).await;
    assert!(refused(&answer, "Forbidden"), "{answer}");
    let digits = |secret: &str| secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(digits(&first.secret) && digits(&second.secret));
}

#[tokio::test]
async fn no_error_shows_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let text = "echo \"$AWS_LAMBDA_RUNTIME_API\" > told; exit 1";
    let failure = start(script(folder.path(), text)).function.ready().await.unwrap_err();
    let door = Door::of(std::fs::read_to_string(folder.path().join("told")).unwrap().trim());
    assert!(!format!("{failure} {failure:?}").contains(&door.secret));

    let started = start(config());
    let door = Door::of_running(&started).await;
    let error = started.invoke(json!({"do": "abort"})).await.unwrap_err();
    assert!(!format!("{error} {error:?} {:?}", started.function).contains(&door.secret));
    let failure = start(at_start("exit")).function.ready().await.unwrap_err();
    assert!(!failure.message.contains("http://"), "{failure}");
}

/// A process that does nothing but tell what it was told.
async fn runtime_played_here(folder: &TempDir) -> (Started, Door) {
    let mut started = start(script(folder.path(), "echo \"$AWS_LAMBDA_RUNTIME_API\"\nexec sleep 600"));
    let endpoint = started.line_where(|line| line.starts_with("http://")).await;
    (started, Door::of(&endpoint))
}

/// Answers the event of a delivery with `{}`, and returns the event.
async fn answer(door: &Door, delivery: &str) -> String {
    let (head, event) = delivery.split_once("\r\n\r\n").unwrap();
    let id = head.lines().find_map(|line| line.strip_prefix("lambda-runtime-aws-request-id: ")).unwrap();
    let accepted = door.call("POST", &door.path(&format!("invocation/{id}/response"))).await;
    assert!(accepted.starts_with("HTTP/1.1 202 "), "{accepted}");
    event.to_owned()
}
