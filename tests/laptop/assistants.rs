//! What `countersign` tells people to tell their assistants: when it is ready, when it is asked, on the gateway's page.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rstest::rstest;
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::countersign::{Countersign, command};
use crate::http::Request;
use crate::process::{PATIENCE, Process};
use crate::programs::{BUILD, program};
use crate::root;

const KEYS: [&str; 5] = ["claude-code", "kiro", "kiro-mcp-remote", "cursor", "vscode"];

/// `countersign clients` with these arguments.
fn clients(state: &Path, arguments: &[&str]) -> Process {
    let mut command = Command::new(program("countersign"));
    command.current_dir(root()).arg("clients").args(arguments).arg("--state").arg(state);
    Process::start(command)
}

/// What it prints when something runs.
fn printed(state: &Path, arguments: &[&str]) -> String {
    let process = clients(state, arguments);
    let status = process.end(PATIENCE);
    assert!(status.success(), "{status}: {}", process.log().join("\n"));
    process.output().join("\n")
}

fn assert_nothing_runs(state: &Path) {
    let process = clients(state, &[]);
    let status = process.end(PATIENCE);
    assert_eq!((status.code(), status.signal(), process.output()), (Some(1), None, Vec::new()));
    let log = process.log().join("\n");
    let hint = format!("nothing runs that keeps its state in {}", state.display());
    assert!(log.starts_with("error: ") && log.contains(&hint) && log.contains(" up`"), "{log}");
}

#[tokio::test]
async fn the_three_places_say_the_same() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let countersign = Countersign::with_state(&state, &[]);
    let ready = countersign.process.output().join("\n");
    let all = printed(state.path(), &[]);
    let page = Request::get(&countersign.mcp_url.replace("/mcp", "/")).send().await;
    assert_eq!(page.status, 200);
    let page = page.text.replace("&quot;", "\"");
    for key in KEYS {
        let one = printed(state.path(), &[key]);
        assert!(one.contains(&countersign.mcp_url), "{one}");
        assert!(all.contains(&one), "{key}: {all}");
        assert!(page.contains(&format!("<pre>{one}</pre>")), "{key}: {page}");
        let line = if key == "claude-code" { one } else { serde_json::from_str::<Value>(&one).unwrap().to_string() };
        assert!(ready.contains(&line), "{key}: {ready}");
    }
    assert!(page.contains(&format!("href=\"{}/\"", countersign.issuer)));
    // What is pasted into another terminal asks the same set-up.
    let there = format!("--state {}", state.path().display());
    assert!(ready.contains(&format!(" clients {there}`")), "{ready}");
    assert!(all.contains(&format!(" clients vscode {there} > .vscode/mcp.json\n")), "{all}");
    for (place, text) in [("page", page), ("clients", all)] {
        assert!(!text.contains("eyJ"), "{place} holds a token: {text}");
    }
}

#[test]
fn one_assistant_alone_is_the_content_of_its_file() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let countersign = Countersign::with_state(&state, &[]);
    let document: Value = serde_json::from_str(&printed(state.path(), &["vscode"])).unwrap();
    let server = json!({ "type": "http", "url": countersign.mcp_url });
    assert_eq!(document, json!({ "servers": { "countersign": server } }));
}

#[rstest]
#[case::user_pool(&["--parameters", "default"])]
#[case::list(&["--parameter-overrides", "AllowedClients=assistant"])]
#[tokio::test]
async fn where_only_listed_clients_are_accepted_assistants_are_one_of_them(#[case] options: &[&str]) {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let countersign = Countersign::with_state(&state, options);
    let accepted = countersign.who_am_i(&countersign.token("alice").await).await.said()["client_id"].clone();
    let document: Value = serde_json::from_str(&printed(state.path(), &["kiro"])).unwrap();
    let server = &document["mcpServers"]["countersign"];
    assert_eq!(server["oauth"], json!({ "clientId": accepted, "redirectUri": "127.0.0.1:7778" }));
    assert_eq!(server["oauthScopes"], json!(["countersign/tools"]));
    let command = printed(state.path(), &["claude-code"]);
    let told = format!(" --client-id {} --callback-port 8765 countersign http://", accepted.as_str().unwrap());
    assert!(command.contains(&told), "{command}");
}

#[test]
fn without_anything_that_runs_it_fails_and_says_what_to_start() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    assert_nothing_runs(&state);
    assert!(!state.exists(), "to ask makes no folder");
}

#[rstest]
#[case::ctrl_c(Signal::INT)]
#[case::terminate(Signal::TERM)]
#[case::killed(Signal::KILL)]
fn nothing_is_found_after_the_end(#[case] signal: Signal) {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let countersign = Countersign::with_state(&state, &[]);
    printed(state.path(), &["kiro"]);
    countersign.process.signal(signal);
    countersign.process.end(PATIENCE);
    assert_nothing_runs(state.path());
    let is_left = state.path().join("running/connection.json").exists();
    assert_eq!(is_left, signal == Signal::KILL, "only one that was killed leaves its file behind");
}

#[test]
fn nothing_is_found_before_everything_runs() {
    let state = tempfile::tempdir().unwrap();
    let mut command = command(state.path(), &["--port", "0", "--identity-provider-port", "0"]);
    command.env("CARGO", root().join("tests/laptop/hanging-cargo"));
    let process = Process::start(command);
    process.wait_for("the build", BUILD, |state| state.log.iter().any(|line| line == "the build hangs").then_some(()));
    assert_nothing_runs(state.path());
}

#[rstest]
#[case::unknown("emacs")]
#[case::by_name("Kiro")]
#[case::empty("")]
fn an_assistant_that_is_not_known_is_refused_with_those_that_are(#[case] name: &str) {
    let state = tempfile::tempdir().unwrap();
    let process = clients(state.path(), &[name]);
    assert_eq!((process.end(PATIENCE).code(), process.output()), (Some(2), Vec::new()));
    let log = process.log().join("\n");
    assert!(KEYS.iter().all(|key| log.contains(key)), "{log}");
}
