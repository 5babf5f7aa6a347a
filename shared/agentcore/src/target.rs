//! The client context in which the Gateway invokes a target.
//!
//! The event of a target is the tool's arguments and nothing else. Which tool it is, and the headers that the target
//! allows, stand in Lambda's client context under the keys below (AgentCore developer guide, "Lambda target").
//!
//! Reading is lenient: [`ClientContext::parse`] never fails, since a context that cannot be read is no reason to end a
//! process that serves others. Each accessor then says for itself what is missing. It is strict in one point: if a member
//! occurs twice anywhere, nothing of it is believed.

mod envelope;

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use strict_json::Object;

use crate::header::Headers;
use crate::jsonrpc::Id;
use crate::tool::ToolName;

/// The most that Lambda's `Invoke` accepts, in bytes of base64: about 2.6 KB of JSON for everything.
pub const LIMIT: usize = 3_583;

const MESSAGE_VERSION: &str = "bedrockAgentCoreMessageVersion";
const REQUEST_ID: &str = "bedrockAgentCoreAwsRequestId";
const MESSAGE_ID: &str = "bedrockAgentCoreMcpMessageId";
const GATEWAY_ID: &str = "bedrockAgentCoreGatewayId";
const TARGET_ID: &str = "bedrockAgentCoreTargetId";
const TOOL_NAME: &str = "bedrockAgentCoreToolName";
const HEADERS: &str = "bedrockAgentCorePropagatedHeaders";
const QUERY_PARAMETERS: &str = "bedrockAgentCorePropagatedQueryParameters";

/// The client context of an invocation, whatever it was.
#[derive(Clone, PartialEq)]
pub struct ClientContext(Result<Object, ContextError>);

/// Why something cannot be read from a client context.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ContextError {
    /// There is no client context at all.
    #[error("the invocation has no client context")]
    Absent,
    /// There is one without an object `custom`: the Gateway did not make this invocation.
    #[error("the client context is not one of a gateway")]
    Foreign,
    /// The client context is not JSON.
    #[error("the client context is not JSON")]
    NotJson,
    /// A member occurs twice, so that two readers could see two things.
    #[error("the client context names a member twice")]
    DuplicateMember,
    /// The key is not there.
    #[error("the client context has no {0}")]
    Missing(&'static str),
    /// The key is there, with a value of another kind.
    #[error("the client context has an unusable {0}")]
    Unusable(&'static str),
}

impl ClientContext {
    /// The client context of an invocation that has none.
    #[must_use]
    pub const fn absent() -> Self {
        Self(Err(ContextError::Absent))
    }

    /// Reads the header `Lambda-Runtime-Client-Context`. Never fails; the accessors do.
    #[must_use]
    pub fn parse(header: &[u8]) -> Self {
        Self(match strict_json::parse(header) {
            Ok(Value::Object(context)) => return Self::of(context),
            Ok(_) => Err(ContextError::Foreign),
            Err(strict_json::Error::DuplicateMember { .. }) => Err(ContextError::DuplicateMember),
            Err(_) => Err(ContextError::NotJson),
        })
    }

    fn of(mut context: Object) -> Self {
        Self(match context.remove("custom") {
            Some(Value::Object(custom)) => Ok(custom),
            _ => Err(ContextError::Foreign),
        })
    }

    /// The tool that is called.
    ///
    /// # Errors
    ///
    /// [`ContextError`], also if the name is not a tool's name.
    pub fn tool_name(&self) -> Result<ToolName, ContextError> {
        self.text(TOOL_NAME)?.parse().map_err(|_| ContextError::Unusable(TOOL_NAME))
    }

    /// The headers that the Gateway has let through; none if the key is absent or null.
    ///
    /// # Errors
    ///
    /// [`ContextError`] if they cannot be read, or if there is no client context: a caller must be able to tell "no
    /// header" from "I could not see".
    pub fn propagated_headers(&self) -> Result<Headers, ContextError> {
        self.object(HEADERS)
    }

    /// The query parameters that the Gateway has let through; none if the key is absent or null.
    ///
    /// # Errors
    ///
    /// As [`propagated_headers`](Self::propagated_headers).
    pub fn query_parameters(&self) -> Result<BTreeMap<String, String>, ContextError> {
        self.object(QUERY_PARAMETERS)
    }

    /// The version of this contract, `1.0` so far.
    ///
    /// # Errors
    ///
    /// [`ContextError`] if it is not there.
    pub fn message_version(&self) -> Result<&str, ContextError> {
        self.text(MESSAGE_VERSION)
    }

    /// The request as the AgentCore service counts it: the key to the Gateway's own logs.
    ///
    /// # Errors
    ///
    /// [`ContextError`] if it is not there.
    pub fn request_id(&self) -> Result<&str, ContextError> {
        self.text(REQUEST_ID)
    }

    /// The JSON-RPC id as text. The client chose it: for logs, never for a decision.
    ///
    /// # Errors
    ///
    /// [`ContextError`] if it is not there.
    pub fn message_id(&self) -> Result<&str, ContextError> {
        self.text(MESSAGE_ID)
    }

    /// The gateway that invokes.
    ///
    /// # Errors
    ///
    /// [`ContextError`] if it is not there.
    pub fn gateway_id(&self) -> Result<&str, ContextError> {
        self.text(GATEWAY_ID)
    }

    /// The identifier of the target, ten characters that the Gateway chose.
    ///
    /// # Errors
    ///
    /// [`ContextError`] if it is not there.
    pub fn target_id(&self) -> Result<&str, ContextError> {
        self.text(TARGET_ID)
    }

    fn value(&self, key: &'static str) -> Result<Option<&Value>, ContextError> {
        let custom = self.0.as_ref().map_err(|error| *error)?;
        Ok(custom.get(key).filter(|value| !value.is_null()))
    }

    fn text(&self, key: &'static str) -> Result<&str, ContextError> {
        let value = self.value(key)?.ok_or(ContextError::Missing(key))?;
        value.as_str().ok_or(ContextError::Unusable(key))
    }

    fn object<T: DeserializeOwned + Default>(&self, key: &'static str) -> Result<T, ContextError> {
        match self.value(key)? {
            None => Ok(T::default()),
            Some(value) => T::deserialize(value).map_err(|_| ContextError::Unusable(key)),
        }
    }
}

/// Shows whether it could be read, not what is in it: a propagated header may be a token.
impl fmt::Debug for ClientContext {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("ClientContext").field(&self.0.as_ref().map(drop)).finish()
    }
}

/// A client context to be sent: [`ClientContext`] from the other side.
#[derive(Clone, Copy)]
pub struct OutgoingContext<'a> {
    /// See [`ClientContext::request_id`].
    pub request_id: &'a str,
    /// See [`ClientContext::message_id`].
    pub message_id: &'a Id,
    /// See [`ClientContext::gateway_id`].
    pub gateway_id: &'a str,
    /// See [`ClientContext::target_id`].
    pub target_id: &'a str,
    /// See [`ClientContext::tool_name`].
    pub tool_name: &'a ToolName,
    /// See [`ClientContext::propagated_headers`]. The key is left out if there are none.
    pub propagated_headers: &'a Headers,
    /// See [`ClientContext::query_parameters`]. The key is left out if there are none.
    pub query_parameters: &'a BTreeMap<String, String>,
}

/// The client context is larger than Lambda accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client context is {length} bytes in base64; Lambda accepts {LIMIT}")]
pub struct TooLarge {
    /// Its length in bytes of base64.
    pub length: usize,
}

impl OutgoingContext<'_> {
    /// The value of `X-Amz-Client-Context` of Lambda's `Invoke`: JSON in base64. Lambda decodes it for the function.
    ///
    /// # Errors
    ///
    /// [`TooLarge`] if it exceeds [`LIMIT`].
    pub fn encode(&self) -> Result<String, TooLarge> {
        // JSON may hold a DEL as it is, but the context travels as a header, which may not (RFC 9110 §5.5).
        let text = self.json().to_string().replace('\u{7f}', "\\u007f");
        let text = STANDARD.encode(text);
        if text.len() <= LIMIT { Ok(text) } else { Err(TooLarge { length: text.len() }) }
    }

    fn json(&self) -> Value {
        let mut custom = json!({
            MESSAGE_VERSION: "1.0",
            REQUEST_ID: self.request_id,
            MESSAGE_ID: self.message_id.to_string(),
            GATEWAY_ID: self.gateway_id,
            TARGET_ID: self.target_id,
            TOOL_NAME: self.tool_name,
        });
        if let Some(custom) = custom.as_object_mut() {
            if !self.propagated_headers.is_empty() {
                custom.insert(HEADERS.to_owned(), json!(self.propagated_headers));
            }
            if !self.query_parameters.is_empty() {
                custom.insert(QUERY_PARAMETERS.to_owned(), json!(self.query_parameters));
            }
        }
        json!({ "custom": custom })
    }
}

/// Leaves the headers out: one of them may be a token.
impl fmt::Debug for OutgoingContext<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("OutgoingContext").field("tool_name", self.tool_name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
