use rstest::rstest;
use serde_json::json;

use super::{Ambiguous, Headers};

fn read(text: &str) -> Result<Headers, serde_json::Error> {
    serde_json::from_str(text)
}

#[rstest]
#[case::as_sent("Txn-Token")]
#[case::lower("txn-token")]
#[case::upper("TXN-TOKEN")]
fn names_are_compared_without_case(#[case] name: &str) {
    let headers = read(r#"{"Txn-Token":"a","Accept":"b"}"#).unwrap();
    assert_eq!(headers.only(name), Ok(Some("a")));
}

#[rstest]
#[case::another("Txn-Toke")]
#[case::underscore("Txn_Token")]
#[case::space("Txn-Token ")]
#[case::look_alike("Txn-To\u{212a}en")]
fn another_name_is_another_header(#[case] name: &str) {
    let headers = read(r#"{"Txn-Token":"a"}"#).unwrap();
    assert_eq!(headers.only(name), Ok(None));
}

#[rstest]
#[case::two(r#"{"Txn-Token":"a","txn-token":"b"}"#)]
#[case::equal_values(r#"{"Txn-Token":"a","TXN-TOKEN":"a"}"#)]
#[case::three(r#"{"Txn-Token":"a","txn-token":"b","tXn-tOkEn":"c"}"#)]
fn two_spellings_are_ambiguous(#[case] text: &str) {
    let headers = read(text).unwrap();
    assert_eq!(headers.only("Txn-Token"), Err(Ambiguous));
    assert_eq!(headers.all("Txn-Token").count(), headers.len());
}

#[rstest]
#[case::null(r#"{"Txn-Token":null}"#)]
#[case::number(r#"{"Txn-Token":1}"#)]
#[case::list(r#"{"Txn-Token":["a"]}"#)]
#[case::not_an_object("[]")]
#[case::same_spelling_twice(r#"{"Txn-Token":"a","Txn-Token":"b"}"#)]
fn what_is_not_an_object_of_texts_is_refused(#[case] text: &str) {
    assert!(read(text).is_err());
}

#[test]
fn spelling_survives_reading_and_writing() {
    let value = json!({ "X-One": "1", "x-one": "2" });
    let headers: Headers = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(serde_json::to_value(&headers).unwrap(), value);
}

#[test]
fn insert_replaces_every_spelling() {
    let mut headers: Headers = [("a", "1"), ("A", "2"), ("b", "3")].into_iter().collect();
    headers.insert("A", "4");
    assert_eq!(headers.iter().collect::<Vec<_>>(), [("b", "3"), ("A", "4")]);
}

#[test]
fn append_joins_one_spelling_and_keeps_others() {
    let headers: Headers = [("a", "1"), ("A", "2"), ("a", "3")].into_iter().collect();
    assert_eq!(headers.iter().collect::<Vec<_>>(), [("a", "1, 3"), ("A", "2")]);
}

#[test]
fn debug_output_shows_no_content() {
    let headers: Headers = [("PRIVATE", "PRIVATE")].into_iter().collect();
    assert_eq!(format!("{headers:?}"), "Headers(1)");
    let error = read(r#"{"PRIVATE":"PRIVATE","PRIVATE":"PRIVATE"}"#).unwrap_err();
    assert!(!format!("{error} {error:?}").contains("PRIVATE"));
}
