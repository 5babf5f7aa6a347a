//! What one half of the contract writes, the other half reads as it was.

#![allow(clippy::unwrap_used)] // A test may stop at the first surprise.

use std::collections::BTreeMap;

use agentcore::header::Headers;
use agentcore::interceptor::{Event, Input, Reply, RequestOutput, ResponseOutput, received};
use agentcore::jsonrpc::Code;
use agentcore::jsonrpc::{Id, Request, error, success, tool_error};
use agentcore::target::{ClientContext, OutgoingContext};
use agentcore::tool::ToolName;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use proptest::prelude::*;
use serde_json::{Value, json};
use strict_json::Object;

/// Any characters, control characters among them, and few enough that a client context has room for several.
const TEXT: &str = "(?s).{0,12}";

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        TEXT.prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(TEXT, inner, 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn objects() -> impl Strategy<Value = Object> {
    prop::collection::btree_map(TEXT, values(), 0..6).prop_map(|members| members.into_iter().collect())
}

fn ids() -> impl Strategy<Value = Id> {
    let values = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        TEXT.prop_map(Value::from),
    ];
    values.prop_map(|value| Id::from_value(&value).unwrap())
}

fn headers() -> impl Strategy<Value = Headers> {
    prop::collection::vec(("[!-~]{1,12}", TEXT), 0..4).prop_map(|fields| fields.into_iter().collect())
}

fn statuses() -> impl Strategy<Value = StatusCode> {
    (100..1000_u16).prop_map(|status| StatusCode::from_u16(status).unwrap())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_request_is_forwarded_as_it_came(
        id in prop::option::of(ids()),
        method in ".{1,20}",
        params in prop::option::of(objects()),
        more in objects(),
    ) {
        let mut message = more;
        message.retain(|name, _| !["result", "error", "id", "params"].contains(&name.as_str()));
        message.insert("jsonrpc".to_owned(), "2.0".into());
        message.insert("method".to_owned(), method.clone().into());
        message.extend(id.as_ref().map(|id| ("id".to_owned(), id.into())));
        message.extend(params.clone().map(|params| ("params".to_owned(), params.into())));
        let request = Request::parse(&serde_json::to_vec(&message).unwrap()).unwrap();
        prop_assert_eq!((request.id(), request.method()), (id.as_ref(), method.as_str()));
        prop_assert_eq!(request.params(), params.as_ref());
        prop_assert_eq!(Request::parse(&serde_json::to_vec(&request).unwrap()).unwrap().into_object(), message);
    }

    #[test]
    fn a_response_has_the_id_of_its_request(id in ids(), result in values(), text in TEXT) {
        for response in [success(&id, result), tool_error(&id, &text), error(Some(&id), Code::INTERNAL_ERROR, &text)] {
            let read = strict_json::parse_object(&serde_json::to_vec(&response).unwrap()).unwrap();
            prop_assert_eq!(Id::from_value(&read["id"]), Some(id.clone()));
            // Nobody takes an answer for a question.
            prop_assert!(Request::from_value(read.into()).is_err());
        }
    }

    #[test]
    fn a_target_reads_the_context_that_a_gateway_sends(
        tool in "[a-z0-9]{1,8}(-[a-z0-9]{1,8})?___[A-Za-z0-9_.-]{1,16}",
        message_id in ids(),
        texts in prop::array::uniform3(TEXT),
        propagated_headers in headers(),
        query_parameters in prop::collection::btree_map(TEXT, TEXT, 0..3),
    ) {
        let tool_name: ToolName = tool.parse().unwrap();
        let [request_id, gateway_id, target_id] = texts;
        let query_parameters: BTreeMap<String, String> = query_parameters;
        let sent = OutgoingContext {
            request_id: &request_id,
            message_id: &message_id,
            gateway_id: &gateway_id,
            target_id: &target_id,
            tool_name: &tool_name,
            propagated_headers: &propagated_headers,
            query_parameters: &query_parameters,
        };
        // What is larger than Lambda takes is not sent.
        if let Ok(text) = sent.encode() {
            let context = ClientContext::parse(&STANDARD.decode(text).unwrap());
            prop_assert_eq!(context.tool_name(), Ok(tool_name));
            let shown = message_id.to_string();
            prop_assert_eq!(context.message_id(), Ok(shown.as_str()));
            prop_assert_eq!(context.request_id(), Ok(request_id.as_str()));
            prop_assert_eq!(context.gateway_id(), Ok(gateway_id.as_str()));
            prop_assert_eq!(context.target_id(), Ok(target_id.as_str()));
            prop_assert_eq!(json!(context.propagated_headers().unwrap()), json!(propagated_headers));
            prop_assert_eq!(context.query_parameters(), Ok(query_parameters));
        }
    }

    #[test]
    fn an_interceptor_reads_the_event_that_a_gateway_sends(
        raw_body in TEXT,
        headers in headers(),
        body in values(),
        reply in prop::option::of((statuses(), headers(), values())),
    ) {
        let sent = reply.as_ref().map(|(status, headers, body)| Reply { status: *status, headers, body });
        let event = Event { raw_body: &raw_body, headers: &headers, body: &body, reply: sent }.to_vec();
        let (request, response) = match Input::parse(&event).unwrap() {
            Input::Request(request) => (request, None),
            Input::Response { request, response } => (request, Some(response)),
        };
        prop_assert_eq!(json!(request.headers), json!(headers));
        prop_assert_eq!(request.body, Ok(body));
        let response = response.map(|response| (response.status, json!(response.headers), response.body));
        prop_assert_eq!(response, reply.map(|(status, headers, body)| (Some(status), json!(headers), body)));
    }

    #[test]
    fn a_gateway_reads_what_an_interceptor_answers(body in objects(), value in TEXT, status in statuses()) {
        let name = "Txn-Token";
        let none = Headers::new();
        let one = Headers::from_iter([(name, value.clone())]);
        let pass = |headers| received::RequestOutput::Pass { body: body.clone(), headers };
        let given = [
            (RequestOutput::Pass { body: body.clone() }, pass(none)),
            (RequestOutput::PassWith { body: body.clone(), name, value }, pass(one)),
            (
                RequestOutput::Answer { status, body: body.clone() },
                received::RequestOutput::Answer { status, body: body.clone() },
            ),
        ];
        for (written, expected) in given {
            prop_assert_eq!(received::RequestOutput::parse(&written.into_vec()), Ok(expected));
        }
        let written = ResponseOutput { body: body.clone() }.into_vec();
        prop_assert_eq!(
            received::ResponseOutput::parse(&written),
            Ok(received::ResponseOutput { status: None, body })
        );
    }
}
