//! Lists of tools in an answer, in the three shapes that the Gateway gives them.
//!
//! `tools/list` has `result.tools`. The search tool has the same list twice: as `result.structuredContent.tools`, and as
//! JSON text in `result.content[].text`. A filter that forgets one of them hides nothing.

use agentcore::tool::ToolName;
use serde_json::Value;
use strict_json::Object;

/// Whether an answer holds a list of tools.
pub(crate) fn is_in(body: &Object) -> bool {
    let Some(result) = body.get("result") else { return false };
    result.get("tools").is_some()
        || result.get("structuredContent").is_some_and(|content| content.get("tools").is_some())
        || texts(result).any(|text| !matches!(in_text(text), Text::Other))
}

/// Keeps the tools that are `visible`. Returns how many there were and how many are left, all lists together.
pub(crate) fn filter(body: &mut Object, visible: impl Fn(&ToolName) -> bool) -> (usize, usize) {
    let mut counts = (0, 0);
    let Some(result) = body.get_mut("result") else { return counts };
    if let Some(tools) = result.get_mut("tools") {
        keep(tools, &visible, &mut counts);
    }
    if let Some(tools) = result.get_mut("structuredContent").and_then(|content| content.get_mut("tools")) {
        keep(tools, &visible, &mut counts);
    }
    let blocks = result.get_mut("content").and_then(Value::as_array_mut);
    for text in blocks.into_iter().flatten().filter_map(|block| block.get_mut("text")) {
        match text.as_str().map_or(Text::Other, in_text) {
            Text::Listing(mut listing) => {
                if let Some(tools) = listing.get_mut("tools") {
                    keep(tools, &visible, &mut counts);
                }
                *text = Value::from(Value::Object(listing).to_string());
            }
            Text::Ambiguous => *text = Value::from(r#"{"tools":[]}"#),
            Text::Other => {}
        }
    }
    counts
}

fn keep(tools: &mut Value, visible: impl Fn(&ToolName) -> bool, (before, after): &mut (usize, usize)) {
    let named = |tool: &Value| tool.get("name").and_then(Value::as_str).and_then(|name| name.parse().ok());
    if let Value::Array(tools) = tools {
        *before += tools.len();
        tools.retain(|tool| named(tool).is_some_and(|name| visible(&name)));
        *after += tools.len();
    } else {
        // Not a shape that we know. It cannot be filtered, so it is not shown.
        *tools = Value::Array(Vec::new());
    }
}

fn texts(result: &Value) -> impl Iterator<Item = &str> {
    let blocks = result.get("content").and_then(Value::as_array);
    blocks.into_iter().flatten().filter_map(|block| block.get("text")?.as_str())
}

enum Text {
    /// JSON in which a member occurs twice: two readers would see two lists.
    Ambiguous,
    /// JSON with a list.
    Listing(Object),
    /// Anything else.
    Other,
}

fn in_text(text: &str) -> Text {
    match strict_json::parse_object(text.as_bytes()) {
        Ok(object) if object.contains_key("tools") => Text::Listing(object),
        Err(strict_json::Error::DuplicateMember { .. }) => Text::Ambiguous,
        _ => Text::Other,
    }
}

#[cfg(test)]
mod tests;
