//! Who may do what with the secrets.
//!
//! Whoever reads `signing` can be anybody to every tool, and so can whoever writes `verification`. What a role may do is
//! read from its own policies, so every other way to give a right is a defect.

use std::collections::BTreeSet;

use serde_json::Value;

use super::translation::{Translation, one_or_more, reference};

/// What may be done with a secret: role, secret, actions.
pub(super) type Row = (&'static str, &'static str, &'static [&'static str]);

/// All that may be done with the secrets of this stack.
pub(super) const SECRETS: &[Row] = &[
    ("AuthorizerRole", "ControlSecret", READ),
    ("AuthorizerRole", "SigningSecret", READ),
    ("KeyRotationRole", "ControlSecret", KEEP),
    ("KeyRotationRole", "SigningSecret", KEEP),
    ("KeyRotationRole", "VerificationSecret", KEEP),
    ("ProfileRole", "VerificationSecret", READ),
];

const READ: &[&str] = &["secretsmanager:GetSecretValue"];

const KEEP: &[&str] = &[
    "secretsmanager:DescribeSecret",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutSecretValue",
    "secretsmanager:UpdateSecretVersionStage",
];

const DOCUMENT: &str = "PolicyDocument";

/// What a role may do with other things than secrets.
const OTHER: &[&str] = &["lambda:InvokeFunction", "logs:CreateLogStream", "logs:PutLogEvents"];

/// One action that a role may do with one resource.
#[derive(Debug, Clone, Copy)]
pub(super) struct Right<'a> {
    pub(super) role: &'a str,
    pub(super) action: &'a str,
    pub(super) resource: &'a Value,
}

pub(super) fn defects(template: &Translation, expected: &[Row]) -> Vec<String> {
    let mut defects = Vec::new();
    for (name, resource) in &template.resources {
        let kind = resource.kind.as_str();
        let elsewhere = kind.starts_with("AWS::IAM::") || kind == "AWS::SecretsManager::ResourcePolicy";
        if elsewhere && kind != "AWS::IAM::Role" {
            defects.push(format!("{name}: a right that no role has by itself ({kind})"));
        }
        // CloudFormation would put the secret itself there.
        if resource.properties.to_string().contains("{{resolve:secretsmanager") {
            defects.push(format!("{name}: has a secret among its properties"));
        }
    }
    for (role, properties) in template.of_type("AWS::IAM::Role") {
        if properties.get("ManagedPolicyArns").is_some() {
            defects.push(format!("{role}: a managed policy, which AWS may widen (SAM adds one to the roles it makes)"));
        }
        if !is_trusted_by_one_service(statement(properties, "AssumeRolePolicyDocument")) {
            defects.push(format!("{role}: one service may assume it, and nobody else"));
        }
        let unreadable =
            policies(properties).iter().filter(|policy| one_or_more(statement(policy, DOCUMENT)).is_empty());
        defects.extend(unreadable.map(|policy| format!("{role}: a policy without statements: {policy}")));
        defects.extend(statements(properties).filter_map(|statement| unjudged(role, statement)));
    }
    let others = rights(template).filter(|right| !is_of_secrets(right.action) && !OTHER.contains(&right.action));
    defects.extend(others.map(|right| format!("{}: {} is nothing that a role needs", right.role, right.action)));
    let found: BTreeSet<_> = rights(template).filter_map(|right| secret_right(right, &mut defects)).collect();
    let expected: BTreeSet<_> = expected
        .iter()
        .flat_map(|(role, secret, actions)| actions.iter().map(|action| (*role, *secret, *action)))
        .collect();
    let sentence = |(role, secret, action): &(&str, &str, &str), what| format!("{role}: {action} of {secret} {what}");
    defects
        .extend(found.difference(&expected).map(|right| sentence(right, "is not among what it should be able to do")));
    defects.extend(expected.difference(&found).map(|right| sentence(right, "is what it needs and may not do")));
    defects
}

/// Every right of every role, as far as it can be judged.
pub(super) fn rights(template: &Translation) -> impl Iterator<Item = Right<'_>> {
    template.of_type("AWS::IAM::Role").flat_map(|(role, properties)| {
        statements(properties).flat_map(move |statement| {
            let actions = one_or_more(&statement["Action"]).iter().filter_map(Value::as_str);
            let resources = one_or_more(&statement["Resource"]);
            actions.flat_map(move |action| resources.iter().map(move |resource| Right { role, action, resource }))
        })
    })
}

fn policies(role: &Value) -> &[Value] {
    one_or_more(&role["Policies"])
}

fn statements(role: &Value) -> impl Iterator<Item = &Value> {
    policies(role).iter().flat_map(|policy| one_or_more(statement(policy, DOCUMENT)))
}

/// The statements of a document.
fn statement<'a>(owner: &'a Value, document: &str) -> &'a Value {
    owner.get(document).and_then(|document| document.get("Statement")).unwrap_or(&Value::Null)
}

/// Whether it is allowed, with these members and no other: exceptions (`NotAction`) have names of their own.
fn is_plain(statement: &Value, members: [&str; 2]) -> bool {
    let known =
        |name: &String| members.contains(&name.as_str()) || ["Condition", "Effect", "Sid"].contains(&name.as_str());
    statement["Effect"] == "Allow" && statement.as_object().is_some_and(|members| members.keys().all(known))
}

/// Why it cannot be told what a statement allows, or why that is too much.
fn unjudged(role: &str, statement: &Value) -> Option<String> {
    let actions = one_or_more(&statement["Action"]);
    let exact = |action: &Value| action.as_str().is_some_and(|action| !action.contains(['*', '?']));
    let everything = one_or_more(&statement["Resource"]).iter().any(|resource| resource == "*");
    let what = if !is_plain(statement, ["Action", "Resource"]) || actions.is_empty() {
        "neither exceptions nor conditions of the template may stand in a statement"
    } else if !actions.iter().all(exact) {
        "each action by its name: a wildcard grows with AWS"
    } else if everything {
        "`*` is everything in the account"
    } else {
        return None;
    };
    Some(format!("{role}: {what}: {statement}"))
}

fn secret_right<'a>(right: Right<'a>, defects: &mut Vec<String>) -> Option<(&'a str, &'a str, &'a str)> {
    let Right { role, action, resource } = right;
    if !is_of_secrets(action) {
        return None;
    }
    let secret = reference(resource);
    if secret.is_none() {
        defects.push(format!("{role}: {action} of what is not one secret of this stack: {resource}"));
    }
    Some((role, secret?, action))
}

/// IAM compares actions without regard to case.
fn is_of_secrets(action: &str) -> bool {
    action.to_ascii_lowercase().starts_with("secretsmanager:")
}

fn is_trusted_by_one_service(statements: &Value) -> bool {
    let [statement] = one_or_more(statements) else { return false };
    let service = statement["Principal"].as_object().filter(|principal| principal.len() == 1);
    let service = service.and_then(|principal| principal.get("Service")?.as_str());
    is_plain(statement, ["Action", "Principal"])
        && statement["Action"] == "sts:AssumeRole"
        && service.is_some_and(|service| service.ends_with(".amazonaws.com") && !service.contains('*'))
}

#[cfg(test)]
mod tests;
