//! What `up` lets `event` know of the stack: its functions, with all that they were started with. Their credentials are
//! among it.

use std::collections::BTreeMap;

use aws_clients::SecretsManager;
use environment::Environment;
use local_runtime_api::FunctionConfig;
use local_template::{Point, Stack};
use serde::{Deserialize, Serialize};

use crate::deployment::REGION;
use crate::failure::Failure;
use crate::functions::Functions;
use crate::sign_in::SignIn;

/// The custom resource whose function makes the keys.
const SIGNING_KEYS: &str = "Custom::SigningKeys";

/// The stack that runs.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Deployed {
    /// The laptop's own identity provider, if people sign in there.
    pub(crate) provider: Option<Provider>,
    pub(crate) gateway_id: String,
    /// By logical id.
    pub(crate) functions: BTreeMap<String, Function>,
}

/// Where a token is had, and for whom.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Provider {
    pub(crate) issuer: String,
    pub(crate) accounts: Vec<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Function {
    pub(crate) config: FunctionConfig,
    pub(crate) role: Role,
}

/// Who invokes it.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) enum Role {
    /// The gateway, before a target.
    Interceptor,
    /// The gateway, as a target.
    Target(Target),
    /// Secrets Manager and CloudFormation, for the keys.
    Keys,
    Other,
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) id: String,
    /// As clients name them.
    pub(crate) tools: Vec<String>,
}

impl Deployed {
    pub(crate) fn of(stack: &Stack, functions: &Functions, sign_in: Option<&SignIn>) -> Self {
        let provider = sign_in.map(|sign_in| Provider {
            issuer: sign_in.issuer.clone(),
            accounts: sign_in.accounts.iter().map(|account| account.id.clone()).collect(),
        });
        let functions = stack.functions().iter().filter_map(|function| {
            let published =
                Function { config: functions.config(&function.arn)?.clone(), role: role(stack, &function.arn) };
            Some((function.logical_id.clone(), published))
        });
        Self { provider, gateway_id: stack.gateway().id.clone(), functions: functions.collect() }
    }

    pub(crate) fn function(&self, logical_id: &str) -> Result<&Function, Failure> {
        self.functions.get(logical_id).ok_or_else(|| {
            let known: Vec<_> = self.functions.keys().map(String::as_str).collect();
            Failure::new(format!("the template has no function {logical_id}"))
                .with_hint(format!("It has {}.", known.join(", ")))
        })
    }

    /// The function that judges.
    pub(crate) fn interceptor(&self) -> Result<&Function, Failure> {
        let mut functions = self.functions.values();
        let interceptor = functions.find(|function| matches!(function.role, Role::Interceptor));
        interceptor.ok_or_else(|| Failure::new("the gateway has no interceptor, so nobody countersigns a call"))
    }

    pub(crate) fn targets(&self) -> impl Iterator<Item = &Target> {
        self.functions.values().filter_map(|function| match &function.role {
            Role::Target(target) => Some(target),
            _ => None,
        })
    }
}

fn role(stack: &Stack, arn: &str) -> Role {
    let gateway = stack.gateway();
    let target = gateway.targets.iter().find(|target| target.function == arn);
    let intercepts = gateway.interceptors.iter().any(|one| one.function == arn && one.points.contains(&Point::Request));
    let makes_keys = stack.custom_resources().iter().any(|one| one.function == arn && one.type_name == SIGNING_KEYS);
    match target {
        Some(target) => Role::Target(Target {
            id: target.id.clone(),
            tools: target.tools.iter().map(|tool| format!("{}___{}", target.name, tool.name())).collect(),
        }),
        None if intercepts => Role::Interceptor,
        None if makes_keys => Role::Keys,
        None => Role::Other,
    }
}

impl Function {
    /// A variable that it was started with.
    pub(crate) fn variable(&self, name: &str) -> Result<&str, Failure> {
        let value = self.config.environment.get(name).map(String::as_str);
        value.ok_or_else(|| Failure::new(format!("the template gives {} no variable {name}", self.config.name)))
    }

    /// The Secrets Manager of the laptop, as this function reaches it.
    pub(crate) fn secrets(&self) -> Result<SecretsManager, Failure> {
        Ok(SecretsManager::new(&Environment::new(|name| match name {
            "AWS_REGION" => Some(REGION.to_owned()),
            _ => self.config.environment.get(name).cloned(),
        }))?)
    }
}
