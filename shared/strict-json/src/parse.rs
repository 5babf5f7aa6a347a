//! Text to value.

use std::cell::Cell;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

/// The members of a JSON object, each name once.
pub type Object = Map<String, Value>;

/// The markers by which a refused name is told from a syntax error. serde carries custom errors as text only.
const DUPLICATE: &str = "duplicate member";
const RESERVED: &str = "reserved member";
const TOO_MANY: &str = "too many values";

/// How much one text may hold. An object counts as [`OBJECT`], any other value as one, which is about 32 bytes of memory:
/// without the bound, 2 MB of `{"":0},{"":0},…` would take 400 MB.
const BUDGET: u32 = 1_000_000;
const OBJECT: u32 = 20;

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
    /// More values than anything of ours holds: about a million, or fifty thousand objects.
    #[error("too many values at line {line} column {column}")]
    TooManyValues {
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
/// [`Error`], with the place and without the text.
pub fn parse(text: &[u8]) -> Result<Value, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let budget = Cell::new(BUDGET);
    let value = Strict { budget: &budget }.deserialize(&mut deserializer);
    value.and_then(|value| deserializer.end().map(|()| value)).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let text = error.to_string();
        let marked = |marker| error.is_data() && text.starts_with(marker);
        if marked(DUPLICATE) {
            Error::DuplicateMember { line, column }
        } else if marked(RESERVED) {
            Error::ReservedMember { line, column }
        } else if marked(TOO_MANY) {
            Error::TooManyValues { line, column }
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

/// Reads a value by the rules of this crate.
#[derive(Clone, Copy)]
struct Strict<'b> {
    budget: &'b Cell<u32>,
}

impl Strict<'_> {
    fn spend<E: serde::de::Error>(self, cost: u32) -> Result<(), E> {
        self.budget.set(self.budget.get().checked_sub(cost).ok_or_else(|| E::custom(TOO_MANY))?);
        Ok(())
    }

    fn scalar<E: serde::de::Error>(self, value: impl Into<Value>) -> Result<Value, E> {
        self.spend(1)?;
        Ok(value.into())
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_unit<E: serde::de::Error>(self) -> Result<Value, E> {
        self.scalar(Value::Null)
    }

    fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Value, E> {
        self.scalar(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value, A::Error> {
        self.spend(1)?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(self)? {
            array.push(element);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        self.spend(OBJECT)?;
        let mut object = Object::new();
        while let Some(name) = members.next_key::<String>()? {
            if name.starts_with(RESERVED_PREFIX) {
                return Err(A::Error::custom(RESERVED));
            }
            if object.insert(name, members.next_value_seed(self)?).is_some() {
                return Err(A::Error::custom(DUPLICATE));
            }
        }
        Ok(Value::Object(object))
    }
}
