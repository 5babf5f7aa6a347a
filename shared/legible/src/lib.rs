//! What a person who reads a text does not see, and what makes them see another one.
//!
//! People decide by names: whether to trust a client, whom to stop. A name that can be written in two ways and looks the
//! same, or that turns the text around it, decides for them.

/// Whether a character is one that is not seen where it stands.
///
/// Control characters, separators of lines, annotations, the blank of Braille, and all that is ignored by default when it
/// is shown (`Default_Ignorable_Code_Point` of Unicode): marks of direction (UAX #9), fillers that count as letters,
/// selectors of variants, tags.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
            | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::is_hidden;

    #[rstest]
    #[case::end_of_line('\n')]
    #[case::escape('\u{1b}')]
    #[case::soft_hyphen('\u{ad}')]
    #[case::grapheme_joiner('\u{34f}')]
    #[case::filler_that_counts_as_a_letter('\u{3164}')]
    #[case::no_width('\u{200b}')]
    #[case::line_separator('\u{2028}')]
    #[case::right_to_left('\u{202e}')]
    #[case::isolate('\u{2066}')]
    #[case::blank_of_braille('\u{2800}')]
    #[case::selector_of_variants('\u{fe0f}')]
    #[case::byte_order_mark('\u{feff}')]
    #[case::annotation('\u{fff9}')]
    #[case::tag('\u{e0041}')]
    #[case::selector_of_ideographs('\u{e0100}')]
    fn nobody_sees_it(#[case] character: char) {
        assert!(is_hidden(character));
    }

    #[rstest]
    #[case::letter('a')]
    #[case::accent('\u{301}')]
    #[case::arabic('\u{627}')]
    #[case::hangul('\u{ac00}')]
    #[case::space(' ')]
    #[case::replacement('\u{fffd}')]
    #[case::emoji('\u{1f600}')]
    fn everybody_sees_it(#[case] character: char) {
        assert!(!is_hidden(character));
    }
}
