//! What a client calls itself, made fit to show.

use serde::{Deserialize, Serialize};

/// The longest name, in characters.
const MAX_CHARACTERS: usize = 64;

/// A client's name: one line that can be seen, without characters that would reorder or hide the text around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ClientName(String);

impl ClientName {
    /// What remains of a text; `None` if that has no letter and no digit. A registration's answer says what was kept
    /// (RFC 7591 §3.2.1).
    pub(crate) fn of(text: &str) -> Option<Self> {
        let visible = text.chars().filter(|character| !legible::is_hidden(*character));
        let kept: String = visible.take(MAX_CHARACTERS).collect();
        kept.chars().any(char::is_alphanumeric).then(|| Self(kept.trim().to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}
