//! A token that an input describes.
//!
//! No fuzzer finds a signature. So an input of two lines is a header and a payload that the harness signs, and in an input
//! of one line words stand for a genuine token and its parts.

use crate::Key;

/// A token, and how it came to be.
#[derive(Debug)]
pub enum Token {
    /// Signed by the harness.
    Signed {
        /// The header's JSON, or what is in its place.
        header: String,
        /// The payload's JSON, or what is in its place.
        payload: String,
        /// The token.
        text: String,
    },
    /// Made of whatever the input had.
    Forged(String),
}

impl Token {
    /// The token of an input. `words` may stand in each line; `$TOKEN`, `$HEADER`, `$PAYLOAD` and `$SIGNATURE` are those of
    /// `genuine`.
    #[must_use]
    pub fn read(input: &str, key: &Key, genuine: &str, words: &[(&str, &str)]) -> Self {
        if let Some((header, payload)) = input.split_once('\n') {
            let (header, payload) = (filled(header, words), filled(payload, words));
            let text = key.sign(&header, &payload);
            return Self::Signed { header, payload, text };
        }
        let mut parts = genuine.split('.');
        let mut part = || parts.next().unwrap_or_default();
        let parts = [("$TOKEN", genuine), ("$HEADER", part()), ("$PAYLOAD", part()), ("$SIGNATURE", part())];
        Self::Forged(filled(&filled(input, &parts), words))
    }

    /// The token.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Signed { text, .. } | Self::Forged(text) => text,
        }
    }
}

/// The text with values in the place of words.
pub(crate) fn filled(text: &str, words: &[(&str, &str)]) -> String {
    words.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value))
}
