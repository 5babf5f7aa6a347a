//! The template as CloudFormation is given it.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use crate::program::output;
use crate::sam::Sam;

/// A template without SAM's own resources. Intrinsic functions are in their long form.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Translation {
    pub(super) resources: BTreeMap<String, Resource>,
}

/// What CloudFormation makes.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Resource {
    #[serde(rename = "Type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) properties: Value,
    #[serde(default)]
    pub(super) depends_on: Value,
}

impl Translation {
    /// Has SAM translate a file. No account is asked.
    pub(super) fn read(sam: &Sam, file: &Path) -> Result<Self, Error> {
        let program = "translate.py".to_owned();
        let translated = output(sam.command("python3").args(["-c", include_str!("translate.py")]).arg(file))?;
        if !translated.status.success() {
            return Err(Error::Program(program));
        }
        serde_json::from_slice(&translated.stdout).map_err(|source| Error::NotJson { program, source })
    }

    /// The resources of a type, with their properties.
    pub(super) fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let wanted = self.resources.iter().filter(move |(_, resource)| resource.kind == kind);
        wanted.map(|(name, resource)| (name.as_str(), &resource.properties))
    }
}

/// CloudFormation and IAM take one element for a list of one.
pub(super) fn one_or_more(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(elements) => elements,
        one => std::slice::from_ref(one),
    }
}

/// The resource that a `Ref` names.
pub(super) fn reference(value: &Value) -> Option<&str> {
    value.get("Ref")?.as_str()
}

/// The resource whose ARN a `GetAtt` gives.
pub(super) fn arn_of(value: &Value) -> Option<&str> {
    match value.get("Fn::GetAtt")?.as_array()?.as_slice() {
        [resource, attribute] if attribute == "Arn" => resource.as_str(),
        _ => None,
    }
}
