//! A function that panics when it is told to, on the runtime loop of the others and built as they are.
//!
//! `cargo xtask sam-local` calls it in a container. It answers how many calls its process has had, so that who calls it
//! sees whether the process has survived.

use std::sync::atomic::{AtomicU64, Ordering};

use agentcore::runtime::{Error, ErrorReply, Invocation, run};
use serde_json::{Value, json};

static CALLS: AtomicU64 = AtomicU64::new(0);

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    run(answer).await
}

/// Panics with the text that the member `panic` of the event has.
#[expect(clippy::panic, reason = "it is what this function is for")]
async fn answer(invocation: Invocation) -> Result<Vec<u8>, ErrorReply> {
    let calls = CALLS.fetch_add(1, Ordering::Relaxed) + 1;
    let event: Value = serde_json::from_slice(&invocation.event)
        .map_err(|error| ErrorReply::new("Function.BadEvent", error.to_string()))?;
    if let Some(text) = event.get("panic").and_then(Value::as_str) {
        panic!("{text}");
    }
    Ok(json!({ "calls": calls }).to_string().into_bytes())
}
