//! What stands when the template is deployed on the laptop.

use std::collections::BTreeMap;

use crate::attribute::Kind;
use crate::error::{Place, Problem, quoted};
use crate::function::{Function, Unassumed};
use crate::gateway::Gateway;
use crate::node::Node;
use crate::pseudo::Pseudo;
use crate::resource::Resource;
use crate::role::Role;
use crate::secret::Secret;
use crate::target::Target;

/// The resolved template: one gateway with its targets, the functions, the secrets.
#[derive(Debug)]
pub struct Stack {
    gateway: Gateway,
    functions: Vec<Function>,
    secrets: Vec<Secret>,
    outputs: BTreeMap<String, String>,
}

impl Stack {
    /// The gateway, with its interceptors and targets. Every function that they name is one of [`Stack::functions`].
    #[must_use]
    pub const fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The functions, as they stand in the template.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The secrets, as they stand in the template.
    #[must_use]
    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The outputs. A URL among them is the one on AWS, not the laptop's.
    #[must_use]
    pub const fn outputs(&self) -> &BTreeMap<String, String> {
        &self.outputs
    }
}

/// A stack in the making.
#[derive(Default)]
pub(crate) struct Deployment {
    gateway: Option<Gateway>,
    targets: Vec<Target>,
    functions: Vec<Unassumed>,
    roles: Vec<Role>,
    secrets: Vec<Secret>,
    /// Function ARNs that the gateway calls, and gateway identifiers that targets name: checked when all are known.
    called: Vec<(String, Place)>,
    attached: Vec<(String, Place)>,
    pub(crate) outputs: BTreeMap<String, String>,
}

impl Deployment {
    pub(crate) fn add(
        &mut self,
        resource: &Resource,
        name: String,
        properties: &Node,
        pseudo: &Pseudo,
    ) -> Result<(), Problem> {
        match resource.kind {
            // CloudWatch is not here.
            Kind::LogGroup => {}
            Kind::Function => {
                let unassumed = Unassumed::read(resource, name, properties, pseudo)?;
                let names = self.functions.iter().map(|other| other.function.name.as_str());
                once(resource, "function", &unassumed.function.name, names)?;
                self.functions.push(unassumed);
            }
            Kind::Role => {
                let role = Role::read(name, properties, pseudo)?;
                once(resource, "role", &role.name, self.roles.iter().map(|other| other.name.as_str()))?;
                self.roles.push(role);
            }
            Kind::Secret => {
                let secret = Secret::read(resource, name, properties, pseudo)?;
                once(resource, "secret", &secret.name, self.secrets.iter().map(|other| other.name.as_str()))?;
                self.secrets.push(secret);
            }
            Kind::Gateway => {
                if self.gateway.is_some() {
                    return Err(Problem::new(resource.place, "a second gateway", "one"));
                }
                let gateway = Gateway::read(name, properties, pseudo, &mut self.called)?;
                self.gateway = Some(gateway);
            }
            Kind::GatewayTarget => {
                let target = Target::read(properties, pseudo, &mut self.called, &mut self.attached)?;
                once(resource, "target", target.name.as_str(), self.targets.iter().map(|other| other.name.as_str()))?;
                self.targets.push(target);
            }
        }
        Ok(())
    }

    /// `section` is where the resources are declared.
    pub(crate) fn stack(self, section: Place, pseudo: &Pseudo) -> Result<Stack, Problem> {
        let expected = "an `AWS::BedrockAgentCore::Gateway`";
        let mut gateway = self.gateway.ok_or_else(|| Problem::new(section, "no gateway", expected))?;
        let functions = self.functions.into_iter().map(|function| function.assume(&self.roles, pseudo));
        let functions: Vec<Function> = functions.collect::<Result<_, _>>()?;
        for (arn, place) in self.called {
            if functions.iter().all(|function| function.arn != arn) {
                return Err(Problem::new(place, quoted(&arn), "the ARN of a function of this template"));
            }
        }
        for (identifier, place) in self.attached {
            if identifier != gateway.id {
                return Err(Problem::new(place, quoted(&identifier), "the identifier of this template's gateway"));
            }
        }
        gateway.targets = self.targets;
        Ok(Stack { gateway, functions, secrets: self.secrets, outputs: self.outputs })
    }
}

/// AWS would refuse to make a second one of that name.
fn once<'a>(
    resource: &Resource,
    what: &str,
    name: &str,
    mut others: impl Iterator<Item = &'a str>,
) -> Result<(), Problem> {
    if others.any(|other| other == name) {
        return Err(Problem::new(resource.place, format!("a second {what} {}", quoted(name)), "each name once"));
    }
    Ok(())
}
