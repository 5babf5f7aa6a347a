use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use rstest::rstest;

use super::{ClientContext, ContextError, LIMIT, OutgoingContext};
use crate::header::{Ambiguous, Headers};
use crate::jsonrpc::Id;
use crate::tool::ToolName;

fn encode(headers: &Headers, query_parameters: &BTreeMap<String, String>) -> Result<String, super::TooLarge> {
    OutgoingContext {
        request_id: "request",
        message_id: &Id::Integer(4.into()),
        gateway_id: "countersign-abcdefghij",
        target_id: "ABCDEFGHIJ",
        tool_name: &"profile___who_am_i".parse().unwrap(),
        propagated_headers: headers,
        query_parameters,
    }
    .encode()
}

fn decode(text: &str) -> Vec<u8> {
    STANDARD.decode(text).unwrap()
}

#[test]
fn what_a_gateway_writes_a_target_reads() {
    let headers: Headers = [("Txn-Token", "a.b.c"), ("X-Ä", "é\n")].into_iter().collect();
    let query = BTreeMap::from([("q".to_owned(), "1".to_owned())]);
    let context = ClientContext::parse(&decode(&encode(&headers, &query).unwrap()));
    assert_eq!(context.tool_name(), Ok("profile___who_am_i".parse().unwrap()));
    assert_eq!(context.propagated_headers(), Ok(headers));
    assert_eq!(context.query_parameters(), Ok(query));
    assert_eq!(context.message_version(), Ok("1.0"));
    assert_eq!(context.request_id(), Ok("request"));
    assert_eq!(context.message_id(), Ok("4"));
    assert_eq!(context.gateway_id(), Ok("countersign-abcdefghij"));
    assert_eq!(context.target_id(), Ok("ABCDEFGHIJ"));
}

#[test]
fn the_keys_are_those_of_the_developer_guide() {
    let headers: Headers = [("a", "b")].into_iter().collect();
    let query = BTreeMap::from([("q".to_owned(), "1".to_owned())]);
    let context = String::from_utf8(decode(&encode(&headers, &query).unwrap())).unwrap();
    assert_eq!(
        context,
        concat!(
            r#"{"custom":{"bedrockAgentCoreAwsRequestId":"request","#,
            r#""bedrockAgentCoreGatewayId":"countersign-abcdefghij","bedrockAgentCoreMcpMessageId":"4","#,
            r#""bedrockAgentCoreMessageVersion":"1.0","bedrockAgentCorePropagatedHeaders":{"a":"b"},"#,
            r#""bedrockAgentCorePropagatedQueryParameters":{"q":"1"},"bedrockAgentCoreTargetId":"ABCDEFGHIJ","#,
            r#""bedrockAgentCoreToolName":"profile___who_am_i"}}"#,
        )
    );
}

#[test]
fn nothing_propagated_leaves_the_keys_out() {
    let context = decode(&encode(&Headers::new(), &BTreeMap::new()).unwrap());
    assert!(!String::from_utf8(context.clone()).unwrap().contains("Propagated"));
    assert_eq!(ClientContext::parse(&context).propagated_headers(), Ok(Headers::new()));
}

#[test]
fn the_limit_is_lambdas_to_the_byte() {
    let empty: Headers = [("a", "")].into_iter().collect();
    let overhead = decode(&encode(&empty, &BTreeMap::new()).unwrap()).len();
    // 3,583 is no multiple of four: the largest base64 text below it stands for 2,685 bytes.
    let with = |length: usize| {
        let headers: Headers = [("a", "x".repeat(length - overhead))].into_iter().collect();
        encode(&headers, &BTreeMap::new())
    };
    assert_eq!(with(2_685).unwrap().len(), 3_580);
    let error = with(2_686).unwrap_err();
    assert!(error.length > LIMIT);
}

/// Every one of these has ended a process of `lambda_runtime`, or could.
#[rstest]
#[case::empty(b"", ContextError::NotJson)]
#[case::not_json(b"PRIVATE", ContextError::NotJson)]
#[case::base64(b"e30=", ContextError::NotJson)]
#[case::invalid_utf8(b"{\"custom\":{\"a\":\"\xff\"}}", ContextError::NotJson)]
#[case::deep(&[b'['; 5_000], ContextError::NotJson)]
#[case::null(b"null", ContextError::Foreign)]
#[case::list(b"[]", ContextError::Foreign)]
#[case::nothing(b"{}", ContextError::Foreign)]
#[case::custom_null(br#"{"custom":null,"client":null,"env":null}"#, ContextError::Foreign)]
#[case::custom_text(br#"{"custom":"a"}"#, ContextError::Foreign)]
#[case::empty_custom(br#"{"custom":{}}"#, ContextError::Missing("bedrockAgentCoreToolName"))]
#[case::other_case(
    br#"{"custom":{"bedrockagentcoretoolname":"a___b"}}"#,
    ContextError::Missing("bedrockAgentCoreToolName")
)]
#[case::tool_null(
    br#"{"custom":{"bedrockAgentCoreToolName":null}}"#,
    ContextError::Missing("bedrockAgentCoreToolName")
)]
#[case::tool_object(
    br#"{"custom":{"bedrockAgentCoreToolName":{}}}"#,
    ContextError::Unusable("bedrockAgentCoreToolName")
)]
#[case::no_tool_name(
    br#"{"custom":{"bedrockAgentCoreToolName":"PRIVATE"}}"#,
    ContextError::Unusable("bedrockAgentCoreToolName")
)]
#[case::custom_twice(
    br#"{"custom":{"bedrockAgentCoreToolName":"a___b"},"custom":{"bedrockAgentCoreToolName":"a___c"}}"#,
    ContextError::DuplicateMember
)]
#[case::tool_twice(
    br#"{"custom":{"bedrockAgentCoreToolName":"a___b","bedrockAgentCoreToolName":"a___b"}}"#,
    ContextError::DuplicateMember
)]
#[case::twice_elsewhere(
    br#"{"custom":{"bedrockAgentCoreToolName":"a___b"},"env":{"a":1,"a":2}}"#,
    ContextError::DuplicateMember
)]
fn what_cannot_be_read_is_an_error_of_the_accessor(#[case] header: &[u8], #[case] expected: ContextError) {
    let context = ClientContext::parse(header);
    assert_eq!(context.tool_name(), Err(expected));
    assert!(!format!("{context:?} {expected} {expected:?}").contains("PRIVATE"));
}

#[rstest]
#[case::objects(br#"{"custom":{"bedrockAgentCoreToolName":"a___b","x":{"y":[{}]}}}"#)]
#[case::client_null(br#"{"client":null,"env":null,"custom":{"bedrockAgentCoreToolName":"a___b"}}"#)]
#[case::client_empty(br#"{"client":{},"env":{},"custom":{"bedrockAgentCoreToolName":"a___b"}}"#)]
#[case::empty_headers(br#"{"custom":{"bedrockAgentCoreToolName":"a___b","bedrockAgentCorePropagatedHeaders":{}}}"#)]
#[case::null_headers(br#"{"custom":{"bedrockAgentCoreToolName":"a___b","bedrockAgentCorePropagatedHeaders":null}}"#)]
#[case::beyond_ascii("{\"custom\":{\"bedrockAgentCoreToolName\":\"a___b\",\"ä\":\"é\"}}".as_bytes())]
fn what_is_beside_the_key_does_not_matter(#[case] header: &[u8]) {
    let context = ClientContext::parse(header);
    assert_eq!(context.tool_name().map(|name: ToolName| name.to_string()), Ok("a___b".to_owned()));
    assert_eq!(context.propagated_headers(), Ok(Headers::new()));
}

#[rstest]
#[case::absent(ClientContext::absent(), ContextError::Absent)]
#[case::list(
    ClientContext::parse(br#"{"custom":{"bedrockAgentCorePropagatedHeaders":[]}}"#),
    ContextError::Unusable("bedrockAgentCorePropagatedHeaders")
)]
#[case::null_value(
    ClientContext::parse(br#"{"custom":{"bedrockAgentCorePropagatedHeaders":{"a":null}}}"#),
    ContextError::Unusable("bedrockAgentCorePropagatedHeaders")
)]
#[case::text(
    ClientContext::parse(br#"{"custom":{"bedrockAgentCorePropagatedHeaders":"{}"}}"#),
    ContextError::Unusable("bedrockAgentCorePropagatedHeaders")
)]
fn unreadable_headers_are_not_no_headers(#[case] context: ClientContext, #[case] expected: ContextError) {
    assert_eq!(context.propagated_headers(), Err(expected));
}

#[test]
fn both_spellings_of_a_header_arrive() {
    let context =
        ClientContext::parse(br#"{"custom":{"bedrockAgentCorePropagatedHeaders":{"Txn-Token":"a","txn-token":"b"}}}"#);
    assert_eq!(context.propagated_headers().unwrap().only("Txn-Token"), Err(Ambiguous));
}

proptest! {
    #[test]
    fn no_header_panics(header in prop::collection::vec(any::<u8>(), 0..200)) {
        let context = ClientContext::parse(&header);
        prop_assert!(context.tool_name().is_err());
        let _ = (context.propagated_headers(), context.query_parameters(), context.message_id());
    }
}
