//! The identifier that ties a response to its request.

use std::fmt;

use serde::Serialize;
use serde_json::Value;

/// A request identifier: a string or an integer (MCP, "Requests"; null is JSON-RPC's, not MCP's).
///
/// Integers are those of 64 bits, signed or unsigned: a larger one, or one written as `1.0`, could not be given back as it
/// came, and the client would not recognise its answer.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(untagged)]
#[non_exhaustive]
pub enum Id {
    /// An integer, negative ones included.
    Integer(serde_json::Number),
    /// Any string, the empty one included.
    Text(String),
}

impl Id {
    /// The identifier in a message, or `None` if the value cannot be one.
    #[must_use]
    pub fn from_value(value: &Value) -> Option<Self> {
        match value {
            Value::Number(number) if !number.is_f64() => Some(Self::Integer(number.clone())),
            Value::String(text) => Some(Self::Text(text.clone())),
            _ => None,
        }
    }
}

impl From<&Id> for Value {
    fn from(id: &Id) -> Self {
        match id {
            Id::Integer(number) => Self::Number(number.clone()),
            Id::Text(text) => Self::String(text.clone()),
        }
    }
}

/// The bare text, as the client context of a target carries it: `4` and `"4"` look the same.
impl fmt::Display for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(formatter, "{number}"),
            Self::Text(text) => formatter.write_str(text),
        }
    }
}

/// Leaves the text out: the client chose it.
impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => write!(formatter, "Integer({number})"),
            Self::Text(_) => formatter.write_str("Text(..)"),
        }
    }
}
