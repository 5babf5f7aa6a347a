//! A program for arm64, run on a machine of the other kind: by QEMU, with Debian's C library, and served by the Lambda
//! that SAM brings.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tokio::process::Command;

use crate::cargo;
use crate::debian;
use crate::error::Error;
use crate::http;
use crate::interruptible;
use crate::process_group::ProcessGroup;
use crate::sam::Sam;

const PACKAGES: &[&str] = &["libc6:arm64", "libgcc-s1:arm64", "qemu-user-static:amd64"];

/// The event that is sent, and the answer to it.
const EVENT: &str = "events/profile/call-without-proof.json";
const ANSWER: &str = "events/profile/call-without-proof.answer.json";

/// Whether there is anything to emulate, and something to do it with.
pub(super) fn is_possible() -> bool {
    cfg!(target_arch = "x86_64") && Path::new("/etc/debian_version").exists()
}

/// What is wrong with the answer of a target to a call that proves nothing.
pub(super) fn defect(
    sam: &Sam,
    bootstrap: &Path,
    environment: &BTreeMap<String, String>,
) -> Result<Option<String>, Error> {
    let files = debian::unpack("emulator", PACKAGES)?;
    let (port, runtime_api) = (http::free_port()?, http::free_port()?);
    let mut lambda = Command::new(sam.lambda()?);
    lambda.args(["--log-level", "error"]);
    lambda.arg(format!("--runtime-interface-emulator-address=127.0.0.1:{port}"));
    lambda.arg(format!("--runtime-api-address=127.0.0.1:{runtime_api}"));
    lambda.arg(files.join("usr/bin/qemu-aarch64-static")).arg("-L").arg(&files).arg(bootstrap);
    lambda.envs(environment).env("AWS_REGION", "us-east-1");
    // Nobody's, and nobody is there.
    lambda.env("AWS_ACCESS_KEY_ID", "nobody").env("AWS_SECRET_ACCESS_KEY", "nobody");
    lambda.env("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9");
    let log = cargo::root().join("target").join("arm64.log");
    let log_file = fs::File::create(&log).map_err(Error::of(&log))?;
    let event = read(EVENT)?;
    let answer = interruptible::run(async {
        let _lambda = ProcessGroup::start("aws-lambda-rie", lambda, log_file)?;
        http::invoke(port, http::FUNCTION, &event).await
    })?;
    let right: Value = serde_json::from_slice(&read(ANSWER)?)
        .map_err(|source| Error::NotJson { program: ANSWER.to_owned(), source })?;
    Ok((answer != right).then(|| format!("{EVENT} is answered {answer}, not {right} (see {})", log.display())))
}

fn read(path: &str) -> Result<Vec<u8>, Error> {
    let path: PathBuf = cargo::root().join(path);
    fs::read(&path).map_err(Error::of(&path))
}
