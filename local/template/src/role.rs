//! `AWS::IAM::Role`: what it may do with which secret.
//!
//! The laptop has no IAM, but it has this much of it: otherwise a function could read here what it is denied on AWS, and
//! a grant that is missing would show after the deployment only. What cannot be judged exactly (a wildcard, a
//! condition, a denial, a managed policy) is refused.

use crate::attribute::Kind;
use crate::error::Problem;
use crate::fields::Fields;
use crate::node::{Content, Node};
use crate::pseudo::Pseudo;

/// The actions of which the laptop keeps account, as IAM compares them: without regard to case.
const ACTIONS: [&str; 4] = [
    "secretsmanager:describesecret",
    "secretsmanager:getsecretvalue",
    "secretsmanager:putsecretvalue",
    "secretsmanager:updatesecretversionstage",
];

/// Something that a role may do with a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretPermission {
    /// What IAM calls it, in lower case, such as `secretsmanager:getsecretvalue`.
    pub action: String,
    /// The ARN of the secret, whole.
    pub secret: String,
}

/// A role, and what its inline policies let it do with secrets.
#[derive(Debug)]
pub(crate) struct Role {
    pub(crate) name: String,
    pub(crate) arn: String,
    pub(crate) secret_permissions: Vec<SecretPermission>,
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
        let mut secret_permissions = Vec::new();
        for policy in policies {
            let mut fields = Fields::of(policy, "a policy")?.ignore(&["PolicyName"]);
            let mut document = Fields::of(fields.required("PolicyDocument")?, "`PolicyDocument`")?.ignore(&["Id"]);
            document.required("Version")?.exactly("2012-10-17")?;
            for statement in one_or_more(document.required("Statement")?) {
                secret_permissions.extend(allowed(statement)?);
            }
            document.finish()?;
            fields.finish()?;
        }
        let arn = Kind::Role.attribute("Arn", &name, pseudo).unwrap_or_default();
        Ok(Self { name, arn, secret_permissions })
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

/// What a statement lets its role do with secrets. `NotAction` and `NotResource` are among what is not known.
fn allowed(statement: &Node) -> Result<Vec<SecretPermission>, Problem> {
    let mut fields = Fields::of(statement, "a statement")?.ignore(&["Sid"]);
    fields.required("Effect")?.exactly("Allow")?;
    let actions = one_or_more(fields.required("Action")?).iter().filter_map(|action| of_secrets(action).transpose());
    let actions = actions.collect::<Result<Vec<_>, _>>()?;
    let resources = fields.required("Resource")?;
    let condition = fields.optional("Condition");
    fields.finish()?;
    if actions.is_empty() {
        return Ok(Vec::new());
    }
    if let Some(condition) = condition {
        return Err(condition.instead_of("no condition where secrets are concerned, for the laptop does not judge any"));
    }
    let mut permissions = Vec::new();
    for resource in one_or_more(resources) {
        let secret = secret(resource)?;
        permissions.extend(actions.iter().cloned().map(|action| SecretPermission { action, secret: secret.clone() }));
    }
    Ok(permissions)
}

/// The action in lower case, if the laptop keeps account of it.
fn of_secrets(node: &Node) -> Result<Option<String>, Problem> {
    let action = node.text("an action")?.to_ascii_lowercase();
    match action.split_once(['*', '?']) {
        // What stands before the wildcard could go on to be such an action.
        Some((before, _)) if ACTIONS.iter().any(|known| known.starts_with(before)) => {
            Err(node.instead_of("actions of Secrets Manager by their whole names, without wildcards"))
        }
        _ => Ok(Some(action).filter(|action| ACTIONS.contains(&action.as_str()))),
    }
}

fn secret(node: &Node) -> Result<String, Problem> {
    let expected = "the whole ARN of a secret, without wildcards";
    let arn = node.text(expected)?;
    let parts: Vec<&str> = arn.split(':').collect();
    let is_secret = matches!(parts[..], ["arn", _, "secretsmanager", _, _, "secret", _]);
    if is_secret && !arn.contains(['*', '?']) { Ok(arn.to_owned()) } else { Err(node.instead_of(expected)) }
}
