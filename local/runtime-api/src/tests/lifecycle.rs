//! How processes begin and end.

use std::path::PathBuf;
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use super::fixture::{Gate, Held, at_start, config, invoke, limits, script, start, start_within};
use crate::limits::Limits;
use crate::{Function, FunctionConfig, InitFailure, InvokeError, StartError};

#[tokio::test]
async fn a_function_is_ready_when_it_asks_for_its_first_event() {
    let mut started = start(config());
    assert_eq!(started.function.ready().await, Ok(()));
    assert_eq!(started.function.name(), "profile");
    started.line("started").await;
}

#[rstest]
#[case::code(json!({"do": "exit", "code": 3}), "Runtime exited with error: exit status 3")]
#[case::success(json!({"do": "exit", "code": 0}), "Runtime exited without providing a reason")]
#[case::signal(json!({"do": "abort"}), "Runtime exited with error: signal: aborted")]
#[tokio::test]
async fn a_process_that_dies_costs_its_event_and_is_replaced(#[case] event: Value, #[case] reason: &str) {
    let started = start(config());
    let before = started.process().await;
    // More often than the pause has room to grow.
    for _ in 0..3 {
        let error = started.invoke(event.clone()).await.unwrap_err();
        let InvokeError::Crashed { request_id, reason: told } = &error else { panic!("{error:?}") };
        assert_eq!(told, reason);
        assert_eq!(error.to_string(), format!("RequestId: {request_id} Error: {reason}"));
        assert_eq!(error.error_type(), "Runtime.ExitError");
    }
    assert_ne!(started.process().await, before);
}

#[tokio::test]
async fn an_answer_that_was_sent_counts_although_the_process_dies() {
    let started = start(config());
    for _ in 0..5 {
        assert_eq!(started.invoke(json!({"do": "answer and exit"})).await.unwrap(), "last words");
    }
}

#[tokio::test]
async fn a_process_that_is_late_is_killed_and_replaced() {
    let after = Duration::from_millis(1500);
    let started = start(FunctionConfig { timeout: after, ..config() });
    let before = started.process().await;
    let error = started.invoke(json!({"do": "hang"})).await.unwrap_err();
    let InvokeError::TimedOut { request_id, .. } = &error else { panic!("{error:?}") };
    assert_eq!(error.to_string(), format!("RequestId: {request_id} Error: Task timed out after 1.50 seconds"));
    assert_eq!(error.error_type(), "Sandbox.Timedout");
    assert_ne!(started.process().await, before);
}

#[rstest]
#[case::ends(
    "exit",
    "Runtime.ExitError",
    "Runtime exited with error: exit status 3 before the function asked for its first event; \
     its last line: PROVIDER_PROFILE is missing"
)]
#[case::says_why("init-error", "Config.Missing", "DISCOVERY_URL is missing")]
#[tokio::test]
async fn an_init_failure_says_why_and_refuses_what_waits(
    #[case] behaviour: &str,
    #[case] error_type: &str,
    #[case] message: &str,
) {
    let started = start(at_start(behaviour));
    let failure = InitFailure { error_type: error_type.to_owned(), message: message.to_owned() };
    assert_eq!(started.function.ready().await, Err(failure.clone()));
    let error = started.invoke(json!({})).await.unwrap_err();
    assert_eq!(error, InvokeError::InitFailed(failure));
    assert_eq!(error.to_string(), message);
    assert_eq!(error.error_type(), error_type);
}

#[tokio::test]
async fn an_init_error_is_accepted() {
    start(at_start("init-error")).line("init/error: 202").await;
}

#[tokio::test]
async fn a_process_that_never_asks_is_killed() {
    let limits = Limits { init: Duration::from_millis(300), ..limits() };
    let error = start_within(at_start("hang"), limits).function.ready().await.unwrap_err();
    assert_eq!(error.error_type, "Sandbox.Timedout");
    let text = "Init timed out after 0.30 seconds: the function never asked for its first event";
    assert!(error.message.starts_with(text), "{}", error.message);
}

#[tokio::test]
async fn a_failed_start_is_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let good = config().program;
    // The first process leaves a mark and ends, the second finds it and is the real one.
    let text = format!("[ -e mark ] && exec {}\n: > mark; echo not yet; exit 1", good.display());
    let started = start(script(folder.path(), &text));
    let failure = started.function.ready().await.unwrap_err();
    assert!(failure.message.ends_with("; its last line: not yet"), "{}", failure.message);
    let answer = loop {
        match started.invoke(json!("again")).await {
            // The failure that is still known may take this event with it.
            Err(InvokeError::InitFailed(again)) => assert_eq!(again, failure),
            other => break other,
        }
    };
    assert_eq!(answer.unwrap(), "again");
    assert_eq!(started.function.ready().await, Ok(()));
}

#[tokio::test]
async fn a_missing_program_is_an_init_failure_that_names_it() {
    let program = PathBuf::from("/nowhere/at/all");
    let failure = start(FunctionConfig { program, ..config() }).function.ready().await.unwrap_err();
    assert_eq!(failure.error_type, "Runtime.InvalidEntrypoint");
    assert!(failure.message.starts_with("/nowhere/at/all cannot be started: "), "{}", failure.message);
}

#[rstest]
#[case::empty("")]
#[case::not_lambda("arn:aws:s3:eu-west-1:000000000000:function:f")]
#[case::no_region("arn:aws:lambda::000000000000:function:f")]
#[case::no_header("arn:aws:lambda:eu-west-1:000000000000:function:\n")]
#[tokio::test]
async fn the_arn_names_a_region(#[case] arn: &str) {
    let config = FunctionConfig { arn: arn.to_owned(), ..config() };
    assert_eq!(Function::start(config, std::sync::Arc::new(|_| {})).unwrap_err(), StartError::Arn);
}

#[tokio::test]
async fn stopping_ends_the_process_and_refuses_every_event() {
    let started = start_within(config(), Limits { grace: Duration::from_secs(2), ..limits() });
    let gate = Gate::new().await;
    let (function, event) = (started.function.clone(), gate.event(0));
    let running = tokio::spawn(async move { invoke(&function, event).await });
    let held = gate.reached().await;
    let function = started.function.clone();
    let waiting = tokio::spawn(async move { invoke(&function, json!(1)).await });
    tokio::task::yield_now().await;

    started.function.stop().await;
    held.broken().await;
    assert_eq!(running.await.unwrap(), Err(InvokeError::Stopped));
    assert_eq!(waiting.await.unwrap(), Err(InvokeError::Stopped));
    assert_eq!(started.invoke(json!(2)).await, Err(InvokeError::Stopped));
    assert!(started.function.ready().await.is_err());
    started.function.stop().await;
}

#[tokio::test]
async fn a_process_is_asked_to_end_before_it_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let text = "trap 'echo asked; exit 0' TERM\necho up\nwhile :; do :; done";
    let mut started = start(script(folder.path(), text));
    started.line("up").await;
    // The grace is longer than any test: only the answer to SIGTERM can end this.
    started.function.stop().await;
    started.line("asked").await;
}

#[tokio::test]
async fn a_process_that_ignores_sigterm_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut started = start_within(
        script(folder.path(), "trap '' TERM\necho deaf\nexec sleep 600"),
        Limits { grace: Duration::from_millis(50), ..limits() },
    );
    started.line("deaf").await;
    started.function.stop().await;
}

#[tokio::test]
async fn stopping_ends_the_pause_before_a_restart() {
    let pause = Duration::from_secs(3600);
    let started = start_within(at_start("exit"), Limits { shortest_pause: pause, longest_pause: pause, ..limits() });
    started.function.ready().await.unwrap_err();
    started.function.stop().await;
}

#[tokio::test]
async fn a_function_that_is_dropped_takes_its_process_with_it() {
    let started = start_within(config(), Limits { grace: Duration::from_millis(50), ..limits() });
    let gate = Gate::new().await;
    let (function, event) = (started.function.clone(), gate.event(0));
    let running = tokio::spawn(async move { invoke(&function, event).await });
    let held = gate.reached().await;
    running.abort();
    assert!(running.await.unwrap_err().is_cancelled());
    drop(started);
    held.broken().await;
}

#[test]
fn no_process_outlives_the_runtime() {
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let held = runtime().block_on(async {
        let started = start(config());
        let gate = Gate::new().await;
        let (function, event) = (started.function.clone(), gate.event(0));
        tokio::spawn(async move { invoke(&function, event).await });
        gate.reached().await.detach()
    });
    runtime().block_on(async { Held::attach(held).broken().await });
}

#[tokio::test]
async fn the_terminal_does_not_reach_the_process() {
    let told = start(config()).invoke(json!({"do": "describe"})).await.unwrap();
    assert_eq!(told["group"], told["process"], "it leads a process group of its own");
}

#[test]
fn debug_output_shows_no_value_of_a_variable() {
    let mut config = config();
    config.environment.insert("AWS_SECRET_ACCESS_KEY".to_owned(), "sesame".to_owned());
    let text = format!("{config:?}");
    assert!(text.contains("AWS_SECRET_ACCESS_KEY") && !text.contains("sesame"), "{text}");
}
