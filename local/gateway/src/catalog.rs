//! The tools of all targets, under the names that clients see.

use std::collections::HashMap;
use std::sync::Arc;

use agentcore::tool::{Definition, ToolName};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local_template::Target;
use serde_json::{Value, json};

use crate::unknowns::ToolPages;

/// One tool of one target.
pub(crate) struct Tool {
    pub(crate) name: ToolName,
    pub(crate) definition: Definition,
    pub(crate) target: Arc<Target>,
}

pub(crate) struct Catalog {
    /// In the order of the targets and of their tools.
    listed: Vec<Value>,
    by_name: HashMap<String, Tool>,
    pages: ToolPages,
}

/// A cursor that this gateway did not give out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnknownCursor;

impl Catalog {
    pub(crate) fn new(targets: Vec<Target>, pages: ToolPages) -> Self {
        let mut catalog = Self { listed: Vec::new(), by_name: HashMap::new(), pages };
        for target in targets.into_iter().map(Arc::new) {
            for definition in &target.tools {
                let name = ToolName::Target { target: target.name.clone(), tool: definition.name().clone() };
                catalog.listed.push(listed(&name, definition));
                let tool = Tool { name: name.clone(), definition: definition.clone(), target: Arc::clone(&target) };
                catalog.by_name.insert(name.to_string(), tool);
            }
        }
        catalog
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Tool> {
        self.by_name.get(name)
    }

    /// The result of `tools/list` from a cursor on, or from the start.
    pub(crate) fn page(&self, cursor: Option<&str>) -> Result<Value, UnknownCursor> {
        let start = cursor.map_or(Ok(0), |cursor| self.position(cursor))?;
        let rest = self.listed.get(start..).unwrap_or_default();
        match self.pages {
            ToolPages::Of(size) if rest.len() > size.get() => {
                let next = start + size.get();
                let page = rest.get(..size.get()).unwrap_or_default();
                Ok(json!({ "tools": page, "nextCursor": URL_SAFE_NO_PAD.encode(next.to_string()) }))
            }
            ToolPages::Of(_) | ToolPages::Whole => Ok(json!({ "tools": rest })),
        }
    }

    fn position(&self, cursor: &str) -> Result<usize, UnknownCursor> {
        let ToolPages::Of(size) = self.pages else { return Err(UnknownCursor) };
        let text = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        let position: Option<usize> = text.and_then(|text| text.parse().ok());
        let given_out = |position: &usize| (1..self.listed.len()).contains(position) && *position % size == 0;
        position.filter(given_out).ok_or(UnknownCursor)
    }
}

fn listed(name: &ToolName, definition: &Definition) -> Value {
    let mut entry = json!({
        "name": name,
        "description": definition.description(),
        "inputSchema": definition.input_schema(),
    });
    if let (Some(members), Some(schema)) = (entry.as_object_mut(), definition.output_schema()) {
        members.insert("outputSchema".to_owned(), json!(schema));
    }
    entry
}
