//! The Gateway's check of arguments, and its wording.
//!
//! The Gateway checks before it invokes the target. The two sentences were observed on live gateways; AWS documents
//! neither. What was not observed and is assumed: several missing members share one sentence, a nested one is named
//! without its path, `1.0` is no integer.

use std::fmt;

use serde_json::Value;

use super::document::step;
use super::{Kind, Schema};

/// More faults than this are not reported: a long array could hold a million.
pub const MAX_FAULTS: usize = 32;

/// One way in which a value does not fit its schema. Holds names of the schema, never the caller's.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Members that must be there and are not.
    Missing(Vec<String>),
    /// A value of another kind.
    Type {
        /// A JSON pointer into the arguments.
        pointer: String,
        /// What is there.
        found: Found,
        /// What the schema asks for.
        expected: Kind,
    },
}

/// The kind of value that was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// JSON's null, which no schema can ask for.
    Null,
    /// Any other.
    Kind(Kind),
}

/// The text of the result with which the Gateway refuses arguments.
#[must_use]
pub fn refusal(faults: &[Fault]) -> String {
    faults.iter().fold(
        "ValidationException - Parameter validation failed: Invalid request parameters:".to_owned(),
        |text, fault| format!("{text}\n- {fault}"),
    )
}

impl Schema {
    /// The faults of a value, at most [`MAX_FAULTS`]; none if it fits.
    #[must_use]
    pub fn validate(&self, value: &Value) -> Vec<Fault> {
        let mut faults = Vec::new();
        self.check(value, &mut String::new(), &mut faults);
        faults
    }

    fn check(&self, value: &Value, pointer: &mut String, faults: &mut Vec<Fault>) {
        if faults.len() >= MAX_FAULTS {
            return;
        }
        let found = Found::of(value);
        if !found.satisfies(self.kind) {
            let pointer = if pointer.is_empty() { "/".to_owned() } else { pointer.clone() };
            faults.push(Fault::Type { pointer, found, expected: self.kind });
            return;
        }
        match value {
            Value::Object(members) => {
                let missing = self.required.iter().filter(|name| !members.contains_key(*name));
                let missing: Vec<String> = missing.cloned().collect();
                if !missing.is_empty() {
                    faults.push(Fault::Missing(missing));
                }
                for (name, schema) in &self.properties {
                    if let Some(member) = members.get(name) {
                        descend(schema, member, name, pointer, faults);
                    }
                }
            }
            Value::Array(elements) => {
                let Some(schema) = &self.items else { return };
                for (index, element) in elements.iter().enumerate() {
                    descend(schema, element, &index, pointer, faults);
                }
            }
            _ => {}
        }
    }
}

fn descend(schema: &Schema, value: &Value, name: &dyn fmt::Display, pointer: &mut String, faults: &mut Vec<Fault>) {
    let length = pointer.len();
    pointer.push('/');
    pointer.push_str(&step(name));
    schema.check(value, pointer, faults);
    pointer.truncate(length);
}

impl Found {
    fn of(value: &Value) -> Self {
        Self::Kind(match value {
            Value::Null => return Self::Null,
            Value::Bool(_) => Kind::Boolean,
            Value::Number(number) if number.is_f64() => Kind::Number,
            Value::Number(_) => Kind::Integer,
            Value::String(_) => Kind::String,
            Value::Array(_) => Kind::Array,
            Value::Object(_) => Kind::Object,
        })
    }

    fn satisfies(self, expected: Kind) -> bool {
        self == Self::Kind(expected) || (self, expected) == (Self::Kind(Kind::Integer), Kind::Number)
    }
}

impl fmt::Display for Found {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Null => "null",
            Self::Kind(kind) => kind.name(),
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(names) => {
                formatter.write_str("Missing required field(s): ")?;
                for (index, name) in names.iter().enumerate() {
                    let comma = if index == 0 { "" } else { ", " };
                    write!(formatter, "{comma}'{name}'")?;
                }
                Ok(())
            }
            Self::Type { pointer, found, expected } => {
                write!(formatter, "Field '{pointer}' has invalid type: {found} found, {} expected", expected.name())
            }
        }
    }
}
