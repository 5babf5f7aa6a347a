//! Finds values in a text: whole, in part, and as they look in the encodings in which they travel.
//!
//! A part is 16 characters: too many to be there by chance if the value is random, and fewer than are of any use.

use std::collections::{BTreeSet, HashMap};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;
use url::form_urlencoded::byte_serialize;

const PART: usize = 16;

/// Values that must not be found.
#[derive(Default)]
pub(crate) struct Traces {
    /// What each part is one of.
    parts: HashMap<[u8; PART], &'static str>,
}

impl Traces {
    /// Looks for one value more. `what` is said of it in its place.
    pub(crate) fn of(&mut self, what: &'static str, value: &str) {
        assert!(value.len() >= PART, "{what}: too short to be told from chance");
        for form in forms(value) {
            self.parts.extend(form.as_bytes().array_windows().map(|part| (*part, what)));
        }
    }

    /// What the text holds something of. The values in `public` may be there, with whatever they have in common with
    /// others.
    pub(crate) fn found_in(&self, text: &str, public: &BTreeSet<String>) -> BTreeSet<&'static str> {
        let text = without(text, public);
        text.as_bytes().array_windows().filter_map(|part| self.parts.get(part).copied()).collect()
    }
}

/// The text with something else in place of these values.
pub(crate) fn without(text: &str, values: &BTreeSet<String>) -> String {
    values.iter().fold(text.to_owned(), |text, value| text.replace(value, " "))
}

fn forms(value: &str) -> Vec<String> {
    let mut forms = vec![
        value.to_owned(),
        byte_serialize(value.as_bytes()).collect(),
        Value::from(value).to_string(),
        value.bytes().map(|byte| format!("{byte:02x}")).collect(),
    ];
    for before in 0..3 {
        let shifted = [vec![0; before], value.as_bytes().to_vec()].concat();
        // The characters that hold bits of nothing else.
        let own = |text: String| text[before + usize::from(before > 0)..shifted.len() * 8 / 6].to_owned();
        forms.extend([own(STANDARD_NO_PAD.encode(&shifted)), own(URL_SAFE_NO_PAD.encode(&shifted))]);
    }
    forms
}

mod tests {
    use rstest::rstest;

    use super::*;

    const SECRET: &str = "rQ+7/vT0~1mX9 cJ5kWz_Y8hN3bLd?6fGp";

    fn found(text: &str) -> bool {
        let mut traces = Traces::default();
        traces.of("the secret", SECRET);
        !traces.found_in(text, &BTreeSet::new()).is_empty()
    }

    #[rstest]
    #[case::itself(SECRET.to_owned())]
    #[case::in_a_line(format!("error: {SECRET} is not valid"))]
    #[case::its_beginning(SECRET[..PART].to_owned())]
    #[case::its_middle(format!("...{}...", &SECRET[9..9 + PART]))]
    #[case::its_end(SECRET[SECRET.len() - PART..].to_owned())]
    #[case::in_a_query(format!("/?code={}", byte_serialize(SECRET.as_bytes()).collect::<String>()))]
    #[case::in_debug_output(format!("{:?}", Some(SECRET)))]
    #[case::as_bytes(SECRET.bytes().map(|byte| format!("{byte:02x}")).collect())]
    #[case::in_base64(STANDARD_NO_PAD.encode(SECRET))]
    #[case::in_base64_after_one_byte(STANDARD_NO_PAD.encode(format!("u{SECRET}")))]
    #[case::in_base64_after_two_bytes(STANDARD_NO_PAD.encode(format!("id{SECRET}")))]
    #[case::in_base64_of_a_pair(URL_SAFE_NO_PAD.encode(format!("user:{SECRET}:more")))]
    fn a_value_is_found_wherever_it_is(#[case] text: String) {
        assert!(found(&text), "{text}");
    }

    #[rstest]
    #[case::nothing("")]
    #[case::less_than_a_part(&SECRET[..PART - 1])]
    #[case::another("kP2/sE8~4aB6 vC1nMx_U7gT9jHq?3rDw")]
    fn nothing_else_is_found(#[case] text: &str) {
        assert!(!found(text));
    }

    #[test]
    fn what_is_public_may_be_there_and_only_that() {
        let mut traces = Traces::default();
        traces.of("the secret", SECRET);
        let public = BTreeSet::from([format!("client-{}", &SECRET[..20])]);
        assert!(traces.found_in(&format!("client-{}", &SECRET[..20]), &public).is_empty());
        assert_eq!(traces.found_in(SECRET, &public), BTreeSet::from(["the secret"]));
    }
}
