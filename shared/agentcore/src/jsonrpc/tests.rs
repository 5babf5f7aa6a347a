use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};

use super::{Code, Error, Id, Request, error, success, tool_error, tool_text};

fn with_id(id: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#)
}

#[rstest]
#[case::zero("0")]
#[case::negative("-7")]
#[case::beyond_double("9007199254740993")]
#[case::smallest("-9223372036854775808")]
#[case::largest("18446744073709551615")]
#[case::text(r#""a""#)]
#[case::digits_as_text(r#""1""#)]
#[case::empty_text(r#""""#)]
#[case::beyond_ascii(r#""é😀""#)]
fn an_id_comes_back_as_it_came(#[case] id: &str) {
    let request = Request::parse(with_id(id).as_bytes()).unwrap();
    let response = serde_json::to_string(&success(request.id().unwrap(), json!({}))).unwrap();
    assert_eq!(response, format!(r#"{{"id":{id},"jsonrpc":"2.0","result":{{}}}}"#));
    assert_eq!(serde_json::to_string(request.id().unwrap()).unwrap(), id);
}

#[rstest]
#[case::null("null")]
#[case::fraction("1.5")]
#[case::written_as_a_fraction("1.0")]
#[case::exponent("1e3")]
#[case::negative_zero("-0")]
#[case::beyond_64_bits("18446744073709551616")]
#[case::boolean("true")]
#[case::list("[1]")]
#[case::object("{}")]
fn an_id_that_could_not_come_back_is_refused(#[case] id: &str) {
    assert_eq!(Request::parse(with_id(id).as_bytes()), Err(Error::Id));
}

#[rstest]
#[case::empty("", Error::NotJson)]
#[case::cut("{", Error::NotJson)]
#[case::lone_surrogate("{\"jsonrpc\":\"2.0\",\"method\":\"\\ud800\"}", Error::NotJson)]
#[case::two_messages("{}{}", Error::NotJson)]
#[case::text("\"x\"", Error::NotAnObject)]
#[case::null("null", Error::NotAnObject)]
#[case::empty_batch("[]", Error::Batch)]
#[case::batch(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, Error::Batch)]
#[case::duplicate_id(r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, Error::DuplicateMember)]
#[case::duplicate_method(r#"{"jsonrpc":"2.0","method":"ping","method":"tools/call"}"#, Error::DuplicateMember)]
#[case::duplicate_deep_down(
    r#"{"jsonrpc":"2.0","id":1,"method":"m","params":{"name":"a","n\u0061me":"b"}}"#,
    Error::DuplicateMember
)]
#[case::no_version(r#"{"id":1,"method":"ping"}"#, Error::Version)]
#[case::old_version(r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, Error::Version)]
#[case::version_as_number(r#"{"jsonrpc":2.0,"id":1,"method":"ping"}"#, Error::Version)]
#[case::no_method(r#"{"jsonrpc":"2.0","id":1}"#, Error::Method)]
#[case::empty_method(r#"{"jsonrpc":"2.0","id":1,"method":""}"#, Error::Method)]
#[case::method_as_number(r#"{"jsonrpc":"2.0","id":1,"method":1}"#, Error::Method)]
#[case::positional(r#"{"jsonrpc":"2.0","id":1,"method":"m","params":[1]}"#, Error::Params)]
#[case::null_params(r#"{"jsonrpc":"2.0","id":1,"method":"m","params":null}"#, Error::Params)]
#[case::result(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, Error::Response)]
#[case::error(r#"{"jsonrpc":"2.0","id":1,"error":{"code":1,"message":""}}"#, Error::Response)]
#[case::both(r#"{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}"#, Error::Response)]
fn what_is_not_one_request_is_refused(#[case] text: &str, #[case] expected: Error) {
    assert_eq!(Request::parse(text.as_bytes()), Err(expected));
    let code = if expected == Error::NotJson { -32700 } else { -32600 };
    assert_eq!(expected.code().number(), code);
}

#[test]
fn what_was_judged_is_written_again_with_every_member() {
    let text = r#"{"_other":[1,null],"id":1,"jsonrpc":"2.0","method":"tools/call","params":{"_meta":{},"name":"x"}}"#;
    let request = Request::parse(text.as_bytes()).unwrap();
    assert_eq!(serde_json::to_string(&request).unwrap(), text);
    assert_eq!(request.params().unwrap()["name"], "x");
    assert_eq!(Value::Object(request.into_object()).to_string(), text);
}

#[test]
fn a_message_without_an_id_is_a_notification() {
    let request = Request::parse(br#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).unwrap();
    assert_eq!((request.id(), request.params()), (None, None));
    assert_eq!(request.method(), "notifications/initialized");
}

#[test]
fn responses_have_the_shape_that_mcp_gives_them() {
    let id = Id::Text("a".to_owned());
    assert_eq!(
        Value::Object(error(Some(&id), Code::METHOD_NOT_FOUND, "no")),
        json!({ "jsonrpc": "2.0", "id": "a", "error": { "code": -32601, "message": "no" } })
    );
    assert_eq!(
        Value::Object(error(None, Code::PARSE_ERROR, "no")),
        json!({ "jsonrpc": "2.0", "error": { "code": -32700, "message": "no" } })
    );
    let tool = |is_error: bool| {
        json!({
            "jsonrpc": "2.0",
            "id": "a",
            "result": { "content": [{ "type": "text", "text": "t" }], "isError": is_error },
        })
    };
    assert_eq!(Value::Object(tool_text(&id, "t")), tool(false));
    assert_eq!(Value::Object(tool_error(&id, "t")), tool(true));
}

#[test]
fn debug_output_shows_no_content() {
    let request = Request::parse(br#"{"jsonrpc":"2.0","id":"PRIVATE","method":"PRIVATE","params":{"PRIVATE":1}}"#);
    let request = request.unwrap();
    assert!(!format!("{request:?} {:?}", request.id()).contains("PRIVATE"));
}

proptest! {
    #[test]
    fn every_integer_of_64_bits_comes_back(signed in any::<i64>(), unsigned in any::<u64>()) {
        for id in [signed.to_string(), unsigned.to_string()] {
            let request = Request::parse(with_id(&id).as_bytes()).unwrap();
            prop_assert_eq!(serde_json::to_string(request.id().unwrap()).unwrap(), id);
        }
    }

    #[test]
    fn no_text_panics(text in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = Request::parse(&text);
    }
}
