//! A tool's declaration as a document: one shape in two spellings.
//!
//! The Gateway's API writes `inputSchema`, CloudFormation `InputSchema`. The names under `properties` are the tool's own
//! and keep their case in both. An unknown keyword is refused here because nothing else does it in time: cfn-lint lets
//! `Enum` pass, and the deployment fails.

use std::fmt;

use serde_json::Value;

/// Where a declaration is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {problem}", if .path.is_empty() { "/" } else { .path })]
pub struct Error {
    /// A JSON pointer into the document that was read, in its own spelling.
    pub path: String,
    /// What is wrong there.
    pub problem: Problem,
}

/// What can be wrong with a declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A member must be there and is not.
    #[error("missing")]
    Missing,
    /// The value is of another kind.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A keyword outside the Gateway's subset of JSON Schema.
    #[error("the Gateway does not know this keyword (it knows type, properties, required, items, description)")]
    UnknownKeyword,
    /// A member that a tool definition does not have.
    #[error("not a member of a tool definition")]
    UnknownMember,
    /// Not a kind of value that a schema can ask for.
    #[error("the type is one of string, number, object, array, boolean, integer")]
    UnknownType,
    /// The schema of an input or output must be that of an object.
    #[error("the type must be object here")]
    NotAnObject,
    /// Not a tool's name.
    #[error("{0}")]
    Name(super::NameError),
}

#[derive(Clone, Copy)]
pub(super) enum Spelling {
    /// `inputSchema`, as the API and MCP have it.
    Api,
    /// `InputSchema`.
    CloudFormation,
}

/// A value of the document and the place where it stands.
#[derive(Clone)]
pub(super) struct Node<'a> {
    value: &'a Value,
    spelling: Spelling,
    path: String,
}

impl<'a> Node<'a> {
    pub(super) const fn root(value: &'a Value, spelling: Spelling) -> Self {
        Self { value, spelling, path: String::new() }
    }

    pub(super) fn error(&self, problem: Problem) -> Error {
        Error { path: self.path.clone(), problem }
    }

    /// Refuses a value that is not an object, or has a member that is not among the `known` (in the API's spelling).
    pub(super) fn only(&self, known: &[&str], unknown: Problem) -> Result<(), Error> {
        for (name, node) in self.entries()? {
            if !known.iter().any(|known| self.spelling.of(known) == name) {
                return Err(node.error(unknown));
            }
        }
        Ok(())
    }

    /// A member by its name in the API's spelling.
    pub(super) fn member(&self, name: &str) -> Option<Self> {
        let name = self.spelling.of(name);
        self.value.get(&name).map(|value| self.child(&name, value))
    }

    pub(super) fn required(&self, name: &str) -> Result<Self, Error> {
        self.member(name).ok_or_else(|| self.child(&self.spelling.of(name), &Value::Null).error(Problem::Missing))
    }

    /// The members under their own names.
    pub(super) fn entries(&self) -> Result<impl Iterator<Item = (&'a str, Self)>, Error> {
        let members = self.value.as_object().ok_or_else(|| self.error(Problem::Expected("an object")))?;
        Ok(members.iter().map(|(name, value)| (name.as_str(), self.child(name, value))))
    }

    pub(super) fn elements(&self) -> Result<impl Iterator<Item = Self>, Error> {
        let elements = self.value.as_array().ok_or_else(|| self.error(Problem::Expected("a list")))?;
        Ok(elements.iter().enumerate().map(|(index, value)| self.child(&index, value)))
    }

    pub(super) fn text(&self) -> Result<&'a str, Error> {
        self.value.as_str().ok_or_else(|| self.error(Problem::Expected("a text")))
    }

    fn child(&self, name: &dyn fmt::Display, value: &'a Value) -> Self {
        let name = step(name);
        Self { value, spelling: self.spelling, path: format!("{}/{name}", self.path) }
    }
}

impl Spelling {
    fn of(self, name: &str) -> String {
        let mut letters = name.chars();
        match (self, letters.next()) {
            (Self::CloudFormation, Some(first)) => first.to_uppercase().chain(letters).collect(),
            _ => name.to_owned(),
        }
    }
}

/// A name or an index as a step of a JSON pointer (RFC 6901 §3).
pub(super) fn step(name: &dyn fmt::Display) -> String {
    name.to_string().replace('~', "~0").replace('/', "~1")
}
