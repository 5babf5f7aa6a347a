//! The subset of JSON Schema that the Gateway knows (`SchemaDefinition`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::{Error, Node, Problem, Spelling};

/// What a value must look like. No `enum`, no formats, no bounds: the Gateway's API has none of them.
///
/// Properties are sorted by name: the JSON that MCP clients read is sorted as well, and two declarations that differ in
/// the order of their properties only are equal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value")]
pub struct Schema {
    /// `type`.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// For people and models.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The known members of an object. Unknown ones pass: the subset cannot forbid them.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub properties: BTreeMap<String, Self>,
    /// The members that must be there, in the order of the declaration.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// What the elements of an array must look like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub items: Option<Box<Self>>,
}

/// The kinds of value that a [`Schema`] can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs, reason = "the names are those of JSON Schema")]
pub enum Kind {
    String,
    Number,
    Object,
    Array,
    Boolean,
    Integer,
}

impl Kind {
    /// The name in a schema, for instance `integer`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Object => "object",
            Self::Array => "array",
            Self::Boolean => "boolean",
            Self::Integer => "integer",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::String, Self::Number, Self::Object, Self::Array, Self::Boolean, Self::Integer]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

impl Schema {
    /// A schema of this kind that asks for nothing more.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        Self { kind, description: None, properties: BTreeMap::new(), required: Vec::new(), items: None }
    }

    /// Reads the API's spelling (`type`, `properties`, …), which is also MCP's.
    ///
    /// # Errors
    ///
    /// Where the document leaves the subset.
    pub fn from_api(document: &Value) -> Result<Self, Error> {
        Self::read(&Node::root(document, Spelling::Api))
    }

    /// Reads CloudFormation's spelling (`Type`, `Properties`, …).
    ///
    /// # Errors
    ///
    /// Where the document leaves the subset.
    pub fn from_cloudformation(document: &Value) -> Result<Self, Error> {
        Self::read(&Node::root(document, Spelling::CloudFormation))
    }

    pub(super) fn read(node: &Node<'_>) -> Result<Self, Error> {
        node.only(&["type", "description", "properties", "required", "items"], Problem::UnknownKeyword)?;
        let kind = node.required("type")?;
        let kind = Kind::from_name(kind.text()?).ok_or_else(|| kind.error(Problem::UnknownType))?;
        let mut schema = Self::new(kind);
        if let Some(description) = node.member("description") {
            schema.description = Some(description.text()?.to_owned());
        }
        if let Some(properties) = node.member("properties") {
            for (name, property) in properties.entries()? {
                schema.properties.insert(name.to_owned(), Self::read(&property)?);
            }
        }
        if let Some(required) = node.member("required") {
            for name in required.elements()? {
                schema.required.push(name.text()?.to_owned());
            }
        }
        if let Some(items) = node.member("items") {
            schema.items = Some(Box::new(Self::read(&items)?));
        }
        Ok(schema)
    }
}

impl TryFrom<Value> for Schema {
    type Error = Error;

    fn try_from(document: Value) -> Result<Self, Error> {
        Self::from_api(&document)
    }
}
