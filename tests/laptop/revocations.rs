//! An operator stops somebody while everything runs: with `countersign revoke`, as a process of its own.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::countersign::{Countersign, FREE_PORTS, command};
use crate::http;
use crate::identity::{account, assert_is};
use crate::oauth_client::{OAuthClient, Tokens, assert_refused};
use crate::process::{PATIENCE, Process};
use crate::programs::{BUILD, program};
use crate::root;

/// `countersign revoke`, for what runs with this state folder.
fn operator(state: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program("countersign"));
    command.current_dir(root()).arg("revoke").arg("--state").arg(state).args(words);
    command
}

/// What it wrote to standard output and to standard error, and its exit code.
fn said(Output { status, stdout, stderr }: Output) -> (String, String, Option<i32>) {
    (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap(), status.code())
}

fn revoke(state: &TempDir, words: &[&str]) -> String {
    let (output, log, code) = said(operator(state.path(), words).output().unwrap());
    assert_eq!((code, log.as_str()), (Some(0), ""), "{output}");
    output
}

/// What it says when it fails with this exit code.
fn failure(mut command: Command, expected: i32) -> String {
    let (output, log, code) = said(command.output().unwrap());
    assert_eq!((code, output.as_str()), (Some(expected), ""), "{log}");
    log
}

fn list(state: &TempDir) -> String {
    revoke(state, &["--list"])
}

/// Calls until it is denied with this text, or until it is not denied if there is none.
async fn until(client: &OAuthClient, tokens: &Tokens, denied: Option<&str>) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let (said, is_error) = client.call(tokens).await.tool_result();
        if denied.map_or(!is_error, |text| is_error && said.to_string().contains(text)) {
            return;
        }
        assert!(Instant::now() < deadline, "{denied:?} never came: {said}");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn session(tokens: &Tokens) -> String {
    let payload = URL_SAFE_NO_PAD.decode(tokens.access.split('.').nth(1).unwrap()).unwrap();
    serde_json::from_slice::<Value>(&payload).unwrap()["sid"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_stopped_is_out_and_nobody_else_until_it_is_taken_back() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let countersign = Countersign::with_state(&state, &[]);
    let assistant = countersign.assistant();
    let other = OAuthClient::registered(&countersign.issuer, &countersign.mcp_url, "Other").await;
    let alice = assistant.sign_in("alice").await;
    let (at_work, at_home) = (assistant.sign_in("bob").await, assistant.again().sign_in("bob").await);
    let (carol, carol_elsewhere) = (other.sign_in("carol").await, assistant.again().sign_in("carol").await);
    for (client, tokens, person) in [
        (&assistant, &alice, "alice"),
        (&assistant, &at_work, "bob"),
        (&assistant, &at_home, "bob"),
        (&other, &carol, "carol"),
        (&assistant, &carol_elsewhere, "carol"),
    ] {
        assert_is(&client.call(tokens).await.said(), &account(person), &countersign.issuer);
    }

    let (subject, lost) = (account("alice").sub, session(&at_work));
    let revoked = revoke(&state, &["--subject", &subject, "--issuer", &countersign.issuer, "--note", "has left"]);
    assert!(revoked.contains(&format!("Revoked: the person {subject} of {}", countersign.issuer)), "{revoked}");
    assert!(revoked.contains(", until it is taken back.\nObeyed within 30 seconds."), "{revoked}");
    assert!(revoked.contains("`subject` in the audit lines") && revoked.contains("`issuer` in the audit"), "{revoked}");
    revoke(&state, &["--session", &lost]);
    let third = revoke(&state, &["--client", &other.id]);
    assert!(third.contains("3 in force: ") && !third.contains(&lost), "what was done is not pushed away: {third}");
    assert!(list(&state).contains("(has left)"));

    // The identity provider asks at each refresh. The functions look every 30 seconds.
    for (client, stopped) in [(&assistant, &alice), (&assistant, &at_work), (&other, &carol)] {
        assert_refused(&client.token(&client.refreshment(&stopped.refresh)).await, 400, "invalid_grant");
    }
    let (at_home, carol_elsewhere) = (assistant.refresh(&at_home).await, assistant.refresh(&carol_elsewhere).await);
    until(&assistant, &alice, Some("access was withdrawn")).await;
    until(&assistant, &at_work, Some("sign in again")).await;
    until(&other, &carol, Some("assistant's access was withdrawn")).await;
    assert_is(&assistant.call(&at_home).await.said(), &account("bob"), &countersign.issuer);
    assert_is(&assistant.call(&carol_elsewhere).await.said(), &account("carol"), &countersign.issuer);
    countersign
        .process
        .log_line("the audit line", |line| line.contains(r#""reason":"subject_revoked""#) && line.contains(&subject));

    // What another sign-in brings is as worthless, unless the session alone was stopped.
    until(&other, &other.again().sign_in("carol").await, Some("access was withdrawn")).await;
    let at_work = assistant.again().sign_in("bob").await;
    assert_is(&assistant.call(&at_work).await.said(), &account("bob"), &countersign.issuer);
    let alice = assistant.again().sign_in("alice").await;
    until(&assistant, &alice, Some("access was withdrawn")).await;
    let tools = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let listed = http::message(&countersign.mcp_url, &tools).bearer(&alice.access).send().await.json();
    assert_eq!(listed["result"]["tools"], json!([]));

    let taken_back = revoke(&state, &["--subject", &subject, "--issuer", &countersign.issuer, "--undo"]);
    let sentence = format!("Taken back: the person {subject} of {}.\n", countersign.issuer);
    assert!(taken_back.starts_with(&sentence) && taken_back.contains("2 in force: "), "{taken_back}");
    assert!(!list(&state).contains("has left"));
    until(&assistant, &alice, None).await;
    assert_is(&assistant.call(&alice).await.said(), &account("alice"), &countersign.issuer);
    let (said, is_error) = other.call(&carol).await.tool_result();
    assert!(is_error, "{said}");
}

/// The record is read at the start, so there is nothing to wait for.
#[rstest]
#[case::until_it_is_taken_back(&[], true)]
#[case::for_sign_ins_before(&["--before", "2026-01-01T00:00:00Z"], false)]
#[tokio::test(flavor = "multi_thread")]
async fn a_revocation_outlives_what_runs(#[case] limit: &[&str], #[case] is_out: bool) {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let subject = account("alice").sub;
    let first = Countersign::with_state(&state, &[]);
    revoke(&state, &[&["--subject", subject.as_str()], limit].concat());
    let before = list(&state);
    drop(first);
    // It ends with what runs.
    assert!(failure(operator(state.path(), &["--list"]), 1).contains("nothing runs"));

    let second = Countersign::with_state(&state, &[]);
    second.process.log_line("the warning", |line| line.starts_with("warning: somebody is stopped"));
    assert_eq!(list(&state), before);
    let (said, is_error) = second.who_am_i(&second.token("alice").await).await.tool_result();
    assert_eq!(is_error, is_out, "{said}");
    let bob = second.who_am_i(&second.token("bob").await).await.said();
    assert_is(&bob, &account("bob"), &second.issuer);
}

#[test]
fn of_operators_at_once_none_is_overlooked() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let _countersign = Countersign::with_state(&state, &[]);
    let people = ["one", "two", "three", "four"];
    let operators = people.map(|person| Process::start(operator(state.path(), &["--subject", person])));
    for operator in &operators {
        assert!(operator.end(PATIENCE).success(), "{:?}", operator.log());
    }
    let list = list(&state);
    assert!(people.iter().all(|person| list.contains(&format!("--subject {person}\n"))), "{list}");
}

/// What AWS would have in the environment leads to the Secrets Manager of what runs here.
#[test]
fn a_stack_is_found_by_its_name_with_the_credentials_of_the_environment() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let _countersign = Countersign::with_state(&state, &[]);
    let running = std::fs::read_to_string(state.path().join("running/connection.json")).unwrap();
    let running: Value = serde_json::from_str(&running).unwrap();
    let variables =
        running["operator"].as_object().unwrap().iter().map(|(name, value)| (name, value.as_str().unwrap()));
    let variables: Vec<_> = variables.collect();
    let on_aws = |stack: &str, words: &[&str]| {
        let mut command = Command::new(program("countersign"));
        command.arg("revoke").args(["--stack", stack]).args(words).envs(variables.iter().copied());
        command
    };
    let (output, log, code) = said(on_aws("countersign", &["--subject", "somebody"]).output().unwrap());
    assert_eq!((code, log.as_str()), (Some(0), ""), "{output}");
    assert!(output.contains("of when Secrets Manager gives the new value out"), "AWS states no bound: {output}");
    assert!(output.ends_with(" revoke --list --stack countersign\n"), "{output}");
    assert!(list(&state).contains("--subject somebody"));

    let error = failure(on_aws("another", &["--list"]), 1);
    assert!(error.contains("another/control") && error.contains("the name of the stack"), "{error}");
    let mut anybody = on_aws("countersign", &["--list"]);
    let error = failure(
        {
            anybody.env("AWS_ACCESS_KEY_ID", "AKIASOMEBODY");
            anybody
        },
        1,
    );
    assert!(error.contains("UnrecognizedClientException"), "{error}");
    let mut nobody = on_aws("countersign", &["--list"]);
    let error = failure(
        {
            nobody.env_remove("AWS_ACCESS_KEY_ID");
            nobody
        },
        1,
    );
    assert!(error.contains("AWS_ACCESS_KEY_ID") && error.contains("export-credentials"), "{error}");
}

#[test]
fn what_cannot_be_meant_changes_nothing_and_says_why() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let _countersign = Countersign::with_state(&state, &[]);
    revoke(&state, &["--subject", "a", "--before", "2026-01-01T00:00:00Z"]);
    let before = list(&state);
    for (words, code, text) in [
        (&["--subject", "a", "--undo"][..], 1, "not in force"),
        (&["--subject", "a", "--before", "2026-01-01T00:00:01Z", "--undo"], 1, "not in force"),
        (&["--subject", "b", "--undo"], 1, "revoke --list"),
        (&["--subject", "a", "--issuer", "https://a.example", "--undo"], 1, "not in force"),
        (&["--all-before", "2100-01-01T00:00:00Z"], 1, "in the future"),
        (&["--subject", ""], 1, "1 to 1024 bytes"),
        (&["--client", "a\u{1b}[2J"], 1, "control characters"),
        (&["--subject", "a\u{202e}b"], 1, "reorder text"),
        (&["--subject", "a", "--note", &"n".repeat(201)], 1, "200 bytes"),
        (&["--subject", "a", "--issuer", "notaurl"], 1, "no URL"),
        (&["--subject", "a", "--client", "b"], 2, "cannot be used with"),
        (&[], 2, "--subject"),
    ] {
        let error = failure(operator(state.path(), words), code);
        assert!(error.contains(text), "{words:?}: {error}");
        assert_eq!(list(&state), before);
    }
    for (note, says_so) in [(&[][..], false), (&["--note", "another"], true)] {
        let again = revoke(&state, &[&["--subject", "a", "--before", "2026-01-01T00:00:00Z"], note].concat());
        assert!(again.starts_with("Already in force") && again.contains("1 in force: "), "{again}");
        assert_eq!(again.contains("Its note stays as it was."), says_so, "{again}");
        assert_eq!(list(&state), before);
    }
}

/// To start all the same with a new record would let in whoever was stopped.
#[test]
fn a_record_that_is_not_understood_is_found_before_the_build() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    drop(Countersign::with_state(&state, &[]));
    let file = state.path().join("secrets/countersign%2Fcontrol.json");
    let secret = std::fs::read_to_string(&file).unwrap();
    let later = secret.replace(r#"\"revocations\":[]"#, r#"\"revocations\":[{\"group\":\"staff\",\"made_at\":1}]"#);
    assert_ne!(later, secret);
    std::fs::write(&file, &later).unwrap();
    let process = Process::start(command(state.path(), FREE_PORTS));
    assert_eq!(process.end(BUILD).code(), Some(1));
    let log = process.log().join("\n");
    assert!(log.contains("countersign/control: revocation 1") && !log.contains("Building"), "{log}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), later);
}
