//! A configuration, ready to be pasted.

use std::fmt;

use serde_json::Value;

/// What an assistant is given. `{}` writes it in one line, `{:#}` as people like to read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Configuration {
    /// One command line for a POSIX shell.
    Command(String),
    /// The content of a file.
    File(Value),
}

impl Configuration {
    /// A command of these words.
    pub(crate) fn command<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Command(words.into_iter().map(quoted).collect::<Vec<_>>().join(" "))
    }
}

impl fmt::Display for Configuration {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Command(line) => formatter.write_str(line),
            Self::File(document) => document.fmt(formatter),
        }
    }
}

/// As one word of a POSIX shell. Quotes only where something might have a meaning.
#[must_use]
pub fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | ':');
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}
