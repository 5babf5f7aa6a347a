//! The command that shows a newcomer that it works.

use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::provider::Config;

/// One line for any POSIX shell.
pub(crate) fn curl(config: &Config, token: &SecretString) -> SecretString {
    let call = json!({
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": config.tool, "arguments": {}},
    });
    let headers = [
        format!("Authorization: Bearer {}", token.expose_secret()),
        "Content-Type: application/json".to_owned(),
        "Accept: application/json, text/event-stream".to_owned(),
        "MCP-Protocol-Version: 2025-11-25".to_owned(),
    ];
    let headers: String = headers.iter().map(|header| format!(" -H {}", quoted(header))).collect();
    // The answer has no line break, and the prompt would stand behind it.
    format!(r"curl -sS {}{headers} -d {} -w '\n'", quoted(&config.audience), quoted(&call.to_string())).into()
}

/// As one word of a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
