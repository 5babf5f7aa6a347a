//! What stands when the template is deployed on the laptop.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::attribute::Kind;
use crate::custom_resource::{self, CustomResource};
use crate::dependency::Needs;
use crate::error::{Place, Problem, quoted};
use crate::function::{Function, Unassumed};
use crate::gateway::Gateway;
use crate::node::Node;
use crate::pseudo::Pseudo;
use crate::resource::Resource;
use crate::role::Role;
use crate::secret::Secret;
use crate::target::Target;
use crate::user_pool_client::UserPoolClient;

/// The resolved template: one gateway with its targets, the functions, the secrets, what functions make of them, perhaps
/// a user pool's client.
#[derive(Debug)]
pub struct Stack {
    gateway: Gateway,
    functions: Vec<Function>,
    secrets: Vec<Secret>,
    custom_resources: Vec<CustomResource>,
    user_pool_client: Option<UserPoolClient>,
    outputs: BTreeMap<String, String>,
    resources: BTreeMap<String, Value>,
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

    /// What functions of the stack make: each after those that it needs, by whatever way round.
    #[must_use]
    pub fn custom_resources(&self) -> &[CustomResource] {
        &self.custom_resources
    }

    /// The client of the stack's own user pool; `None` if another provider signs people in.
    #[must_use]
    pub const fn user_pool_client(&self) -> Option<&UserPoolClient> {
        self.user_pool_client.as_ref()
    }

    /// The outputs. A URL among them is the one on AWS, not the laptop's.
    #[must_use]
    pub const fn outputs(&self) -> &BTreeMap<String, String> {
        &self.outputs
    }

    /// Every resource that exists, as it stands in the template, with values in the place of functions: an object with
    /// `Type` and `Properties`, whose numbers and truth values are texts.
    #[must_use]
    pub const fn resources(&self) -> &BTreeMap<String, Value> {
        &self.resources
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
    custom_resources: Vec<CustomResource>,
    user_pool_client: Option<UserPoolClient>,
    /// Function ARNs that the gateway and custom resources call, and gateway identifiers that targets name: checked when all are known.
    called: Vec<(String, Place)>,
    attached: Vec<(String, Place)>,
    pub(crate) outputs: BTreeMap<String, String>,
    resources: BTreeMap<String, Value>,
}

impl Deployment {
    pub(crate) fn add(
        &mut self,
        resource: &Resource,
        name: String,
        properties: &Node,
        pseudo: &Pseudo,
    ) -> Result<(), Problem> {
        let literal = json!({"Type": resource.type_name, "Properties": properties.to_json()});
        self.resources.insert(resource.logical_id.clone(), literal);
        match resource.kind {
            // CloudWatch and the firewall are not here. Who can sign in, and where, is the affair of whoever stands in
            // for the user pool.
            Kind::DeliveryDestination | Kind::DeliverySource | Kind::Inert | Kind::LogGroup | Kind::UserPool => {}
            Kind::CustomResource => {
                self.custom_resources.push(CustomResource::read(resource, properties, &mut self.called)?);
            }
            Kind::UserPoolClient => {
                if self.user_pool_client.is_some() {
                    return Err(Problem::new(resource.place, "a second client of a user pool", "one"));
                }
                self.user_pool_client = Some(UserPoolClient::read(name, properties, pseudo)?);
            }
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

    /// `section` is where the resources are declared, `needs` has no circle.
    pub(crate) fn stack(self, section: Place, needs: &Needs, pseudo: &Pseudo) -> Result<Stack, Problem> {
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
        let Self { secrets, user_pool_client, outputs, resources, .. } = self;
        let custom_resources = custom_resource::in_order(self.custom_resources, needs);
        Ok(Stack { gateway, functions, secrets, custom_resources, user_pool_client, outputs, resources })
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
