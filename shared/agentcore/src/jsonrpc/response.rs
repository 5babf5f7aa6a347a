//! One message from a server to a client.

use serde::Serialize;
use serde_json::{Value, json};
use strict_json::Object;

use super::Id;

/// An error code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Code(i32);

impl Code {
    /// Not JSON (JSON-RPC 2.0 §5.1).
    pub const PARSE_ERROR: Self = Self(-32700);
    /// JSON, but not a request (JSON-RPC 2.0 §5.1).
    pub const INVALID_REQUEST: Self = Self(-32600);
    /// No such method (JSON-RPC 2.0 §5.1).
    pub const METHOD_NOT_FOUND: Self = Self(-32601);
    /// The parameters do not fit the method; MCP uses it for an unknown tool, too (JSON-RPC 2.0 §5.1).
    pub const INVALID_PARAMS: Self = Self(-32602);
    /// The server failed (JSON-RPC 2.0 §5.1).
    pub const INTERNAL_ERROR: Self = Self(-32603);
    /// The Gateway's own code beside a 401 (observed; AWS documents only the status).
    pub const INVALID_TOKEN: Self = Self(-32001);

    /// The number on the wire.
    #[must_use]
    pub const fn number(self) -> i32 {
        self.0
    }
}

/// A response that carries a result.
#[must_use]
pub fn success(id: &Id, result: Value) -> Object {
    let mut message = envelope(Some(id));
    message.insert("result".to_owned(), result);
    message
}

/// A response that carries an error.
///
/// Without an identifier, because none could be read, the member is left out: MCP's schema knows no null there
/// (`JSONRPCErrorResponse`), and the Gateway's own errors do the same.
#[must_use]
pub fn error(id: Option<&Id>, code: Code, message: &str) -> Object {
    let mut response = envelope(id);
    response.insert("error".to_owned(), json!({ "code": code.number(), "message": message }));
    response
}

/// The result of a tool: one block of text, as the Gateway makes it from whatever a Lambda function returns.
#[must_use]
pub fn tool_text(id: &Id, text: &str) -> Object {
    success(id, json!({ "content": [{ "type": "text", "text": text }], "isError": false }))
}

/// The failure of a tool: a *result* that says so.
///
/// The model reads it and carries on; a JSON-RPC error or a status of 4xx can end the session of the client.
#[must_use]
pub fn tool_error(id: &Id, text: &str) -> Object {
    success(id, json!({ "content": [{ "type": "text", "text": text }], "isError": true }))
}

fn envelope(id: Option<&Id>) -> Object {
    let mut message = Object::new();
    message.insert("jsonrpc".to_owned(), Value::from("2.0"));
    if let Some(id) = id {
        message.insert("id".to_owned(), Value::from(id));
    }
    message
}
