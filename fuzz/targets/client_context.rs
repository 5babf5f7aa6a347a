//! What a target believes of its client context is what another reader finds there, and what was sent is what arrives.

#![no_main]

use agentcore::jsonrpc::Id;
use agentcore::target::{ClientContext, OutgoingContext};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use transaction_token::Presented;

fuzz_target!(|header: &[u8]| {
    let context = ClientContext::parse(header);
    let (Ok(tool_name), Ok(propagated_headers), Ok(query_parameters)) =
        (context.tool_name(), context.propagated_headers(), context.query_parameters())
    else {
        return;
    };
    let custom = &serde_json::from_slice::<Value>(header).expect("JSON to us is JSON")["custom"];
    assert_eq!(custom["bedrockAgentCoreToolName"], tool_name.to_string());
    for (name, value) in propagated_headers.iter() {
        assert_eq!(custom["bedrockAgentCorePropagatedHeaders"][name], value);
    }
    let spelled = propagated_headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("txn-token")).count();
    assert_eq!(Presented::among(propagated_headers.iter()).is_ok(), spelled == 1);

    let message_id = Id::Text(context.message_id().unwrap_or_default().to_owned());
    let sent = OutgoingContext {
        request_id: context.request_id().unwrap_or_default(),
        message_id: &message_id,
        gateway_id: context.gateway_id().unwrap_or_default(),
        target_id: context.target_id().unwrap_or_default(),
        tool_name: &tool_name,
        propagated_headers: &propagated_headers,
        query_parameters: &query_parameters,
    };
    let Ok(sent) = sent.encode() else { return };
    let arrived = ClientContext::parse(&STANDARD.decode(sent).expect("base64"));
    assert_eq!(arrived.tool_name(), Ok(tool_name));
    assert_eq!(arrived.propagated_headers(), Ok(propagated_headers));
    assert_eq!(arrived.query_parameters(), Ok(query_parameters));
    assert_eq!(arrived.request_id(), Ok(context.request_id().unwrap_or_default()));
    assert_eq!(arrived.message_id(), Ok(context.message_id().unwrap_or_default()));
});
