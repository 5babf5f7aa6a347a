//! The declaration of one tool (`ToolDefinition`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::document::{Error, Node, Problem, Spelling};
use super::{BareName, Kind, Schema};

/// A tool as its target declares it. Its JSON is the API's spelling, which is also that of `tools/list`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "Value")]
pub struct Definition {
    name: BareName,
    description: String,
    input_schema: Schema,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_schema: Option<Schema>,
}

impl Definition {
    /// Declares a tool.
    ///
    /// # Errors
    ///
    /// [`Problem::NotAnObject`] if one of the schemas is not that of an object.
    pub fn new(
        name: BareName,
        description: impl Into<String>,
        input_schema: Schema,
        output_schema: Option<Schema>,
    ) -> Result<Self, Error> {
        for (path, schema) in [("/inputSchema", Some(&input_schema)), ("/outputSchema", output_schema.as_ref())] {
            if schema.is_some_and(|schema| schema.kind != Kind::Object) {
                return Err(Error { path: path.to_owned(), problem: Problem::NotAnObject });
            }
        }
        Ok(Self { name, description: description.into(), input_schema, output_schema })
    }

    /// Reads the API's spelling (`inputSchema`).
    ///
    /// # Errors
    ///
    /// Where the document is not a tool definition.
    pub fn from_api(document: &Value) -> Result<Self, Error> {
        Self::read(&Node::root(document, Spelling::Api))
    }

    /// Reads CloudFormation's spelling (`InputSchema`): an element of `ToolSchema.InlinePayload`.
    ///
    /// # Errors
    ///
    /// Where the document is not a tool definition.
    pub fn from_cloudformation(document: &Value) -> Result<Self, Error> {
        Self::read(&Node::root(document, Spelling::CloudFormation))
    }

    fn read(node: &Node<'_>) -> Result<Self, Error> {
        node.only(&["name", "description", "inputSchema", "outputSchema"], Problem::UnknownMember)?;
        let name = node.required("name")?;
        Ok(Self {
            name: name.text()?.parse().map_err(|error| name.error(Problem::Name(error)))?,
            description: node.required("description")?.text()?.to_owned(),
            input_schema: object(&node.required("inputSchema")?)?,
            output_schema: node.member("outputSchema").as_ref().map(object).transpose()?,
        })
    }

    /// What the target calls the tool.
    #[must_use]
    pub const fn name(&self) -> &BareName {
        &self.name
    }

    /// What the tool does, for people and models.
    #[must_use]
    pub fn description(&self) -> &str {
        &self.description
    }

    /// What the arguments must look like. Always of [`Kind::Object`].
    #[must_use]
    pub const fn input_schema(&self) -> &Schema {
        &self.input_schema
    }

    /// What the result looks like, if it is declared. Always of [`Kind::Object`].
    #[must_use]
    pub const fn output_schema(&self) -> Option<&Schema> {
        self.output_schema.as_ref()
    }
}

impl TryFrom<Value> for Definition {
    type Error = Error;

    fn try_from(document: Value) -> Result<Self, Error> {
        Self::from_api(&document)
    }
}

fn object(node: &Node<'_>) -> Result<Schema, Error> {
    let schema = Schema::read(node)?;
    if schema.kind == Kind::Object { Ok(schema) } else { Err(node.error(Problem::NotAnObject)) }
}
