//! Text to value.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The members of a JSON object, each name once.
pub type Object = Map<String, Value>;

/// The markers by which a refused name is told from a syntax error. serde carries custom errors as text only.
const DUPLICATE: &str = "duplicate member";
const RESERVED: &str = "reserved member";

/// How the names begin to which `serde_json` gives a meaning of its own when it turns a value into a type, if one of its
/// features is on. Which features are on is not decided here: any crate of a build can ask for them.
const RESERVED_PREFIX: &str = "$serde_json::private::";

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An object has the same member name twice.
    #[error("duplicate member at line {line} column {column}")]
    DuplicateMember {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// Valid JSON, but not an object where one is required.
    #[error("not a JSON object")]
    NotAnObject,
    /// A member has a name that the JSON library would not read as a name.
    #[error("reserved member name at line {line} column {column}")]
    ReservedMember {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
    /// Not JSON, or deeper than 128 levels, or a number beyond the range of a double.
    #[error("not valid JSON at line {line} column {column}")]
    Syntax {
        /// Counted from 1.
        line: usize,
        /// Counted from 1, in bytes.
        column: usize,
    },
}

/// Reads one JSON value.
///
/// # Errors
///
/// [`Error::Syntax`] or [`Error::DuplicateMember`], with the place and without the text.
pub fn parse(text: &[u8]) -> Result<Value, Error> {
    serde_json::from_slice::<Strict>(text).map(|strict| strict.0).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        if error.is_data() && text.starts_with(DUPLICATE) {
            Error::DuplicateMember { line, column }
        } else if error.is_data() && text.starts_with(RESERVED) {
            Error::ReservedMember { line, column }
        } else {
            Error::Syntax { line, column }
        }
    })
}

/// Reads one JSON object.
///
/// # Errors
///
/// As [`parse`], and [`Error::NotAnObject`].
pub fn parse_object(text: &[u8]) -> Result<Object, Error> {
    match parse(text)? {
        Value::Object(object) => Ok(object),
        _ => Err(Error::NotAnObject),
    }
}

/// A value that was read without a repeated member name.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Strict;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Strict, E> {
        Ok(Strict(Value::Null))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Strict, E> {
        Ok(Strict(Value::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_string<E>(self, value: String) -> Result<Strict, E> {
        Ok(Strict(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Strict, A::Error> {
        let mut array = Vec::new();
        while let Some(Strict(element)) = elements.next_element()? {
            array.push(element);
        }
        Ok(Strict(Value::Array(array)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Strict, A::Error> {
        let mut object = Object::new();
        while let Some(name) = members.next_key::<String>()? {
            if name.starts_with(RESERVED_PREFIX) {
                return Err(A::Error::custom(RESERVED));
            }
            let Strict(value) = members.next_value()?;
            if object.insert(name, value).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Strict(Value::Object(object)))
    }
}
