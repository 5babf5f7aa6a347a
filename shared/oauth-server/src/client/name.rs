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
        let visible = text.chars().filter(|character| !is_hidden(*character));
        let kept: String = visible.take(MAX_CHARACTERS).collect();
        kept.chars().any(char::is_alphanumeric).then(|| Self(kept.trim().to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Control characters, separators of lines, annotations, the blank of Braille, and all that is ignored by default when
/// it is shown (`Default_Ignorable_Code_Point` of Unicode): marks of direction (UAX #9), fillers that count as letters,
/// selectors of variants, tags.
fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}
