//! One message from a client to a server.

use std::fmt;

use serde::ser::{Serialize, Serializer};
use serde_json::Value;
use strict_json::Object;

use super::{Code, Id};

/// A request, or a notification if it has no [`id`](Self::id).
#[derive(Clone, PartialEq)]
pub struct Request {
    message: Object,
    id: Option<Id>,
    method: String,
}

/// Why a message is not a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Not JSON at all.
    #[error("the body is not valid JSON")]
    NotJson,
    /// Some object in it names a member twice.
    #[error("a member name occurs twice")]
    DuplicateMember,
    /// An array. MCP removed batches in 2025-06-18.
    #[error("batches are not supported")]
    Batch,
    /// Any other value that is not an object.
    #[error("the message is not an object")]
    NotAnObject,
    /// `jsonrpc` is not `"2.0"`.
    #[error("jsonrpc must be \"2.0\"")]
    Version,
    /// `id` is there, but neither a string nor an integer of 64 bits.
    #[error("id must be a string or an integer")]
    Id,
    /// `method` is missing, empty or not a string.
    #[error("method must be a name")]
    Method,
    /// `params` is there, but not an object.
    #[error("params must be an object")]
    Params,
    /// It has `result` or `error`, as a response has. With a `method` beside it, two readers could disagree.
    #[error("the message is a response")]
    Response,
}

impl Error {
    /// The code to answer with: parse error for what is not JSON, invalid request for the rest (JSON-RPC 2.0 §5.1).
    #[must_use]
    pub const fn code(self) -> Code {
        match self {
            Self::NotJson => Code::PARSE_ERROR,
            _ => Code::INVALID_REQUEST,
        }
    }
}

impl From<strict_json::Error> for Error {
    fn from(error: strict_json::Error) -> Self {
        match error {
            strict_json::Error::DuplicateMember { .. } => Self::DuplicateMember,
            strict_json::Error::NotAnObject => Self::NotAnObject,
            _ => Self::NotJson,
        }
    }
}

impl Request {
    /// Reads the text of one message.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks; see [`Error`].
    pub fn parse(text: &[u8]) -> Result<Self, Error> {
        Self::from_value(strict_json::parse(text)?)
    }

    /// Takes a message that was already read. It must have been read strictly: in a value a repeated member is gone.
    ///
    /// # Errors
    ///
    /// The first rule that it breaks; see [`Error`].
    pub fn from_value(value: Value) -> Result<Self, Error> {
        let message = match value {
            Value::Object(message) => message,
            Value::Array(_) => return Err(Error::Batch),
            _ => return Err(Error::NotAnObject),
        };
        if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
            return Err(Error::Version);
        }
        if message.contains_key("result") || message.contains_key("error") {
            return Err(Error::Response);
        }
        let id = match message.get("id") {
            Some(value) => Some(Id::from_value(value).ok_or(Error::Id)?),
            None => None,
        };
        let method = match message.get("method").and_then(Value::as_str) {
            Some(method) if !method.is_empty() => method.to_owned(),
            _ => return Err(Error::Method),
        };
        if message.get("params").is_some_and(|params| !params.is_object()) {
            return Err(Error::Params);
        }
        Ok(Self { message, id, method })
    }

    /// The identifier, which the response repeats. `None`: a notification, to which nothing is answered.
    #[must_use]
    pub const fn id(&self) -> Option<&Id> {
        self.id.as_ref()
    }

    /// The method, for instance `tools/call`. Never empty.
    #[must_use]
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The parameters, if there are any.
    #[must_use]
    pub fn params(&self) -> Option<&Object> {
        self.message.get("params").and_then(Value::as_object)
    }

    /// The whole message, as it came.
    #[must_use]
    pub const fn as_object(&self) -> &Object {
        &self.message
    }

    /// The whole message, as it came.
    #[must_use]
    pub fn into_object(self) -> Object {
        self.message
    }
}

impl Serialize for Request {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.message.serialize(serializer)
    }
}

/// Leaves the message out: arguments are the caller's.
impl fmt::Debug for Request {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Request").finish_non_exhaustive()
    }
}
