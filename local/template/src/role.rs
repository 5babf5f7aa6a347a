//! `AWS::IAM::Role`: which secrets it may read.
//!
//! The laptop has no IAM, but it has this much of it: otherwise a function could read here what it is denied on AWS, and
//! a grant that is missing would show after the deployment only. What cannot be judged exactly (a wildcard, a
//! condition, a denial, a managed policy) is refused.

use crate::attribute::Kind;
use crate::error::Problem;
use crate::fields::Fields;
use crate::node::{Content, Node};
use crate::pseudo::Pseudo;

/// The one action of which the laptop keeps account, as IAM compares actions: without regard to case.
const READ_SECRET: &str = "secretsmanager:getsecretvalue";

/// A role, and what its inline policies let it read.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) arn: String,
    /// ARNs, whole.
    pub(crate) readable_secrets: Vec<String>,
}

impl Role {
    pub(crate) fn read(name: String, properties: &Node, pseudo: &Pseudo) -> Result<Self, Problem> {
        let ignored = &["AssumeRolePolicyDocument", "Description", "MaxSessionDuration", "Tags"];
        let mut fields = Fields::of(properties, "a role")?.ignore(ignored);
        if let Some(node) = fields.optional("RoleName")
            && !is_name(&name)
        {
            return Err(node.instead_of("1 to 64 letters, digits and `_+=,.@-`"));
        }
        let policies = fields.optional("Policies").map_or(Ok(&[][..]), |node| node.list("a list of policies"))?;
        fields.finish()?;
        let mut readable_secrets = Vec::new();
        for policy in policies {
            let mut fields = Fields::of(policy, "a policy")?.ignore(&["PolicyName"]);
            let mut document = Fields::of(fields.required("PolicyDocument")?, "`PolicyDocument`")?.ignore(&["Id"]);
            document.required("Version")?.exactly("2012-10-17")?;
            for statement in one_or_more(document.required("Statement")?) {
                readable_secrets.extend(allowed(statement)?);
            }
            document.finish()?;
            fields.finish()?;
        }
        let arn = Kind::Role.attribute("Arn", &name, pseudo).unwrap_or_default();
        Ok(Self { name, arn, readable_secrets })
    }
}

fn is_name(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_+=,.@-".contains(&byte);
    (1..=64).contains(&text.len()) && text.bytes().all(known)
}

/// IAM takes one element for a list of one.
fn one_or_more(node: &Node) -> &[Node] {
    if let Content::List(elements) = &node.content { elements } else { std::slice::from_ref(node) }
}

/// The secrets that a statement lets its role read. `NotAction` and `NotResource` are among what is not known.
fn allowed(statement: &Node) -> Result<Vec<String>, Problem> {
    let mut fields = Fields::of(statement, "a statement")?.ignore(&["Sid"]);
    fields.required("Effect")?.exactly("Allow")?;
    let mut reads = false;
    for action in one_or_more(fields.required("Action")?) {
        reads |= reads_secrets(action)?;
    }
    let resources = fields.required("Resource")?;
    let condition = fields.optional("Condition");
    fields.finish()?;
    if !reads {
        return Ok(Vec::new());
    }
    if let Some(condition) = condition {
        return Err(condition.instead_of("no condition, for the laptop does not judge any, where a secret may be read"));
    }
    one_or_more(resources).iter().map(secret).collect()
}

fn reads_secrets(node: &Node) -> Result<bool, Problem> {
    let action = node.text("an action")?.to_ascii_lowercase();
    match action.split_once(['*', '?']) {
        // What stands before the wildcard could go on to be the action.
        Some((before, _)) if READ_SECRET.starts_with(before) => {
            Err(node.instead_of("actions of Secrets Manager by their whole names, without wildcards"))
        }
        _ => Ok(action == READ_SECRET),
    }
}

fn secret(node: &Node) -> Result<String, Problem> {
    let expected = "the whole ARN of a secret, without wildcards";
    let arn = node.text(expected)?;
    let parts: Vec<&str> = arn.split(':').collect();
    let is_secret = matches!(parts[..], ["arn", _, "secretsmanager", _, _, "secret", _]);
    if is_secret && !arn.contains(['*', '?']) { Ok(arn.to_owned()) } else { Err(node.instead_of(expected)) }
}
