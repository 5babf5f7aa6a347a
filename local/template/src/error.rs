//! What is wrong, and where.

use std::fmt;

use strsim::osa_distance;

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
        /// The parameter, if it is about the value that was given for one.
        parameter: Option<String>,
    },
}

impl Error {
    /// The parameter whose given value is at fault, if it is one. Where the value came from, only the caller knows.
    #[must_use]
    pub fn parameter(&self) -> Option<&str> {
        match self {
            Self::Unreadable { .. } => None,
            Self::Invalid { parameter, .. } => parameter.as_deref(),
        }
    }
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
    parameter: Option<String>,
}

impl Problem {
    pub(crate) fn new(place: Place, found: impl Into<String>, expected: impl Into<String>) -> Self {
        Self { place, found: found.into(), expected: expected.into(), parameter: None }
    }

    /// The same fault, of the value that was given for a parameter.
    pub(crate) fn of_given(mut self, parameter: &str) -> Self {
        self.parameter = Some(parameter.to_owned());
        self
    }

    pub(crate) fn in_file(self, file: &str) -> Error {
        let Self { place, found, expected, parameter } = self;
        Error::Invalid { file: file.to_owned(), place, found, expected, parameter }
    }
}

/// The beginning of a text, on one line.
fn excerpt(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(EXCERPT).collect()
}

/// A text as errors show it: quoted, on one line, cut.
pub(crate) fn quoted(text: &str) -> String {
    let line = excerpt(text);
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

/// The one of `names` that `name` is a misspelling of: at most a quarter of its letters differ.
pub(crate) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let slips = (name.chars().count() / 4).max(1);
    let distances = names.into_iter().map(|known| (osa_distance(&name, &known.to_lowercase()), known));
    distances.filter(|(distance, _)| *distance <= slips).min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// An unknown name as errors show it, with the known one that may be meant.
pub(crate) fn unknown<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    match nearest(&excerpt(name), known) {
        Some(known) => format!("{} (did you mean `{known}`?)", quoted(name)),
        None => quoted(name),
    }
}
