//! What is forwarded to a tool is what was judged: the same message to every reader, and no header but ours with it.

#![no_main]

use std::sync::LazyLock;
use std::time::SystemTime;

use agentcore::interceptor::received::RequestOutput;
use countersign_fuzz::World;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use strict_json::Object;
use transaction_token::{BindArguments, Call, Presented, Verifier};

static WORLD: LazyLock<World> = LazyLock::new(World::start);

fuzz_target!(|input: &str| {
    let event = WORLD.event(input);
    let Ok(answer) = WORLD.answer(&event) else { return };
    let Ok(whole) = serde_json::from_str::<Value>(&event) else { return };
    let request = &whole["mcp"]["gatewayRequest"];
    if request.is_null() || !whole["mcp"]["gatewayResponse"].is_null() {
        return;
    }
    let output = RequestOutput::parse(&answer).expect("an answer that the Gateway takes");
    let RequestOutput::Pass { body, headers } = output else { return };
    assert_eq!(Value::Object(body), request["body"]);
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    assert_eq!(answer["mcp"]["transformedGatewayRequest"]["body"], request["body"]);

    let params = &request["body"]["params"];
    let names: Vec<&str> = headers.iter().map(|(name, _)| name).collect();
    if request["body"]["method"] != "tools/call" {
        return assert!(names.is_empty());
    }
    assert_eq!((&params["name"], names), (&"profile___who_am_i".into(), vec!["Txn-Token"]));
    assert!(event.contains(&WORLD.token), "whose call is it?");
    let presented = Presented::among(headers.iter()).expect("one header");
    let none = Object::new();
    let call = Call { tool: "who_am_i", arguments: params["arguments"].as_object().unwrap_or(&none) };
    let verifier = Verifier::new("stack", "profile", BindArguments::Required);
    let caller = verifier.verify(presented, &WORLD.verification, call, SystemTime::now()).expect("a caller");
    assert_eq!(caller.subject(), "alice");
});
