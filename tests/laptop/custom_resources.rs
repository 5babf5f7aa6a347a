//! What the stack has its function make when it is deployed: the keys, and the control record.

use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use local_secrets::{SecretId, Secrets};
use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::Value;
use tempfile::TempDir;

use crate::countersign::{Countersign, FREE_PORTS, command};
use crate::identity::{account, assert_is};
use crate::process::Process;
use crate::programs::BUILD;
use crate::root;

const PURPOSES: [&str; 3] = ["signing", "verification", "control"];

fn secrets(state: &TempDir) -> BTreeMap<&'static str, String> {
    let secrets = Secrets::open(state.path()).unwrap();
    let value = |purpose| secrets.value(&format!("countersign/{purpose}")).unwrap().value;
    PURPOSES.into_iter().map(|purpose| (purpose, value(purpose).expose_secret().to_owned())).collect()
}

/// Which secrets the function has changed in this run.
fn changed(countersign: &Countersign) -> Vec<String> {
    let log = countersign.process.log();
    let lines = log.iter().filter_map(|line| line.strip_prefix("key-rotation | "));
    let events = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let changes = events.filter(|event| event["message"] == "changed");
    changes.map(|event| event["secret"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_function_makes_keys_at_the_first_start_and_keeps_them_at_the_next() {
    let state = Arc::new(tempfile::tempdir().unwrap());
    let mut made = Vec::new();
    for expected in [&["verification", "signing", "control"][..], &["control"]] {
        let countersign = Countersign::with_state(&state, &[]);
        // The gateway has another port each time.
        assert_eq!(changed(&countersign), expected);
        let token = countersign.token("alice").await;
        assert_is(&countersign.who_am_i(&token).await.said(), &account("alice"), &countersign.issuer);
        let now = secrets(&state);
        let control: Value = serde_json::from_str(&now["control"]).unwrap();
        assert_eq!(control["mcp_url"], countersign.mcp_url);
        assert!(control["gateway_arn"].as_str().unwrap().ends_with(control["gateway_id"].as_str().unwrap()));
        made.push(now);
    }
    assert_eq!(made[0]["signing"], made[1]["signing"]);
    assert_eq!(made[0]["verification"], made[1]["verification"]);
}

#[rstest]
fn damaged_keys_stop_the_start_and_stay_as_they_are(#[values("signing", "verification")] purpose: &str) {
    let state = tempfile::tempdir().unwrap();
    let name = format!("countersign/{purpose}");
    let arn = format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:{name}-abcdef");
    Secrets::open(state.path()).unwrap().put(&SecretId::new(arn, &name).unwrap(), "damaged".into()).unwrap();
    let error = failure(command(state.path(), FREE_PORTS));
    let expected = format!("SigningKeys (Custom::SigningKeys) failed: the secret `{purpose}` is damaged");
    assert!(error.starts_with(&expected), "{error}");
    assert!(error.contains(state.path().join("secrets").to_str().unwrap()), "{error}");
    let secrets = Secrets::open(state.path()).unwrap();
    assert_eq!(secrets.value(&name).unwrap().value.expose_secret(), "damaged");
}

#[rstest]
#[case::refused(
    "GatewayId: !GetAtt Gateway.GatewayIdentifier",
    "GatewayId: another",
    "GatewayBinding (Custom::Control) failed: GatewayArn must be the ARN of the gateway with GatewayId"
)]
#[case::not_understood(
    "ServiceToken: !GetAtt KeyRotationFunction.Arn",
    "ServiceToken: !GetAtt ProfileFunction.Arn",
    "SigningKeys (Custom::SigningKeys) failed: Target.BadContext"
)]
#[case::not_allowed(
    "                  - secretsmanager:DescribeSecret\n",
    "",
    "SigningKeys (Custom::SigningKeys) failed: the secret `verification`: Secrets Manager answered AccessDeniedException"
)]
#[test]
fn a_custom_resource_that_fails_stops_the_start_with_its_reason(
    #[case] from: &str,
    #[case] to: &str,
    #[case] expected: &str,
) {
    let project = tempfile::tempdir().unwrap();
    let template = fs::read_to_string(root().join("template.yaml")).unwrap();
    assert!(template.contains(from), "{from}");
    fs::write(project.path().join("template.yaml"), template.replace(from, to)).unwrap();
    fs::create_dir(project.path().join("local")).unwrap();
    for file in ["samconfig.toml", "local/accounts.yaml"] {
        fs::copy(root().join(file), project.path().join(file)).unwrap();
    }
    let template = project.path().join("template.yaml");
    let mut command = command(&project.path().join("state"), FREE_PORTS);
    command.arg("--template").arg(template).env("CARGO", cargo_elsewhere(project.path()));
    let error = failure(command);
    assert!(error.starts_with(expected), "{error}");
}

/// Cargo, in the workspace instead of the folder in which it is started.
fn cargo_elsewhere(folder: &Path) -> PathBuf {
    let script = folder.join("cargo");
    let text = format!("#!/bin/sh\ncd '{}' && exec '{}' \"$@\"\n", root().display(), env!("CARGO"));
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, Permissions::from_mode(0o700)).unwrap();
    script
}

/// Why it does not start.
fn failure(command: Command) -> String {
    let process = Process::start(command);
    assert_eq!(process.end(BUILD).code(), Some(1));
    assert_eq!(process.output(), Vec::<String>::new());
    let log = process.log().join("\n");
    let (_, error) = log.rsplit_once("\nerror: ").unwrap_or_else(|| panic!("no error in {log}"));
    error.to_owned()
}
