//! Header fields as the Gateway's JSON carries them: an object of names and values.
//!
//! HTTP compares names without case (RFC 9110 §5.1), JSON compares them with it. So `Txn-Token` and `txn-token` can stand
//! side by side in one object, and two readers can each find "the" header and disagree. [`Headers`] keeps every spelling
//! and makes the reader say what it wants: [`all`](Headers::all) of them, or the [`only`](Headers::only) one.

use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, Visitor};
use serde::ser::{Serialize, Serializer};

/// Names and values, in the order in which they came, each name as it was spelled.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

/// A header occurs more than once, so there is no "the" value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a header occurs in more than one spelling")]
pub struct Ambiguous;

impl Headers {
    /// No headers.
    #[must_use]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// The values of every spelling of `name`.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(spelling, _)| spelling.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The value of `name`, if it occurs.
    ///
    /// # Errors
    ///
    /// [`Ambiguous`] if it occurs in more than one spelling, be the values equal or not.
    pub fn only(&self, name: &str) -> Result<Option<&str>, Ambiguous> {
        let mut values = self.all(name);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Ambiguous),
            (value, None) => Ok(value),
        }
    }

    /// Sets `name` and drops every other spelling of it.
    pub fn insert(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let name = name.into();
        self.0.retain(|(spelling, _)| !spelling.eq_ignore_ascii_case(&name));
        self.0.push((name, value.into()));
    }

    /// Adds a value beside other spellings of `name`. The same spelling cannot occur twice in an object: its values are
    /// joined by a comma, as RFC 9110 §5.3 joins repeated fields.
    pub fn append(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        if let Some((_, present)) = self.0.iter_mut().find(|(spelling, _)| *spelling == name) {
            present.push_str(", ");
            present.push_str(&value);
        } else {
            self.0.push((name, value));
        }
    }

    /// Every name, as spelled, with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The number of entries; two spellings are two.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Shows the number of entries: any of them may be a bearer token.
impl fmt::Debug for Headers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Headers({})", self.len())
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Headers {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut headers = Self::new();
        for (name, value) in fields {
            headers.append(name, value);
        }
        headers
    }
}

impl Serialize for Headers {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Reads an object of strings. A value of any other kind is refused, since leaving the entry out would hide that the
/// header was there.
impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeadersVisitor)
    }
}

struct HeadersVisitor;

impl<'de> Visitor<'de> for HeadersVisitor {
    type Value = Headers;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object of header names and text values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Headers, A::Error> {
        let mut headers = Headers::new();
        let mut names = HashSet::new();
        while let Some((name, value)) = members.next_entry::<String, String>()? {
            if !names.insert(name.clone()) {
                return Err(A::Error::custom("a header name occurs twice"));
            }
            headers.0.push((name, value));
        }
        Ok(headers)
    }
}

#[cfg(test)]
mod tests;
