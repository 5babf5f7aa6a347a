//! Events and client contexts of targets, as anybody can make them who may call `Invoke`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::texts::not_events;
use crate::deployment::Deployment;
use crate::transaction::{Token, context, context_of};

pub(super) fn events() -> Vec<Vec<u8>> {
    let objects = ["{}", "{\"a\":1}", "{\"a\":9007199254740993}", "{\"Txn-Token\":\"a.b.c\"}", "{\"\":{\"\":{}}}"];
    let texts = not_events();
    texts.into_iter().chain(objects.into_iter().map(Vec::from)).collect()
}

/// All that Lambda's `Invoke` lets through as a client context, without a token that holds.
pub(super) fn contexts(deployment: &Deployment) -> Vec<Option<String>> {
    let token = Token::good(deployment);
    // A tool's name and a transaction token are shorter.
    let (long_name, long_token) = ("x".repeat(300), "x".repeat(1_600));
    let json = [
        "{}",
        r#"{"custom":null}"#,
        r#"{"custom":{}}"#,
        r#"{"custom":[]}"#,
        r#"{"custom":"{}"}"#,
        r#"{"custom":7}"#,
        r#"{"client":{"installation_id":"ü"},"env":{"locale":"日本"}}"#,
        r#"{"custom":{"ключ":"значение"}}"#,
        r#"{"custom":{"a":{"b":{"c":[{"d":null}]}}}}"#,
        r#"{"custom":{},"custom":{}}"#,
        r#"{"custom":{"bedrockAgentCoreToolName":null}}"#,
        r#"{"custom":{"bedrockAgentCoreToolName":["a"]}}"#,
        r#"{"custom":{"bedrockAgentCoreToolName":"profile___who_am_i","bedrockAgentCoreToolName":"profile___who_am_i"}}"#,
    ];
    let tools =
        ["", "profile", "___", "profile___", "___who_am_i", "tickets___who_am_i", "profile___\u{1f600}", &long_name];
    let header = |value: &str| context(&json!({ "Txn-Token": value }));
    let headers = [
        json!([]),
        json!("Txn-Token"),
        json!(7),
        json!({ "Txn-Token": null }),
        json!({ "Txn-Token": ["a.b.c"] }),
        json!({ "Txn-Token": { "a": 1 } }),
        json!({ "Txn-Token": 7 }),
        json!({ "Authorization": "Bearer a.b.c" }),
        json!({ "TXN-TOKEN": token.text(), "Txn-Token": token.text() }),
        json!({ "Txn-Token ": token.text() }),
    ];
    let tokens = [
        "a",
        "..",
        "a.b.c",
        "é.é.é",
        &long_token,
        &token.clone().forged().text(),
        &token.clone().expired().text(),
        &token.altered(),
        &token.unsigned(),
        &format!(" {}", token.text()),
        &deployment.token("alice"),
    ]
    .map(header);
    let mut contexts: Vec<Option<String>> = vec![None];
    contexts.extend(json.map(|text| Some(STANDARD.encode(text))));
    contexts.extend(tools.map(|tool| Some(context_of(tool, &json!({ "Txn-Token": token.text() })))));
    contexts.extend(headers.iter().map(|headers| Some(context(headers))));
    contexts.extend(tokens.map(Some));
    contexts
}
