//! An answer shows its reader the tools that they may call, wherever a list may stand in it, and none to a stranger.

#![no_main]

use std::sync::LazyLock;

use agentcore::interceptor::received::ResponseOutput;
use countersign_fuzz::World;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static WORLD: LazyLock<World> = LazyLock::new(World::start);

fuzz_target!(|input: &str| {
    let event = WORLD.event(input);
    let Ok(answer) = WORLD.answer(&event) else { return };
    let Ok(whole) = serde_json::from_str::<Value>(&event) else { return };
    if whole["mcp"]["gatewayResponse"].is_null() {
        return;
    }
    let ResponseOutput { body, .. } = ResponseOutput::parse(&answer).expect("an answer that the Gateway takes");
    let call = &whole["mcp"]["gatewayRequest"]["body"];
    let Some(result) = body.get("result") else { return };
    // What a tool answers is its own.
    if call["method"] == "tools/call" && call["params"]["name"].as_str().is_some_and(|name| name.contains("___")) {
        return;
    }
    let mut listings = vec![result["tools"].clone(), result["structuredContent"]["tools"].clone()];
    if result["isError"] != true {
        for block in result["content"].as_array().into_iter().flatten() {
            let text: Value = serde_json::from_str(block["text"].as_str().expect("text")).expect("a list in JSON");
            listings.push(text["tools"].clone());
        }
    }
    for tool in listings.iter().filter_map(Value::as_array).flatten() {
        assert_eq!(tool["name"], "profile___who_am_i");
        assert!(event.contains(&WORLD.token), "who reads it?");
    }
});
