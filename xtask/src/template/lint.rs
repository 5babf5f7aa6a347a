//! What cfn-lint sees once nothing hides it.
//!
//! Beside an intrinsic function it lets some misspelt names pass (measured with 1.58.0: `AllowedScope` beside
//! `DiscoveryUrl: !Sub`). So it is shown copies that have values instead, one for each way to deploy, which between them
//! have every resource.

use std::collections::BTreeSet;
use std::io::Write as _;

use serde_json::{Value, json};

use crate::deployment;
use crate::error::Error;
use crate::program::output;
use crate::sam::Sam;

use super::translation::Translation;

/// Ways to deploy, each with whatever goes together: set of `samconfig.toml`, parameters.
const SHAPES: &[(&str, &[(&str, &str)])] = &[
    ("default", &[]),
    ("local", &[]),
    (
        "default",
        &[
            ("FirstUserEmail", "alice@example.com"),
            ("FirstUserGroup", "engineering"),
            ("GatewayLogs", "enabled"),
            ("PublicUrl", "https://mcp.example.com/mcp"),
            (
                "WebAclArn",
                "arn:aws:wafv2:us-east-1:000000000000:regional/webacl/a/0b7e2a2c-8d0c-4a0e-9f4e-1c5d3b6a7f80",
            ),
        ],
    ),
    (
        "default",
        &[
            ("AdvertisedScope", "api://countersign/tools"),
            ("AllowedAudience", "https://mcp.example.com/mcp"),
            ("AllowedClients", "0b7e2a2c-8d0c-4a0e-9f4e-1c5d3b6a7f80"),
            ("AllowedScopes", "tools"),
            ("DiscoveryUrl", "https://login.example.com/v2.0/.well-known/openid-configuration"),
            ("ProviderProfile", "entra"),
        ],
    ),
];

const PLACE: &str = "/Resources/Gateway/Properties/AuthorizerConfiguration/CustomJWTAuthorizer";
const NAME: &str = "AllowedScopes";
const MISSPELT: &str = "AllowedScope";

pub(super) fn defects(sam: &Sam, template: &Translation) -> Result<Vec<String>, Error> {
    let mut defects = Vec::new();
    let mut unseen: BTreeSet<&str> = template.resources.keys().map(String::as_str).collect();
    for (set, parameters) in SHAPES {
        let stack = deployment::stack(set, parameters)?;
        unseen.retain(|name| !stack.resources().contains_key(*name));
        let copy = json!({
            "AWSTemplateFormatVersion": "2010-09-09",
            "Transform": "AWS::Serverless-2016-10-31",
            "Resources": stack.resources(),
        });
        defects.extend(errors(sam, &copy)?.map(|errors| format!("with {set} {parameters:?}:\n{errors}")));
        if !errors(sam, &misspell(copy))?.is_some_and(|errors| errors.contains(MISSPELT)) {
            defects
                .push(format!("with {set} {parameters:?}: cfn-lint accepts a misspelt {NAME}, so it proves nothing"));
        }
    }
    defects.extend(unseen.iter().map(|name| format!("{name}: in no copy, so cfn-lint has not seen it")));
    Ok(defects)
}

fn misspell(mut copy: Value) -> Value {
    let members = copy.pointer_mut(PLACE).and_then(Value::as_object_mut);
    if let Some((members, value)) = members.and_then(|members| members.remove(NAME).map(|value| (members, value))) {
        members.insert(MISSPELT.to_owned(), value);
    }
    copy
}

/// What cfn-lint says if it finds errors. Numbers and truth values may be texts, as CloudFormation accepts them.
fn errors(sam: &Sam, copy: &Value) -> Result<Option<String>, Error> {
    let mut file = tempfile::Builder::new().suffix(".json").tempfile().map_err(Error::System)?;
    file.write_all(copy.to_string().as_bytes()).map_err(Error::System)?;
    let arguments = ["--non-zero-exit-code", "error", "--region", "us-east-1", "--"];
    let output = output(sam.command("cfn-lint").args(arguments).arg(file.path()))?;
    match output.status.code() {
        Some(0) => Ok(None),
        Some(_) if !output.stdout.is_empty() => Ok(Some(String::from_utf8_lossy(&output.stdout).into_owned())),
        _ => Err(Error::Program("cfn-lint".to_owned())),
    }
}
