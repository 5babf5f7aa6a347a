//! The function under test. It answers with what it was sent and what it was told about it; the member `do` of an event
//! asks for a misfortune.
//!
//! It lives in the binary of the tests, which starts itself once more: so it can never be older than they are.

use std::future::pending;

use agentcore::runtime::{Error, ErrorReply, Invocation, MAX_PAYLOAD, init_error, run};
use serde_json::{Value, json};

/// Arguments with which the binary of the tests becomes the function.
pub(crate) const ARGUMENTS: [&str; 4] = ["--exact", "function::process", "--ignored", "--nocapture"];

#[ignore = "the process that the other tests start"]
#[tokio::test]
async fn process() -> Result<(), Error> {
    match std::env::var("WRONG_CONFIGURATION") {
        Ok(_) => init_error("Function.Configuration", "WRONG_CONFIGURATION is set; expected nothing").await,
        Err(_) => run(echo).await,
    }
}

async fn echo(invocation: Invocation) -> Result<Vec<u8>, ErrorReply> {
    let event: Value = strict_json::parse(&invocation.event)
        .map_err(|error| ErrorReply::new("Function.BadEvent", error.to_string()))?;
    match event.get("do").and_then(Value::as_str) {
        Some("panic") => panic!("PRIVATE"),
        Some("hang") => {
            println!("hanging");
            pending().await
        }
        Some("answer too much") => Ok(vec![b' '; MAX_PAYLOAD + 1]),
        Some("answer as much as there may be") => Ok(vec![b'1'; MAX_PAYLOAD]),
        _ => {
            let context = &invocation.context;
            let answer = json!({
                "event": event,
                "request_id": context.request_id,
                "function": context.invoked_function_arn,
                "trace_id": context.trace_id,
                "remaining_seconds": context.remaining().as_secs(),
                "tool": context.client_context.tool_name().map_err(|error| error.to_string()),
                "headers": context.client_context.propagated_headers().map_err(|error| error.to_string()),
                "environment": std::env::vars().count(),
            });
            Ok(answer.to_string().into_bytes())
        }
    }
}
