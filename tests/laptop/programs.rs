//! The programs under test, built with cargo in the profile of this test.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::time::Duration;

use serde_json::Value;

use crate::process::Process;
use crate::root;

/// For a build from nothing, behind another one that holds cargo's lock.
pub(crate) const BUILD: Duration = Duration::from_secs(20 * 60);

static PROGRAMS: LazyLock<BTreeMap<String, PathBuf>> = LazyLock::new(build);

/// The path of a program of the workspace: `countersign` or a function.
pub(crate) fn program(name: &str) -> &'static Path {
    PROGRAMS.get(name).unwrap_or_else(|| panic!("cargo has built no program {name}"))
}

fn build() -> BTreeMap<String, PathBuf> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root()).args(["build", "--message-format=json-render-diagnostics"]);
    cargo.args(["--bin", "authorizer", "--bin", "countersign", "--bin", "key-rotation", "--bin", "profile"]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let cargo = Process::start(cargo);
    let status = cargo.end(BUILD);
    assert!(status.success(), "the programs cannot be built:\n{}", cargo.log().join("\n"));
    let messages = cargo.output();
    let artifacts = messages.iter().filter_map(|message| serde_json::from_str::<Value>(message).ok());
    let program = |artifact: Value| {
        let executable = artifact["executable"].as_str()?;
        Some((artifact["target"]["name"].as_str()?.to_owned(), PathBuf::from(executable)))
    };
    artifacts.filter_map(program).collect()
}
