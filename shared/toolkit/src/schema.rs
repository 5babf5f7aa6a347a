//! A type's schema in the words that the Gateway knows.

use agentcore::tool::{Definition, Error, NameError, Schema};
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform as _};
use serde_json::Value;

use crate::Tool;

/// A tool cannot be declared to the Gateway.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionError {
    /// [`Tool::NAME`] is not a tool's name.
    #[error("tool {tool}: {error}")]
    Name {
        /// The name.
        tool: &'static str,
        /// What is wrong with it.
        error: NameError,
    },
    /// [`Tool::Input`] needs a keyword that the Gateway's schemas do not have, or is not a struct.
    #[error("tool {tool}: its input type does not fit the Gateway's schemas: {error}")]
    Schema {
        /// The tool.
        tool: &'static str,
        /// Where, and what.
        error: Error,
    },
}

/// The definition of a tool, its input schema made from its input type.
pub(crate) fn definition<T: Tool>() -> Result<Definition, DefinitionError> {
    let name = T::NAME.parse().map_err(|error| DefinitionError::Name { tool: T::NAME, error })?;
    let schema_error = |error| DefinitionError::Schema { tool: T::NAME, error };
    let schema = Schema::from_api(&json_schema::<T::Input>()).map_err(schema_error)?;
    Definition::new(name, T::DESCRIPTION, schema, None).map_err(schema_error)
}

/// JSON Schema with everything inlined, in the few words that the Gateway knows. A restriction that it does not know stays
/// in and is refused with its place: what is declared must not be laxer than what the type accepts.
fn json_schema<I: schemars::JsonSchema>() -> Value {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.meta_schema = None;
        settings.inline_subschemas = true;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<I>();
    RecursiveTransform(simplify).transform(&mut schema);
    // The description of the type is the struct's doc comment; the model reads the tool's own.
    schema.remove("description");
    schema.into()
}

/// Drops what restricts nothing, and writes an optional member as one that is not required: `null` is accepted anyway.
fn simplify(schema: &mut schemars::Schema) {
    for annotation in ["title", "default", "format"] {
        schema.remove(annotation);
    }
    if let Some(Value::Array(kinds)) = schema.get_mut("type") {
        kinds.retain(|kind| kind != "null");
        if let [kind] = kinds.as_slice() {
            let kind = kind.clone();
            schema.insert("type".to_owned(), kind);
        }
    }
}
