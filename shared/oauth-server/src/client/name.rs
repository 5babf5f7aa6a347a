//! What a client calls itself, made fit to show.

use serde::{Deserialize, Serialize};

/// The longest name, in characters.
const MAX_CHARACTERS: usize = 64;

/// A client's name: one line, without characters that would reorder or hide the text around it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct ClientName(String);

impl ClientName {
    /// What remains of a text; `None` if nothing does. A registration's answer says what was kept (RFC 7591 §3.2.1).
    pub(crate) fn of(text: &str) -> Option<Self> {
        let visible = text.chars().filter(|character| !is_hidden(*character));
        let kept: String = visible.take(MAX_CHARACTERS).collect();
        let kept = kept.trim();
        (!kept.is_empty()).then(|| Self(kept.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, separators of lines, marks of direction (UAX #9), invisible ones and tags.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00ad}' | '\u{061c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}'
        )
}
