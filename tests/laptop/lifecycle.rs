//! How `countersign` starts, what it says when it cannot, and how it ends.

use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Command;
use std::sync::Arc;

use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;

use crate::countersign::{Countersign, command};
use crate::http::{self, Request};
use crate::identity::{account, assert_is, assert_is_nobody};
use crate::process::{PATIENCE, Process};
use crate::process_table::{children_of, runs};
use crate::programs::{BUILD, program};
use crate::root;

#[rstest]
#[case::ctrl_c(Signal::INT)]
#[case::terminate(Signal::TERM)]
#[tokio::test]
async fn a_signal_ends_it_and_its_functions(#[case] signal: Signal) {
    let countersign = Countersign::alone(&[]);
    let functions = functions(&countersign);
    countersign.process.signal(signal);
    assert!(countersign.process.end(PATIENCE).success());
    assert_gone(&functions);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signal_ends_it_although_a_function_is_busy() {
    let countersign = Countersign::alone(&[]);
    let functions = functions(&countersign);
    let token = countersign.token("alice").await;
    assert_is(&countersign.who_am_i(&token).await.said(), &account("alice"), &countersign.issuer);

    stopped_profile(&functions);
    let call = http::call(&countersign.mcp_url, &json!("busy")).bearer(&token);
    let call = tokio::spawn(call.try_send());
    countersign.process.log_line("the decision", |line| line.contains(r#""message_id":"busy""#));

    countersign.process.signal(Signal::INT);
    assert!(countersign.process.end(PATIENCE).success());
    assert_gone(&functions);
    // The client is told of a failure, or loses its connection.
    if let Ok(answer) = call.await.unwrap() {
        assert_is_nobody(&answer.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_signal_ends_it_at_once() {
    let countersign = Countersign::alone(&[]);
    let profile = stopped_profile(&functions(&countersign));
    let call = http::call(&countersign.mcp_url, &json!("busy")).bearer(&countersign.token("alice").await);
    let call = tokio::spawn(call.try_send());
    countersign.process.log_line("the decision", |line| line.contains(r#""message_id":"busy""#));

    countersign.process.signal(Signal::INT);
    countersign.process.log_line("the hint", |line| line.contains("Once more to stop at once"));
    countersign.process.signal(Signal::INT);
    assert_eq!(countersign.process.end(PATIENCE).code(), Some(130));
    assert!(call.await.unwrap().is_err());
    // A function ends by itself when it finds its Runtime API gone. This one is not able to.
    kill_process(profile, Signal::KILL).unwrap();
}

#[tokio::test]
async fn a_function_that_is_killed_is_started_again() {
    let countersign = Countersign::alone(&[]);
    let before = functions(&countersign);
    let token = countersign.token("alice").await;
    let (_, profile) = before.iter().find(|(name, _)| name == "profile").unwrap();
    kill_process(*profile, Signal::KILL).unwrap();
    countersign.process.log_line("the restart", |line| line.contains("will be started again"));

    assert_is(&countersign.who_am_i(&token).await.said(), &account("alice"), &countersign.issuer);
    assert!(!functions(&countersign).contains(&("profile".to_owned(), *profile)));
}

#[test]
fn a_signal_during_the_build_ends_it_and_cargo() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), &["--port", "0", "--identity-provider-port", "0"]);
    command.env("CARGO", root().join("tests/laptop/hanging-cargo"));
    let process = Process::start(command);
    process.log_line("cargo's own line", |line| line == "the build hangs");
    process.signal(Signal::INT);
    // Cargo and what it has started have the same standard error, so this waits for all of them.
    assert_eq!(process.end(PATIENCE).code(), Some(130));
    assert_eq!(process.output(), Vec::<String>::new());
}

#[tokio::test]
async fn a_second_start_keeps_the_keys() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let mut keys = Vec::new();
    for _ in 0..2 {
        let countersign = Countersign::with_state(&state, &[]);
        let discovery = format!("{}/.well-known/openid-configuration", countersign.issuer);
        let discovery = Request::get(&discovery).send().await.json();
        keys.push(Request::get(discovery["jwks_uri"].as_str().unwrap()).send().await.json());
        let token = countersign.token("alice").await;
        assert_is(&countersign.who_am_i(&token).await.said(), &account("alice"), &countersign.issuer);
    }
    assert!(keys[0]["keys"][0]["kid"].is_string(), "{}", keys[0]);
    assert_eq!(keys[0], keys[1]);
}

/// Each would go by its own memory of who is stopped, and write over the sessions of the other.
#[tokio::test]
async fn a_state_folder_is_used_by_one_at_a_time() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let first = Countersign::with_state(&state, &[]);
    let mut second = command(state.path(), &["--port", "0", "--identity-provider-port", "0"]);
    second.env("CARGO", "/nowhere/cargo");
    let error = failure(second);
    for text in [state.path().to_str().unwrap(), &first.mcp_url, "--state FOLDER"] {
        assert!(error.contains(text), "{text}: {error}");
    }
    assert!(!error.contains("cargo"), "it got as far as the build: {error}");
    let token = first.token("alice").await;
    assert_is(&first.who_am_i(&token).await.said(), &account("alice"), &first.issuer);
}

#[tokio::test]
async fn one_that_was_killed_does_not_keep_its_state_folder() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let killed = Countersign::with_state(&state, &[]);
    killed.process.signal(Signal::KILL);
    killed.process.end(PATIENCE);
    let next = Countersign::with_state(&state, &[]);
    let token = next.token("alice").await;
    assert_is(&next.who_am_i(&token).await.said(), &account("alice"), &next.issuer);
}

#[rstest]
#[case::gateway("--port", "--identity-provider-port")]
#[case::identity_provider("--identity-provider-port", "--port")]
fn a_taken_port_is_named_with_the_option_that_chooses_another(#[case] option: &str, #[case] other: &str) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let error = refusal(&[option, &port, other, "0"]);
    assert!(error.contains(&format!("port {port} is taken")), "{error}");
    assert!(error.contains(&format!("{option} PORT")), "{error}");
}

#[rstest]
#[case::unknown("AllowedScope=a", "AllowedScope")]
#[case::not_allowed("AuditDetail=all", "AuditDetail")]
#[case::not_of_the_form("DiscoveryUrl=http://id.example", "DiscoveryUrl")]
fn a_parameter_that_the_template_does_not_take_is_named(#[case] parameter: &str, #[case] name: &str) {
    let error = refusal(&["--port", "0", "--identity-provider-port", "0", "--parameter-overrides", parameter]);
    assert!(error.contains(name) && error.contains("template.yaml"), "{error}");
}

#[rstest]
#[case::given(&["--parameter-overrides", "BindArguments=required", "AuditDetail=all"], "given with --parameter-overrides")]
#[case::of_the_set(&["--template", "TEMPLATE"], "samconfig.toml, parameter set `local`")]
fn a_wrong_value_comes_with_its_origin(#[case] options: &[&str], #[case] origin: &str) {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("template.yaml");
    std::fs::copy(root().join("template.yaml"), &template).unwrap();
    let samconfig = "[local.deploy.parameters]\nparameter_overrides = \"DiscoveryUrl=http://id.example\"\n";
    std::fs::write(folder.path().join("samconfig.toml"), samconfig).unwrap();
    let template = template.to_str().unwrap();
    let options: Vec<_> = options.iter().map(|option| if *option == "TEMPLATE" { template } else { option }).collect();
    let error = refusal(&[&["--port", "0", "--identity-provider-port", "0"], &options[..]].concat());
    assert!(error.contains(origin), "{error}");
}

#[test]
fn a_missing_parameter_set_is_explained() {
    let folder = tempfile::tempdir().unwrap();
    let template = folder.path().join("template.yaml");
    std::fs::copy(root().join("template.yaml"), &template).unwrap();
    let error = refusal(&["--template", template.to_str().unwrap()]);
    assert!(error.contains("samconfig.toml: ") && error.contains("belongs beside the template"), "{error}");
}

#[rstest]
#[case::one_port_for_two(&["--port", "8999", "--identity-provider-port", "8999"], "port 8999 cannot be both")]
#[case::no_provider_of_ours(
    &["--identity-provider-port", "0", "--parameter-overrides",
      "DiscoveryUrl=https://id.example/.well-known/openid-configuration"],
    "--identity-provider-port is of no use"
)]
fn a_port_that_cannot_be_meant_is_refused(#[case] options: &[&str], #[case] text: &str) {
    let error = refusal(options);
    assert!(error.starts_with(text), "{error}");
}

#[test]
fn people_that_cannot_be_read_are_an_error_before_the_build() {
    let folder = tempfile::tempdir().unwrap();
    for file in ["template.yaml", "samconfig.toml"] {
        std::fs::copy(root().join(file), folder.path().join(file)).unwrap();
    }
    std::fs::create_dir(folder.path().join("local")).unwrap();
    std::fs::write(folder.path().join("local/accounts.yaml"), "accounts: [{ idd: alice }]\n").unwrap();
    let template = folder.path().join("template.yaml");
    let options = ["--port", "0", "--identity-provider-port", "0", "--template", template.to_str().unwrap()];
    let process = Process::start(command(folder.path(), &options));
    assert_eq!(process.end(PATIENCE).code(), Some(1));
    let log = process.log().join("\n");
    assert!(log.contains("accounts.yaml: line 1") && !log.contains("Building"), "{log}");
}

#[test]
fn a_damaged_key_is_found_before_the_build() {
    let folder = tempfile::tempdir().unwrap();
    let mut started = command(folder.path(), &["--port", "0", "--identity-provider-port", "0"]);
    started.env("CARGO", "false");
    assert!(failure(started).contains("cannot be built"));
    let key = folder.path().join("secrets/countersign%2Fsigning.json");
    std::fs::write(&key, "{").unwrap();
    std::fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
    let process = Process::start(command(folder.path(), &["--port", "0", "--identity-provider-port", "0"]));
    assert_eq!(process.end(PATIENCE).code(), Some(1));
    let log = process.log().join("\n");
    assert!(log.contains("signing.json is damaged") && !log.contains("Building"), "{log}");
}

#[test]
fn a_permitted_tool_that_does_not_exist_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let options =
        ["--port", "0", "--identity-provider-port", "0", "--parameter-overrides", "PermittedTools=profile___whoami"];
    let mut command = command(folder.path(), &options);
    command.env("CARGO", "false");
    let process = Process::start(command);
    process.log_line("the warning", |line| {
        line.starts_with("warning: `profile___whoami` is permitted") && line.ends_with("`profile___who_am_i`")
    });
}

#[rstest]
#[case::not_there("/nowhere/cargo", "cargo cannot be started")]
#[case::failing("false", "the functions cannot be built")]
fn functions_that_cannot_be_built_are_an_error(#[case] cargo: &str, #[case] text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut command = command(folder.path(), &["--port", "0", "--identity-provider-port", "0"]);
    command.env("CARGO", cargo);
    let error = failure(command);
    assert!(error.contains(text), "{error}");
}

#[test]
fn help_names_every_option() {
    let mut help = Command::new(program("countersign"));
    help.args(["up", "--help"]);
    let help = Process::start(help);
    assert!(help.end(PATIENCE).success());
    let text = help.output().join("\n");
    for option in ["--port", "--identity-provider-port", "--template", "--state", "--parameter-overrides"] {
        assert!(text.contains(option), "{option}: {text}");
    }
}

/// What `countersign` says when it cannot start with these options.
fn refusal(options: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    failure(command(folder.path(), options))
}

/// What a command says that fails before anything can be used.
fn failure(command: Command) -> String {
    let process = Process::start(command);
    let status = process.end(BUILD);
    assert_eq!((status.code(), status.signal()), (Some(1), None));
    assert_eq!(process.output(), Vec::<String>::new());
    let log = process.log().join("\n");
    let (_, error) = log.split_once("error: ").unwrap_or_else(|| panic!("no error in {log}"));
    error.to_owned()
}

/// The process of `profile`, stopped: it takes an event and never answers, and not even SIGTERM moves it.
fn stopped_profile(functions: &[(String, Pid)]) -> Pid {
    let (_, profile) = functions.iter().find(|(name, _)| name == "profile").unwrap();
    kill_process(*profile, Signal::STOP).unwrap();
    *profile
}

/// Its child processes by name: the functions, and nothing else.
fn functions(countersign: &Countersign) -> Vec<(String, Pid)> {
    let mut functions = children_of(countersign.process.pid());
    functions.sort_by(|(one, _), (other, _)| one.cmp(other));
    let names: Vec<_> = functions.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["authorizer", "key-rotation", "profile"]);
    functions
}

fn assert_gone(processes: &[(String, Pid)]) {
    for (name, pid) in processes {
        assert!(!runs(*pid), "{name} still runs");
    }
}
