//! What an interceptor is sent.

use std::fmt;

use http::StatusCode;
use serde_json::Value;

use super::VERSION;
use super::members::Members;
use crate::header::Headers;

/// One message on its way through the Gateway.
#[derive(Debug)]
pub enum Input {
    /// The REQUEST point: the client's message, before anything was done with it.
    Request(GatewayRequest),
    /// The RESPONSE point: the message again, and what is about to be answered. It is reached after a REQUEST interceptor
    /// has answered, too.
    Response {
        /// The client's message.
        request: GatewayRequest,
        /// The answer to it.
        response: GatewayResponse,
    },
}

/// The client's message. The Gateway may retry an interceptor with the same one.
pub struct GatewayRequest {
    /// The headers of the HTTP request, `Authorization` among them. Empty if the interceptor is not configured to see
    /// them (`PassRequestHeaders`).
    pub headers: Headers,
    /// The body as the Gateway parsed it, or why it cannot be judged. An absent one is null. Not yet known to be a
    /// JSON-RPC request: see [`crate::jsonrpc::Request::from_value`].
    pub body: Result<Value, strict_json::Error>,
}

/// What is about to be answered.
pub struct GatewayResponse {
    /// The HTTP status. Absent in all but the first event of a stream.
    pub status: Option<StatusCode>,
    /// The HTTP headers.
    pub headers: Headers,
    /// The JSON-RPC envelope. Null where there is none: the answer to a notification, and in at least one region any
    /// answer that an interceptor has given at the REQUEST point.
    pub body: Value,
}

/// Why an event cannot be judged at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// Not JSON, not an object where one is needed, or a repeated member outside the request body.
    #[error("{0}: {1}")]
    Json(&'static str, strict_json::Error),
    /// The envelope of an HTTP target, which this project does not have.
    #[error("an event of an HTTP target; only MCP is supported")]
    HttpTarget,
    /// Not version 1.0.
    #[error("interceptorInputVersion is not \"1.0\"")]
    Version,
    /// A part that must be there is missing.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// Header values are texts.
    #[error("{0} is not an object of texts")]
    Headers(&'static str),
    /// Not an HTTP status.
    #[error("mcp.gatewayResponse.statusCode is not an HTTP status")]
    Status,
}

impl Input {
    /// Reads an event.
    ///
    /// # Errors
    ///
    /// [`InputError`] if the envelope is at fault. A fault of the request body is in [`GatewayRequest::body`].
    pub fn parse(event: &[u8]) -> Result<Self, InputError> {
        let mut members = object("the event", event)?;
        let version = members.take("interceptorInputVersion").map(strict_json::parse);
        if version != Some(Ok(Value::from(VERSION))) {
            return Err(InputError::Version);
        }
        if members.take("http").is_some() {
            return Err(InputError::HttpTarget);
        }
        let mut mcp = object("mcp", members.take("mcp").ok_or(InputError::Missing("mcp"))?)?;
        finish("the event", members)?;

        let request = mcp.take("gatewayRequest").ok_or(InputError::Missing("mcp.gatewayRequest"))?;
        let request = GatewayRequest::parse(request)?;
        let response = mcp.take("gatewayResponse").map(GatewayResponse::parse).transpose()?;
        finish("mcp", mcp)?;

        Ok(match response {
            Some(response) => Self::Response { request, response },
            None => Self::Request(request),
        })
    }
}

impl GatewayRequest {
    fn parse(text: &[u8]) -> Result<Self, InputError> {
        const PLACE: &str = "mcp.gatewayRequest";
        let mut members = object(PLACE, text)?;
        let request = Self {
            headers: headers("mcp.gatewayRequest.headers", members.take("headers"))?,
            body: members.take("body").map_or(Ok(Value::Null), strict_json::parse),
        };
        finish(PLACE, members)?;
        Ok(request)
    }
}

impl GatewayResponse {
    fn parse(text: &[u8]) -> Result<Self, InputError> {
        const PLACE: &str = "mcp.gatewayResponse";
        let mut members = object(PLACE, text)?;
        let response = Self {
            status: members.take("statusCode").map(status).transpose()?,
            headers: headers("mcp.gatewayResponse.headers", members.take("headers"))?,
            body: members
                .take("body")
                .map_or(Ok(Value::Null), strict_json::parse)
                .map_err(|error| InputError::Json("mcp.gatewayResponse.body", error))?,
        };
        finish(PLACE, members)?;
        Ok(response)
    }
}

fn object<'a>(place: &'static str, text: &'a [u8]) -> Result<Members<'a>, InputError> {
    Members::parse(text).map_err(|error| InputError::Json(place, error))
}

fn finish(place: &'static str, members: Members<'_>) -> Result<(), InputError> {
    members.finish().map_err(|error| InputError::Json(place, error))
}

fn headers(place: &'static str, text: Option<&[u8]>) -> Result<Headers, InputError> {
    let Some(text) = text else { return Ok(Headers::new()) };
    let value = strict_json::parse(text).map_err(|error| InputError::Json(place, error))?;
    serde_json::from_value(value).map_err(|_| InputError::Headers(place))
}

fn status(text: &[u8]) -> Result<StatusCode, InputError> {
    let number = strict_json::parse(text).ok().and_then(|value| value.as_u64());
    let number = number.and_then(|number| u16::try_from(number).ok()).ok_or(InputError::Status)?;
    StatusCode::from_u16(number).map_err(|_| InputError::Status)
}

/// Leaves the message out: it holds the caller's token and arguments.
impl fmt::Debug for GatewayRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GatewayRequest").finish_non_exhaustive()
    }
}

/// Leaves the message out: it holds what a tool has answered.
impl fmt::Debug for GatewayResponse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("GatewayResponse").field("status", &self.status).finish_non_exhaustive()
    }
}
