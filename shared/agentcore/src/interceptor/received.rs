//! What a gateway accepts from an interceptor: every field that is known, and nothing else.
//!
//! The strictness was observed on deployed gateways; AWS documents only the fields. Open conflict: the developer guide
//! lets a RESPONSE interceptor set `statusCode` and `headers`, one deployed project saw both refused. Here `statusCode` is
//! accepted and `headers` refused; functions of this project send neither.

use std::fmt;

use http::StatusCode;
use serde_json::Value;
use strict_json::Object;

use super::VERSION;
use crate::header::Headers;

/// What the Gateway tells the client about an answer that it does not accept, with status 500.
pub const INVALID: &str = "InterceptorException - Received invalid response from interceptor";

/// What the Gateway tells the client, with status 200, about [`RequestOutput::Empty`].
pub const EMPTY: &str = "Parse error - Invalid JSON format";

const REQUEST: &str = "transformedGatewayRequest";
const RESPONSE: &str = "transformedGatewayResponse";

/// An interceptor's answer at the REQUEST point, as any interceptor may give it.
#[derive(Clone, PartialEq)]
pub enum RequestOutput {
    /// Forward this message.
    Pass {
        /// The message.
        body: Object,
        /// The headers that the interceptor adds.
        headers: Headers,
    },
    /// Answer now. It wins over a message to be forwarded in the same answer.
    Answer {
        /// The HTTP status.
        status: StatusCode,
        /// The JSON-RPC envelope.
        body: Object,
    },
    /// `"mcp": {}`, to which the Gateway has an error of its own: [`EMPTY`].
    Empty,
}

/// An interceptor's answer at the RESPONSE point.
#[derive(Clone, PartialEq)]
pub struct ResponseOutput {
    /// The HTTP status, if it is to change.
    pub status: Option<StatusCode>,
    /// The JSON-RPC envelope.
    pub body: Object,
}

/// Why an answer is not accepted. For the developer, and without anything of the answer itself; the client reads
/// [`INVALID`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Invalid {
    /// Not JSON, or a repeated member.
    #[error("the answer is not usable JSON: {0}")]
    Json(strict_json::Error),
    /// `interceptorOutputVersion` is not `"1.0"`.
    #[error("interceptorOutputVersion must be \"1.0\"")]
    Version,
    /// A member that the Gateway does not know, often one that came with the event.
    #[error("{0} has a member that the Gateway does not accept")]
    Unknown(&'static str),
    /// A member that must be there.
    #[error("{0} is missing")]
    Missing(&'static str),
    /// A member of the wrong kind: null, or a text where an object is due.
    #[error("{0} must be an object")]
    NotAnObject(&'static str),
    /// A header value that is not a text.
    #[error("transformedGatewayRequest.headers must be an object of texts")]
    Headers,
    /// Not an HTTP status.
    #[error("transformedGatewayResponse.statusCode must be an HTTP status")]
    Status,
}

impl RequestOutput {
    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// [`Invalid`] for anything that a gateway would not accept.
    pub fn parse(output: &[u8]) -> Result<Self, Invalid> {
        let mut mcp = mcp(output)?;
        let pass = mcp.take(REQUEST).map(pass).transpose()?;
        let answer = mcp.take(RESPONSE).map(replacement).transpose()?;
        mcp.close()?;
        match (answer, pass) {
            (Some(ResponseOutput { status: Some(status), body }), _) => Ok(Self::Answer { status, body }),
            (Some(ResponseOutput { status: None, .. }), _) => {
                Err(Invalid::Missing("transformedGatewayResponse.statusCode"))
            }
            (None, Some(pass)) => Ok(pass),
            (None, None) => Ok(Self::Empty),
        }
    }
}

impl ResponseOutput {
    /// Reads an answer.
    ///
    /// # Errors
    ///
    /// [`Invalid`] for anything that a gateway would not accept.
    pub fn parse(output: &[u8]) -> Result<Self, Invalid> {
        let mut mcp = mcp(output)?;
        let replacement = replacement(mcp.take(RESPONSE).ok_or(Invalid::Missing(RESPONSE))?)?;
        mcp.close()?;
        Ok(replacement)
    }
}

fn mcp(output: &[u8]) -> Result<Fields, Invalid> {
    let mut output = Fields::open(strict_json::parse(output).map_err(Invalid::Json)?, "the answer")?;
    if output.take("interceptorOutputVersion") != Some(VERSION.into()) {
        return Err(Invalid::Version);
    }
    let mcp = Fields::open(output.take("mcp").ok_or(Invalid::Missing("mcp"))?, "mcp")?;
    output.close()?;
    Ok(mcp)
}

fn pass(value: Value) -> Result<RequestOutput, Invalid> {
    let mut fields = Fields::open(value, REQUEST)?;
    let body = body(&mut fields)?;
    let headers = match fields.take("headers") {
        Some(headers) => serde_json::from_value(headers).map_err(|_| Invalid::Headers)?,
        None => Headers::new(),
    };
    fields.close()?;
    Ok(RequestOutput::Pass { body, headers })
}

fn replacement(value: Value) -> Result<ResponseOutput, Invalid> {
    let mut fields = Fields::open(value, RESPONSE)?;
    let body = body(&mut fields)?;
    let status = fields.take("statusCode").map(|status| {
        let number = status.as_u64().and_then(|number| u16::try_from(number).ok());
        number.and_then(|number| StatusCode::from_u16(number).ok()).ok_or(Invalid::Status)
    });
    fields.close()?;
    Ok(ResponseOutput { status: status.transpose()?, body })
}

fn body(fields: &mut Fields) -> Result<Object, Invalid> {
    match fields.take("body") {
        Some(Value::Object(body)) => Ok(body),
        Some(_) => Err(Invalid::NotAnObject("body")),
        None => Err(Invalid::Missing("body")),
    }
}

/// An object of which every member must be taken.
struct Fields {
    place: &'static str,
    members: Object,
}

impl Fields {
    fn open(value: Value, place: &'static str) -> Result<Self, Invalid> {
        match value {
            Value::Object(members) => Ok(Self { place, members }),
            _ => Err(Invalid::NotAnObject(place)),
        }
    }

    fn take(&mut self, name: &str) -> Option<Value> {
        self.members.remove(name)
    }

    fn close(self) -> Result<(), Invalid> {
        if self.members.is_empty() { Ok(()) } else { Err(Invalid::Unknown(self.place)) }
    }
}

/// Names the variant only: the message is the caller's, a header may be a token.
impl fmt::Debug for RequestOutput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Pass { headers, .. } => write!(formatter, "Pass({headers:?})"),
            Self::Answer { status, .. } => write!(formatter, "Answer({})", status.as_u16()),
            Self::Empty => formatter.write_str("Empty"),
        }
    }
}

/// Leaves the message out: it holds what a tool has answered.
impl fmt::Debug for ResponseOutput {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ResponseOutput").field("status", &self.status).finish_non_exhaustive()
    }
}
