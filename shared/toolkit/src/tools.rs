//! The tools of one target.

use std::collections::BTreeMap;
use std::pin::Pin;

use agentcore::tool::Definition;
use serde_json::Value;

use crate::answer::Answer;
use crate::schema::{DefinitionError, definition};
use crate::{Call, Tool, ToolError};

/// The tools of one target, by name.
#[derive(Default)]
pub struct Tools(BTreeMap<&'static str, Box<dyn AnyTool>>);

impl Tools {
    /// No tools.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// These tools and one more. A tool takes the place of one with the same name.
    #[must_use]
    pub fn with<T: Tool>(mut self, tool: T) -> Self {
        self.0.insert(T::NAME, Box::new(tool));
        self
    }

    /// How the Gateway is told of the tools, sorted by name.
    ///
    /// # Errors
    ///
    /// [`DefinitionError`] if a name is not a tool's name, or an input type needs what the Gateway's schemas cannot say.
    pub fn definitions(&self) -> Result<Vec<Definition>, DefinitionError> {
        self.0.values().map(|tool| tool.definition()).collect()
    }

    /// The crates that the tools come from, so that what they log is shown.
    pub(crate) fn crates(&self) -> impl Iterator<Item = &'static str> {
        self.0.values().filter_map(|tool| tool.type_name().split("::").next())
    }

    pub(crate) fn find(&self, name: &str) -> Option<&dyn AnyTool> {
        self.0.get(name).map(AsRef::as_ref)
    }
}

impl std::fmt::Debug for Tools {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_set().entries(self.0.keys()).finish()
    }
}

type Answered<'a> = Pin<Box<dyn Future<Output = Result<Answer, ToolError>> + Send + 'a>>;

/// A [`Tool`] whose types are hidden, so that tools of different types stand in one map.
pub(crate) trait AnyTool: Send + Sync {
    fn definition(&self) -> Result<Definition, DefinitionError>;
    fn call(&self, arguments: Value, call: Call) -> Answered<'_>;
    fn type_name(&self) -> &'static str;
}

impl<T: Tool> AnyTool for T {
    fn definition(&self) -> Result<Definition, DefinitionError> {
        definition::<T>()
    }

    fn call(&self, arguments: Value, call: Call) -> Answered<'_> {
        Box::pin(async move {
            let input = serde_json::from_value(arguments)
                .map_err(|error| ToolError::new("invalid_arguments", format!("The arguments do not fit: {error}.")))?;
            Answer::of(&Tool::call(self, input, call).await?)
        })
    }

    fn type_name(&self) -> &'static str {
        std::any::type_name::<T>()
    }
}
