use proptest::prelude::*;
use rstest::rstest;
use serde_json::Value;

use super::{Error, NotInteroperable, Object, canonical, parse, parse_object};

#[rstest]
#[case::top(r#"{"alg":"RS256","alg":"none"}"#)]
#[case::nested(r#"{"a":[{"b":1,"c":{"x":1,"x":1}}]}"#)]
#[case::escaped_name(r#"{"a":1,"\u0061":2}"#)]
#[case::equal_values(r#"{"a":1,"a":1}"#)]
fn a_member_name_occurs_once(#[case] text: &str) {
    assert!(matches!(parse(text.as_bytes()), Err(Error::DuplicateMember { .. })));
}

#[rstest]
#[case::empty(b"")]
#[case::byte_order_mark(b"\xef\xbb\xbf{}")]
#[case::invalid_utf8(b"\"\xff\"")]
#[case::lone_surrogate(br#""\ud800""#)]
#[case::two_values(b"{}{}")]
#[case::trailing_comma(b"{\"a\":1,}")]
#[case::comment(b"{}//")]
#[case::single_quotes(b"{'a':1}")]
#[case::beyond_double(b"1e400")]
#[case::leading_zero(b"01")]
#[case::not_a_number(b"NaN")]
fn the_text_is_one_json_value(#[case] text: &[u8]) {
    assert!(matches!(parse(text), Err(Error::Syntax { .. })));
}

#[rstest]
#[case::raw_value(r#"{"a":{"$serde_json::private::RawValue":"{\"b\":1}"}}"#)]
#[case::number(r#"{"$serde_json::private::Number":"1"}"#)]
#[case::escaped(r#"{"\u0024serde_json::private::Number":"1"}"#)]
fn a_name_that_the_library_reads_as_more_than_a_name_is_refused(#[case] text: &str) {
    assert!(matches!(parse(text.as_bytes()), Err(Error::ReservedMember { .. })));
}

#[test]
fn depth_is_bounded_and_ends_in_an_error_not_in_a_crash() {
    let text = "[".repeat(200_000);
    assert!(matches!(parse(text.as_bytes()), Err(Error::Syntax { .. })));
    assert!(parse(format!("{}{}", "[".repeat(100), "]".repeat(100)).as_bytes()).is_ok());
}

#[test]
fn an_error_never_repeats_the_text() {
    for text in [r#"{"PRIVATE":1,"PRIVATE":2}"#, r#"{"a":PRIVATE}"#, r#""PRIVATE"#, r#"["PRIVATE"#] {
        let error = parse_object(text.as_bytes()).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("PRIVATE"));
    }
}

#[rstest]
#[case::array("[]")]
#[case::string("\"{}\"")]
#[case::null("null")]
fn an_object_is_an_object(#[case] text: &str) {
    assert_eq!(parse_object(text.as_bytes()), Err(Error::NotAnObject));
}

/// The examples of RFC 8785 §3.2.2 and §3.2.3.
#[rstest]
#[case(
    r#"{"numbers":[333333333.33333329,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
    r#"{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
)]
#[case(
    "{\"\\u20ac\":\"Euro Sign\",\"\\r\":\"Carriage Return\",\"\\ufb33\":\"Hebrew Letter Dalet With Dagesh\",\"1\":\"One\",\"\\ud83d\\ude00\":\"Emoji: Grinning Face\",\"\\u0080\":\"Control\",\"\\u00f6\":\"Latin Small Letter O With Diaeresis\"}",
    "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\",\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{fb33}\":\"Hebrew Letter Dalet With Dagesh\"}"
)]
#[case(r#"{"a":[1.0, 1, -0.0, 10e0]}"#, r#"{"a":[1,1,0,10]}"#)]
fn the_canonical_form_is_that_of_rfc_8785(#[case] text: &str, #[case] expected: &str) {
    let canonical = canonical(&parse_object(text.as_bytes()).unwrap()).unwrap();
    assert_eq!(String::from_utf8(canonical).unwrap(), expected);
}

#[rstest]
#[case::two_to_the_53(r#"{"a":9007199254740992}"#)]
#[case::merges_with_its_neighbour(r#"{"a":9007199254740993}"#)]
#[case::negative(r#"{"a":-9007199254740993}"#)]
#[case::beyond_u64(r#"{"a":18446744073709551617}"#)]
#[case::as_a_double(r#"{"a":9.1e15}"#)]
#[case::nested(r#"{"a":[{"b":9007199254740993}]}"#)]
fn integers_that_would_merge_are_refused(#[case] text: &str) {
    assert_eq!(canonical(&parse_object(text.as_bytes()).unwrap()), Err(NotInteroperable));
}

#[test]
fn the_largest_safe_integer_passes() {
    let text = r#"{"a":[9007199254740991,-9007199254740991]}"#;
    assert_eq!(canonical(&parse_object(text.as_bytes()).unwrap()).unwrap(), text.as_bytes());
}

#[rstest]
#[case::objects("{},", 49_999, 50_001)]
#[case::numbers("0,", 999_998, 1_000_001)]
#[case::lists("[],", 999_998, 1_000_001)]
fn the_values_of_a_text_are_bounded(#[case] element: &str, #[case] fits: usize, #[case] exceeds: usize) {
    let list = |count: usize| format!("[{}0]", element.repeat(count - 1));
    assert!(parse(list(fits).as_bytes()).is_ok());
    assert!(matches!(parse(list(exceeds).as_bytes()), Err(Error::TooManyValues { .. })));
}

fn any_object() -> impl Strategy<Value = Object> {
    prop::collection::hash_map(".{0,6}", any_value(), 0..6).prop_map(|members| members.into_iter().collect())
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-9_007_199_254_740_991_i64..=9_007_199_254_740_991).prop_map(Value::from),
        (-1e15..1e15).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(".{0,6}", inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    /// The digest is taken by the authorizer over its value and by the tool over what it read: writing the value and
    /// reading it again must change nothing.
    #[test]
    fn what_is_written_and_read_again_has_the_same_canonical_form(object in any_object()) {
        let again = parse_object(&serde_json::to_vec(&object).unwrap()).unwrap();
        prop_assert_eq!(canonical(&object).unwrap(), canonical(&again).unwrap());
    }

    #[test]
    fn the_canonical_form_is_its_own_canonical_form(object in any_object()) {
        let form = canonical(&object).unwrap();
        prop_assert_eq!(canonical(&parse_object(&form).unwrap()).unwrap(), form);
    }

    #[test]
    fn no_input_panics(text in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = parse(&text);
    }
}
