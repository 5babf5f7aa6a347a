//! An API lets in whoever has a token for APIs, to the one method that was asked for.

#![no_main]

use std::sync::LazyLock;

use countersign_fuzz::World;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

static WORLD: LazyLock<World> = LazyLock::new(World::start);

fuzz_target!(|input: &str| {
    let event = WORLD.event(input);
    let Ok(answer) = WORLD.answer(&event) else { return };
    let Ok(asked) = serde_json::from_str::<Value>(&event) else { return };
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    let statement = &answer["policyDocument"]["Statement"][0];
    if answer["isAuthorized"] != true && statement["Effect"] != "Allow" {
        return;
    }
    assert!(event.contains(&WORLD.api_token), "who was let in?");
    let context = answer["context"].as_object().expect("a context");
    assert!(context.values().all(Value::is_string), "API Gateway takes a flat one");
    assert_eq!(context["sub"], "alice");
    if answer["isAuthorized"] != true {
        assert_eq!(answer["policyDocument"]["Statement"].as_array().map(Vec::len), Some(1));
        assert_eq!(statement["Resource"], asked["methodArn"]);
        assert!(!statement["Resource"].as_str().expect("a text").contains(['*', '?', '$']));
    }
});
