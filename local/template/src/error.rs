//! What is wrong, and where.

use std::fmt;

/// The most characters of a text that an error repeats.
const EXCERPT: usize = 80;

/// Why a template or a set of parameters was refused. The first fault found ends the reading.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The file cannot be read.
    #[error("{file}: {source}")]
    Unreadable {
        /// As it was given.
        file: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file says something that the laptop cannot deploy, or that CloudFormation would refuse.
    #[error("{file}:{place}: found {found}, expected {expected}")]
    Invalid {
        /// As it was given.
        file: String,
        /// Where in the file.
        place: Place,
        /// What stands there.
        found: String,
        /// What may stand there.
        expected: String,
    },
}

/// A place in a text: `line:column`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

impl Place {
    /// Where a text begins.
    pub(crate) const START: Self = Self { line: 1, column: 1 };

    /// The place of a byte of the text.
    pub(crate) fn of_byte(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.rsplit_once('\n').map_or(before, |(_, line)| line);
        Self { line: before.matches('\n').count() + 1, column: line.chars().count() + 1 }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.line, self.column)
    }
}

/// A fault in the one file that is being read.
#[derive(Debug)]
pub(crate) struct Problem {
    place: Place,
    found: String,
    expected: String,
}

impl Problem {
    pub(crate) fn new(place: Place, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { place, found: found.into(), expected: expected.into() }
    }

    pub(crate) fn in_file(self, file: &str) -> Error {
        Error::Invalid { file: file.to_owned(), place: self.place, found: self.found, expected: self.expected }
    }
}

/// A text as errors show it: quoted, on one line, cut.
pub(crate) fn quoted(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(EXCERPT).collect();
    let rest = if text.chars().nth(EXCERPT).is_some() { "…" } else { "" };
    format!("`{line}{rest}`")
}

/// Alternatives as errors show them.
pub(crate) fn one_of<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        [only] => format!("`{only}`"),
        [..] => format!("one of `{}`", names.join("`, `")),
    }
}
