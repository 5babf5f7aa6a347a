//! Lists of tools in an answer, in the three shapes that the Gateway gives them.
//!
//! `tools/list` has `result.tools`. The search tool has the same list twice: as `result.structuredContent.tools`, and as
//! JSON text in `result.content[].text`. A filter that forgets one of them hides nothing, and neither does one that lets
//! pass what it cannot read: whoever writes one tool's description would decide what it can read. So an answer that may
//! hold a list keeps these shapes, filtered, and no other.

use agentcore::tool::ToolName;
use serde_json::Value;
use strict_json::Object;

/// Whether an answer has a place in which a list of tools could stand.
pub(crate) fn may_be_in(body: &Object) -> bool {
    let Some(result) = body.get("result") else { return false };
    ["tools", "structuredContent", "content"].iter().any(|member| result.get(member).is_some())
}

/// Keeps the tools that are `visible`, and of the places for lists only what is a list. Returns how many tools there
/// were and how many are left, all lists together.
///
/// The text of a failure (`isError`) stays: the Gateway has written it, and no tool's description is in it.
pub(crate) fn filter(body: &mut Object, visible: impl Fn(&ToolName) -> bool) -> (usize, usize) {
    let mut filter = Filter { visible, before: 0, after: 0 };
    if let Some(Value::Object(result)) = body.get_mut("result") {
        if let Some(tools) = result.get_mut("tools") {
            filter.tools(tools);
        }
        if result.get_mut("structuredContent").is_some_and(|content| !filter.listing(content)) {
            result.remove("structuredContent");
        }
        if result.get("isError") != Some(&Value::Bool(true))
            && let Some(content) = result.get_mut("content")
        {
            filter.blocks(content);
        }
    }
    (filter.before, filter.after)
}

struct Filter<V> {
    visible: V,
    before: usize,
    after: usize,
}

impl<V: Fn(&ToolName) -> bool> Filter<V> {
    fn tools(&mut self, tools: &mut Value) {
        let named = |tool: &Value| tool.get("name").and_then(Value::as_str).and_then(|name| name.parse().ok());
        if let Value::Array(tools) = tools {
            self.before += tools.len();
            tools.retain(|tool| named(tool).is_some_and(|name| (self.visible)(&name)));
            self.after += tools.len();
        } else {
            *tools = Value::Array(Vec::new());
        }
    }

    /// Filters `{"tools": [...], ...}`. False for anything else.
    fn listing(&mut self, value: &mut Value) -> bool {
        value.get_mut("tools").map(|tools| self.tools(tools)).is_some()
    }

    /// Filters blocks of content. One that is not a list in JSON text goes.
    fn blocks(&mut self, content: &mut Value) {
        if let Value::Array(blocks) = content {
            blocks.retain_mut(|block| self.block(block).is_some());
        } else {
            *content = Value::Array(Vec::new());
        }
    }

    fn block(&mut self, block: &mut Value) -> Option<()> {
        let text = block.get("text")?.as_str()?;
        let mut listing = strict_json::parse(text.as_bytes()).ok()?;
        self.listing(&mut listing).then_some(())?;
        *block = serde_json::json!({ "type": "text", "text": listing.to_string() });
        Some(())
    }
}

#[cfg(test)]
mod tests;
