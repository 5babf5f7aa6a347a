//! An object taken apart into members whose values are still text.
//!
//! A whole event read in one go would be refused for a repeated member anywhere, and the client would never learn that
//! its own message was at fault. `serde_json`'s `RawValue` would do the same as this, but its feature makes every `Value`
//! in the program take a member with a magic name as a second text to parse.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Deserializer;
use strict_json::Error;

/// The members of one object, each name once.
pub(super) struct Members<'a>(BTreeMap<String, &'a [u8]>);

impl<'a> Members<'a> {
    /// Takes an object apart. Its values are checked for syntax, not for repeated members.
    pub(super) fn parse(text: &'a [u8]) -> Result<Self, Error> {
        let mut cursor = Cursor { text, offset: 0 };
        let mut members = BTreeMap::new();
        if !cursor.accepts(b'{') {
            // Either another kind of value or no JSON: let the strict parser say which.
            strict_json::parse(text)?;
            return Err(Error::NotAnObject);
        }
        if !cursor.accepts(b'}') {
            loop {
                let (name, _) = cursor.next::<String>()?;
                if !cursor.accepts(b':') {
                    return Err(cursor.syntax());
                }
                let (IgnoredAny, value) = cursor.next::<IgnoredAny>()?;
                if members.insert(name, value).is_some() {
                    return Err(Error::DuplicateMember { line: 1, column: cursor.offset });
                }
                if cursor.accepts(b'}') {
                    break;
                }
                if !cursor.accepts(b',') {
                    return Err(cursor.syntax());
                }
            }
        }
        if cursor.rest().is_empty() { Ok(Self(members)) } else { Err(cursor.syntax()) }
    }

    /// Takes a member out, as text. Null and absent are the same to the Gateway: it sends one or the other.
    pub(super) fn take(&mut self, name: &str) -> Option<&'a [u8]> {
        self.0.remove(name).filter(|text| *text != b"null")
    }

    /// Checks what nobody took: the Gateway may add members, but they too must be unambiguous.
    pub(super) fn finish(self) -> Result<(), Error> {
        self.0.into_values().try_for_each(|text| strict_json::parse(text).map(drop))
    }
}

struct Cursor<'a> {
    text: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    /// What has not been read, without leading white space (RFC 8259 §2).
    fn rest(&mut self) -> &'a [u8] {
        let rest = self.text.get(self.offset..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
        self.offset += blank;
        rest.get(blank..).unwrap_or_default()
    }

    fn accepts(&mut self, byte: u8) -> bool {
        let accepted = self.rest().first() == Some(&byte);
        self.offset += usize::from(accepted);
        accepted
    }

    fn next<T: Deserialize<'a>>(&mut self) -> Result<(T, &'a [u8]), Error> {
        let rest = self.rest();
        let mut values = Deserializer::from_slice(rest).into_iter::<T>();
        let Some(Ok(value)) = values.next() else {
            return Err(self.syntax());
        };
        let length = values.byte_offset();
        self.offset += length;
        Ok((value, rest.get(..length).unwrap_or_default()))
    }

    /// The place, as [`strict_json`] gives it. Events come on one line.
    const fn syntax(&self) -> Error {
        Error::Syntax { line: 1, column: self.offset }
    }
}
