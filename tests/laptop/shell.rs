//! The command that `countersign` prints, in a shell.

use std::process::Command;

use serde_json::Value;

use crate::process::{PATIENCE, Process};

/// What the tool says when the command is pasted into a shell.
pub(crate) fn run(command: &str) -> Value {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).env("NO_PROXY", "*");
    let shell = Process::start(shell);
    let status = shell.end(PATIENCE);
    // 127: POSIX shells say so if there is no such program.
    assert_ne!(status.code(), Some(127), "this test needs the program curl, as the command that is printed does");
    assert!(status.success(), "{status}: {}", shell.log().join("\n"));
    let answer: Value = serde_json::from_str(&shell.output().join("\n")).unwrap();
    assert_ne!(answer["result"]["isError"], true, "{answer}");
    serde_json::from_str(answer["result"]["content"][0]["text"].as_str().unwrap()).unwrap()
}
