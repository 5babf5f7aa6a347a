//! A log is read by more people than a request. So nothing in it opens anything: no token, no code, no key, whole or in
//! part, in whatever encoding; and it is not the place for what was said to a tool, nor for what a tool said.

mod run;

use std::sync::Arc;

use rstest::rstest;
use rustix::process::Signal;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::countersign::Countersign;
use crate::deployment::Deployment;
use crate::http;
use crate::identity::{account, accounts};
use crate::process::PATIENCE;
use crate::traces::{Traces, without};
use run::Run;

/// Everything that people, clients and strangers do, at the highest level of the log that there is.
#[tokio::test]
async fn the_output_of_a_whole_run_holds_no_secret_but_the_token_of_the_printed_command() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let countersign = Countersign::verbose(&state, &["--parameter-overrides", "AuditDetail=full"]);
    let mut run = Run::of(&countersign);
    run.people().await;
    run.thieves().await;
    run.strangers().await;
    run.scripts().await;
    run.calls().await;
    run.keep_processes();
    assert!(run.keep_files(state.path()) > 0);
    countersign.process.signal(Signal::INT);
    assert!(countersign.process.end(PATIENCE).success());
    run.keep_files(state.path());

    let log = countersign.process.log().join("\n");
    let Run { secrets, public, logged, printed, .. } = run;
    assert_eq!(secrets.found_in(&log, &public), [].into());
    let log = without(&log, &public);
    assert_eq!(words_like_a_secret(&log), Vec::<&str>::new());
    for account in accounts().iter() {
        assert!(!log.contains(&account.name), "a tool's answer is in the log");
    }
    // All of it was looked at: the identifiers of the calls are there, as is a line of each part.
    assert_eq!(logged.found_in(&log, &public), ["a JSON-RPC id"].into());
    for part in ["authorizer ", "profile ", "no token was issued", "TRACE"] {
        assert!(log.contains(part), "{part} is not in the log");
    }

    let output = countersign.process.output().join("\n");
    assert!(secrets.found_in(&output, &public).contains("the printed token"));
    assert_eq!(output.matches(&printed).count(), 1);
    assert!(countersign.curl.contains(&printed));
    assert_eq!(secrets.found_in(&output.replace(&printed, ""), &public), [].into());
}

/// What the functions write at their highest level, about calls of which the whole way can be seen.
#[rstest]
#[case::bound("required", "transaction_token_arguments")]
#[case::observed("observe", "the arguments are not those that were judged")]
#[tokio::test]
async fn no_function_logs_a_token_an_argument_or_an_answer(#[case] bind_arguments: &str, #[case] noticed: &str) {
    let deployment = Deployment::with(&[("BindArguments", bind_arguments)]).await;
    let (mut secrets, mut logged) = (Traces::default(), Traces::default());
    let mut random = |what| {
        let value = Uuid::new_v4().to_string();
        secrets.of(what, &value);
        value
    };
    let (name, value) = (random("the name of an argument"), random("an argument"));
    let (smuggled, unread) = (random("a header of the client"), random("a header that nobody reads"));
    let id = Uuid::new_v4().to_string();
    logged.of("a JSON-RPC id", &id);
    let token = deployment.token("alice");
    secrets.of("an access token", &token);

    let params = json!({ "name": "profile___who_am_i", "arguments": { name: value } });
    let message = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
    let call = || http::message(&deployment.mcp_url, &message).bearer(&token);
    call().header("Txn-Token", &smuggled).header("X-Api-Key", &unread).send().await.said();
    // Other arguments than those that were judged.
    deployment.alter(|event| String::from_utf8(event.to_vec()).unwrap().replacen('-', "_", 1).into());
    call().send().await.tool_result();

    for seen in deployment.take_seen() {
        let headers = seen.context.propagated_headers().unwrap();
        let (_, countersigned) = headers.iter().next().unwrap();
        secrets.of("a transaction token", countersigned);
    }
    let signing: Value = serde_json::from_str(deployment.signing.expose_secret()).unwrap();
    for pair in ["current", "next"] {
        secrets.of("a signing key", signing[pair]["d"].as_str().unwrap());
    }
    let log = deployment.log();
    assert_eq!(secrets.found_in(&log, &[].into()), [].into());
    let alice = account("alice");
    for datum in [alice.name, alice.email].iter().chain(&alice.groups) {
        assert!(!log.contains(datum.as_str()), "{datum}: {log}");
    }
    // The test would see them.
    assert_eq!(logged.found_in(&log, &[].into()), ["a JSON-RPC id"].into());
    assert!(log.contains(&alice.sub) && log.contains(noticed), "{log}");
}

/// Whatever is random and long: no client sees the transaction tokens of a run, and something may have been forgotten.
fn words_like_a_secret(log: &str) -> Vec<&str> {
    let words = log.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_'));
    let is_like = |word: &&str| {
        let has = |kind: fn(&char) -> bool| word.chars().any(|c| kind(&c));
        word.len() >= 40 && has(char::is_ascii_uppercase) && has(char::is_ascii_lowercase) && has(char::is_ascii_digit)
    };
    words.filter(is_like).collect()
}
