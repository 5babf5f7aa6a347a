//! `AWS::Serverless::Function`.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::attribute::Kind;
use crate::error::{Place, Problem, quoted};
use crate::fields::Fields;
use crate::node::Node;
use crate::pseudo::Pseudo;
use crate::resource::Resource;
use crate::role::{Role, SecretPermission};

/// What the laptop does not need to know. `Policies`, which would add to a role that SAM makes, is not among them.
const IRRELEVANT: &[&str] = &["Architectures", "CodeUri", "Description", "LoggingConfig", "Tags", "Tracing"];
/// Lambda's quota for all environment variables of a function, in bytes.
const MAX_ENVIRONMENT: usize = 4096;

/// A function: which program it is, and how Lambda would run it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name in the template.
    pub logical_id: String,
    /// Its name in Lambda.
    pub name: String,
    /// Its ARN, without a qualifier.
    pub arn: String,
    /// The cargo binary that it is built from.
    pub binary: String,
    /// How long an invocation may take: 1 s to 15 min.
    pub timeout: Duration,
    /// 128 to 10,240 MiB.
    pub memory_mb: u32,
    /// The variables that the template sets.
    pub environment: BTreeMap<String, String>,
    /// As whom it calls AWS: `arn:<partition>:sts::<account>:assumed-role/<role>/<function>`.
    pub principal: String,
    /// What its role lets it do with secrets, and nothing else.
    pub secret_permissions: Vec<SecretPermission>,
}

/// A function whose role is not looked up yet.
#[derive(Debug)]
pub(crate) struct Unassumed {
    pub(crate) function: Function,
    /// The ARN that the template gives; without one, SAM makes a role that may do nothing with secrets.
    role: Option<(String, Place)>,
}

impl Unassumed {
    pub(crate) fn read(resource: &Resource, name: String, properties: &Node, pseudo: &Pseudo) -> Result<Self, Problem> {
        let mut fields = Fields::of(properties, "a function")?.ignore(IRRELEVANT);
        if let Some(node) = fields.optional("FunctionName")
            && !is_name(&name)
        {
            return Err(node.instead_of("1 to 64 letters, digits, `-` and `_`"));
        }
        fields.required("Handler")?.exactly("bootstrap")?;
        fields.required("Runtime")?.exactly("provided.al2023")?;
        let timeout = fields.optional("Timeout").map_or(Ok(3), |node| node.number(1..=900))?;
        let memory_mb = fields.optional("MemorySize").map_or(Ok(128), |node| node.number(128..=10_240))?;
        let environment = fields.optional("Environment").map_or_else(|| Ok(BTreeMap::new()), environment)?;
        let role = match fields.optional("Role") {
            Some(node) => Some((node.text("the ARN of a role")?.to_owned(), node.place)),
            None => None,
        };
        fields.finish()?;
        let function = Function {
            binary: binary(resource)?,
            arn: Kind::Function.attribute("Arn", &name, pseudo).unwrap_or_default(),
            logical_id: resource.logical_id.clone(),
            principal: principal(pseudo, &format!("{}-{}Role", pseudo.stack_name, resource.logical_id), &name),
            name,
            timeout: Duration::from_secs(timeout.into()),
            memory_mb,
            environment,
            secret_permissions: Vec::new(),
        };
        Ok(Self { function, role })
    }

    /// The function with what its role, one of `roles`, gives it.
    pub(crate) fn assume(self, roles: &[Role], pseudo: &Pseudo) -> Result<Function, Problem> {
        let Self { mut function, role } = self;
        if let Some((arn, place)) = role {
            let role = roles.iter().find(|role| role.arn == arn);
            let role = role.ok_or_else(|| Problem::new(place, quoted(&arn), "the ARN of a role of this template"))?;
            function.principal = principal(pseudo, &role.name, &function.name);
            function.secret_permissions.clone_from(&role.secret_permissions);
        }
        Ok(function)
    }
}

/// Lambda names the session after the function.
fn principal(pseudo: &Pseudo, role: &str, function: &str) -> String {
    format!("arn:{}:sts::{}:assumed-role/{role}/{function}", pseudo.partition, pseudo.account_id)
}

fn is_name(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// `Metadata` as `sam build` reads it: the cargo binary to build.
fn binary(resource: &Resource) -> Result<String, Problem> {
    let expected = "`Metadata` with `BuildMethod` and `BuildProperties`";
    let metadata = resource.metadata.as_ref();
    let metadata = metadata.ok_or_else(|| Problem::new(resource.place, "a function without `Metadata`", expected))?;
    let mut fields = Fields::of(metadata, "a function's `Metadata`")?;
    fields.required("BuildMethod")?.exactly("rust-cargolambda")?;
    let mut build = Fields::of(fields.required("BuildProperties")?, "`BuildProperties`")?;
    let node = build.required("Binary")?;
    let binary = node.text("the name of a cargo binary")?;
    if !is_name(binary) {
        return Err(node.instead_of("the name of a cargo binary"));
    }
    build.finish()?;
    fields.finish()?;
    Ok(binary.to_owned())
}

fn environment(node: &Node) -> Result<BTreeMap<String, String>, Problem> {
    let mut fields = Fields::of(node, "`Environment`")?;
    let variables = fields.required("Variables")?;
    fields.finish()?;
    let mut environment = BTreeMap::new();
    for variable in variables.map("a mapping of variables")? {
        let name = &variable.name;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.len() < 2 || !name.starts_with(|c: char| c.is_ascii_alphabetic()) || !name.bytes().all(known) {
            let expected = "a letter, then letters, digits and `_`";
            return Err(Problem::new(variable.place, format!("the variable `{name}`"), expected));
        }
        environment.insert(name.clone(), variable.value.text("a text")?.to_owned());
    }
    let size: usize = environment.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > MAX_ENVIRONMENT {
        return Err(Problem::new(
            variables.place,
            format!("variables of {size} bytes"),
            format!("at most {MAX_ENVIRONMENT}"),
        ));
    }
    Ok(environment)
}
