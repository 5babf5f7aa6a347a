//! `Custom::…`: what a function of the stack makes when CloudFormation asks it to.

use serde_json::Value;

use crate::dependency::{Needs, leans_on};
use crate::error::{Place, Problem};
use crate::node::Node;
use crate::resource::Resource;

/// A custom resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomResource {
    /// Its name in the template.
    pub logical_id: String,
    /// `Custom::` and what is asked for.
    pub type_name: String,
    /// The ARN of the function that is asked. It is one of the stack's.
    pub function: String,
    /// All properties, with numbers and truth values as texts. What they mean the function alone knows.
    pub properties: Value,
}

impl CustomResource {
    /// `called` takes the function.
    pub(crate) fn read(
        resource: &Resource,
        properties: &Node,
        called: &mut Vec<(String, Place)>,
    ) -> Result<Self, Problem> {
        let members = properties.map("the mapping of a custom resource")?;
        let property = |name| members.iter().find(|member| member.name == name).map(|member| &member.value);
        let token = property("ServiceToken").ok_or_else(|| {
            Problem::new(resource.place, "a custom resource without `ServiceToken`", "the ARN of a function")
        })?;
        let function = token.text("the ARN of a function")?.to_owned();
        // On the laptop the function's own timeout ends the wait.
        if let Some(seconds) = property("ServiceTimeout") {
            seconds.number(1..=3_600)?;
        }
        called.push((function.clone(), token.place));
        Ok(Self {
            logical_id: resource.logical_id.clone(),
            type_name: resource.type_name.clone(),
            function,
            properties: properties.to_json(),
        })
    }
}

/// Each after those that it needs, else as they stand in the template.
pub(crate) fn in_order(mut waiting: Vec<CustomResource>, needs: &Needs) -> Vec<CustomResource> {
    let mut ordered = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let needs_another =
            |one: &CustomResource| waiting.iter().any(|other| leans_on(&one.logical_id, &other.logical_id, needs));
        let first = waiting.iter().position(|one| !needs_another(one)).unwrap_or_default();
        ordered.push(waiting.remove(first));
    }
    ordered
}
