//! `countersign event`, and functions that are invoked with what it prints as a container is: without a client context, and
//! with the variables that `sam local invoke` or Docker finds. The committed events are the matter of `cargo xtask sam-local`.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use agentcore::interceptor::received::RequestOutput;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use local_runtime_api::{Function, FunctionConfig, InvokeError, TraceId};
use rstest::rstest;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::countersign::Countersign;
use crate::identity::{account, assert_is, assert_is_nobody};
use crate::programs::program;
use crate::root;

const PROFILE: &[&str] = &["ProfileFunction", "who_am_i", "--as", "alice"];
const AUTHORIZER: &[&str] = &["AuthorizerFunction", "profile___who_am_i", "--as", "alice"];

/// `countersign event` for what runs with this state folder.
fn event(state: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(program("countersign"));
    command.current_dir(root()).arg("event").args(words).arg("--state").arg(state).output().unwrap()
}

/// The event, which stands alone on standard output.
fn printed(countersign: &Countersign, words: &[&str]) -> Value {
    let Output { status, stdout, stderr } = event(countersign.state(), words);
    let log = String::from_utf8(stderr).unwrap();
    assert_eq!((status.code(), log.as_str()), (Some(0), ""));
    serde_json::from_slice(&stdout).unwrap()
}

/// What it says when it prints no event.
fn refused(state: &Path, words: &[&str]) -> String {
    let Output { status, stdout, stderr } = event(state, words);
    assert_eq!((status.code(), stdout), (Some(1), Vec::new()));
    String::from_utf8(stderr).unwrap()
}

/// A file of the stack that runs, which nobody else may read.
fn read(state: &Path, name: &str) -> String {
    let (folder, file) = (state.join("running"), state.join("running").join(name));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&file)), (0o700, 0o600));
    std::fs::read_to_string(file).unwrap()
}

/// The variables that SAM gives, with what it has for whom has no credentials.
fn in_sam(countersign: &Countersign, logical_id: &str) -> BTreeMap<String, String> {
    let all: Value = serde_json::from_str(&read(countersign.state(), "variables.json")).unwrap();
    let mut variables: BTreeMap<_, _> = serde_json::from_value(all[logical_id].clone()).unwrap();
    for (name, value) in [("AWS_ACCESS_KEY_ID", "defaultkey"), ("AWS_SECRET_ACCESS_KEY", "defaultsecret")] {
        variables.insert(name.to_owned(), value.to_owned());
    }
    variables
}

/// The variables that Docker gives.
fn in_docker(countersign: &Countersign, logical_id: &str) -> BTreeMap<String, String> {
    let text = read(countersign.state(), &format!("{logical_id}.env"));
    let pairs = text.lines().map(|line| line.split_once('=').unwrap());
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

/// Invokes a program with nothing but these variables.
async fn invoke(binary: &str, environment: BTreeMap<String, String>, event: &[u8]) -> Result<Value, InvokeError> {
    let config = FunctionConfig {
        name: binary.to_owned(),
        arn: format!("arn:aws:lambda:us-east-1:000000000000:function:{binary}"),
        program: program(binary).to_owned(),
        environment,
        timeout: Duration::from_secs(60),
        memory_mb: 256,
    };
    let function = Function::start(config, Arc::new(|_| {})).unwrap();
    let answer = function.invoke(Bytes::copy_from_slice(event), None, &TraceId::of(Uuid::new_v4())).await;
    function.stop().await;
    answer.map(|answer| serde_json::from_slice(&answer).unwrap())
}

/// Invokes the tool, which needs no credentials.
async fn call(countersign: &Countersign, event: &Value) -> Value {
    invoke("profile", in_sam(countersign, "ProfileFunction"), event.to_string().as_bytes()).await.unwrap()
}

fn token(event: &Value) -> &str {
    event["context"]["custom"]["bedrockAgentCorePropagatedHeaders"]["Txn-Token"].as_str().unwrap()
}

/// The event with this in the place of its token.
fn with_token(mut event: Value, token: &str) -> Value {
    event["context"]["custom"]["bedrockAgentCorePropagatedHeaders"]["Txn-Token"] = token.into();
    event
}

fn unsigned(mut event: Value) -> Value {
    event["context"]["custom"].as_object_mut().unwrap().remove("bedrockAgentCorePropagatedHeaders");
    event
}

/// The event with one other byte in the signature.
fn forged(event: Value) -> Value {
    let (signed, signature) = token(&event).rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    signature[0] ^= 1;
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    with_token(event, &token)
}

/// The event of somebody else, under the signature for this one.
fn of_bob(event: Value) -> Value {
    let [header, claims, signature] = token(&event).split('.').collect::<Vec<_>>()[..] else { panic!("{event}") };
    let mut claims: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).unwrap()).unwrap();
    claims["sub"] = account("bob").sub.into();
    let token = format!("{header}.{}.{signature}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    with_token(event, &token)
}

fn for_another_tool(mut event: Value) -> Value {
    event["context"]["custom"]["bedrockAgentCoreToolName"] = "profile___who_are_you".into();
    event
}

fn for_other_arguments(mut event: Value) -> Value {
    event["arguments"] = json!({ "a": 1 });
    event
}

#[tokio::test]
async fn a_tool_is_told_who_is_calling_and_nobody_can_be_somebody_else() {
    let countersign = Countersign::shared();
    let event = printed(&countersign, PROFILE);
    assert_is(&call(&countersign, &event).await, &account("alice"), &countersign.issuer);
    let bob = printed(&countersign, &["ProfileFunction", "profile___who_am_i", "--as", "bob", "--arguments", "{}"]);
    assert_is(&call(&countersign, &bob).await, &account("bob"), &countersign.issuer);
    for (change, reason) in [
        (unsigned as fn(Value) -> Value, "transaction_token_missing"),
        (forged, "transaction_token_signature"),
        (of_bob, "transaction_token_signature"),
        (for_another_tool, "transaction_token_tool"),
        (for_other_arguments, "transaction_token_arguments"),
    ] {
        let answer = call(&countersign, &change(event.clone())).await;
        assert_eq!(answer["error"]["code"], reason, "{answer}");
        assert_is_nobody(&answer.to_string());
    }
}

#[tokio::test]
async fn a_proof_is_good_for_no_other_stack() {
    let (countersign, other) = (Countersign::shared(), Countersign::alone(&[]));
    let answer = call(&other, &printed(&countersign, PROFILE)).await;
    assert_eq!(answer["error"]["code"], "transaction_token_unknown_key", "{answer}");
}

#[tokio::test]
async fn the_authorizer_lets_the_call_of_its_event_pass_where_it_has_its_credentials() {
    let countersign = Countersign::shared();
    let event = printed(&countersign, AUTHORIZER).to_string();
    let answer = async |environment| {
        let answer = invoke("authorizer", environment, event.as_bytes()).await.unwrap();
        RequestOutput::parse(answer.to_string().as_bytes()).unwrap()
    };
    let passed = answer(in_docker(&countersign, "AuthorizerFunction")).await;
    assert!(matches!(passed, RequestOutput::Pass { headers, .. } if headers.only("Txn-Token").unwrap().is_some()));
    let denied = answer(in_sam(&countersign, "AuthorizerFunction")).await;
    assert!(matches!(denied, RequestOutput::Answer { .. }));
}

#[tokio::test]
async fn key_rotation_finds_the_keys_of_its_event_where_it_has_its_credentials() {
    let countersign = Countersign::shared();
    let event = printed(&countersign, &["KeyRotationFunction"]);
    assert_eq!(event["Step"], "testSecret");
    let event = event.to_string();
    let answer = invoke("key-rotation", in_docker(&countersign, "KeyRotationFunction"), event.as_bytes()).await;
    assert_eq!(answer.unwrap(), Value::Null);
    let answer = invoke("key-rotation", in_sam(&countersign, "KeyRotationFunction"), event.as_bytes()).await;
    assert_eq!(answer.unwrap_err().error_type(), "KeyRotation.Failed");
}

#[rstest]
#[case::function(&["Profile"], &["ProfileFunction", "AuthorizerFunction", "KeyRotationFunction"])]
#[case::tool(&["ProfileFunction", "who_are_you", "--as", "alice"], &["who_are_you", "profile___who_am_i"])]
#[case::no_tool(&["ProfileFunction", "--as", "alice"], &["profile___who_am_i"])]
#[case::account(&["ProfileFunction", "who_am_i", "--as", "mallory"], &["mallory", "alice", "bob"])]
#[case::no_account(&["AuthorizerFunction", "who_am_i"], &["--as", "alice", "bob"])]
#[case::a_tool_of_none(&["KeyRotationFunction", "who_am_i"], &["KeyRotationFunction"])]
#[tokio::test]
async fn what_is_not_there_is_named_with_what_is(#[case] words: &[&str], #[case] named: &[&str]) {
    let log = refused(Countersign::shared().state(), words);
    assert!(log.starts_with("error: ") && named.iter().all(|name| log.contains(name)), "{log}");
}

#[tokio::test]
async fn a_call_that_is_denied_has_no_event_for_the_tool() {
    let countersign = Countersign::alone(&["--parameter-overrides", "PermittedTools=profile___none"]);
    let log = refused(countersign.state(), PROFILE);
    assert!(log.starts_with("error: the authorizer denied the call: "), "{log}");
    printed(&countersign, AUTHORIZER);
}

#[test]
fn without_a_stack_that_runs_there_is_no_event() {
    let state = tempfile::tempdir().unwrap();
    assert!(refused(state.path(), PROFILE).contains("nothing runs"));
}

#[tokio::test]
async fn what_is_left_at_the_end_opens_nothing() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let countersign = Countersign::with_state(&state, &[]);
    let event = printed(&countersign, PROFILE);
    let variables = read(state.path(), "variables.json");
    let private = in_docker(&countersign, "AuthorizerFunction").remove("AWS_SECRET_ACCESS_KEY").unwrap();
    for private in [token(&event), &private, "\"d\""] {
        assert!(!variables.contains(private));
    }
    drop(countersign);
    let left = std::fs::read_dir(state.path().join("running")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["lock"]);
}

/// The commands of the page lead to the folder of a stack that was started without options.
#[test]
fn the_variables_are_where_the_commands_say() {
    let target = std::fs::read_link(root().join("events/local.json")).unwrap();
    assert_eq!(target, Path::new("../.countersign/running/variables.json"));
}
