//! What an interceptor reads in an event is what another reader finds there, and an event comes back as it was sent.

#![no_main]

use agentcore::interceptor::{Event, Input, Reply, received};
use http::StatusCode;
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};

fuzz_target!(|event: &[u8]| {
    let _ = (received::RequestOutput::parse(event), received::ResponseOutput::parse(event));
    let Ok(input) = Input::parse(event) else { return };
    let (request, response) = match &input {
        Input::Request(request) => (request, None),
        Input::Response { request, response } => (request, Some(response)),
    };
    let Ok(body) = &request.body else { return };
    // Each part may be as deep as the other reader lets the whole be.
    let Ok(whole) = serde_json::from_slice::<Value>(event) else { return };
    let mcp = &whole["mcp"];
    assert_eq!(mcp["gatewayRequest"]["body"], *body);
    assert_eq!(mcp["gatewayRequest"]["headers"].as_object().map_or(0, |headers| headers.len()), request.headers.len());
    for (name, value) in request.headers.iter() {
        assert_eq!(mcp["gatewayRequest"]["headers"][name], value);
    }
    assert_eq!(mcp["gatewayResponse"].is_null(), response.is_none());

    let reply = response.map(|response| Reply {
        status: response.status.unwrap_or(StatusCode::OK),
        headers: &response.headers,
        body: &response.body,
    });
    let sent = Event { raw_body: "", headers: &request.headers, body, reply }.to_vec();
    let (request, arrived) = match Input::parse(&sent).expect("what a gateway sends can be read") {
        Input::Request(request) => (request, None),
        Input::Response { request, response } => (request, Some(response)),
    };
    assert_eq!(request.body.as_ref(), Ok(body));
    assert_eq!(
        json!(request.headers),
        json!(mcp["gatewayRequest"]["headers"].as_object().cloned().unwrap_or_default())
    );
    assert_eq!(arrived.map(|arrived| arrived.body), response.map(|response| response.body.clone()));
});
