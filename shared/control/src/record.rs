//! The record as a whole, from text and to text.

use std::time::Duration;

use serde_json::Value;
use strict_json::Object;

use crate::revocation::Revocation;
use crate::revocations::Revocations;

/// The longest record, in bytes: what a secret of Secrets Manager holds.
pub const MAX_BYTES: usize = 65_536;

/// A function reads the record anew when what it has read is this old: a revocation is obeyed within that time.
pub const PERIOD: Duration = Duration::from_secs(30);

/// A function that cannot read it anew goes by what it has until this age, and then lets nobody in.
pub const MAXIMUM_AGE: Duration = Duration::from_secs(60);

const GATEWAY_ID: &str = "gateway_id";
const GATEWAY_ARN: &str = "gateway_arn";
const MCP_URL: &str = "mcp_url";
const REVOCATIONS: &str = "revocations";

/// The gateway that a stack made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gateway<'a> {
    /// Its identifier.
    pub id: &'a str,
    /// Its ARN.
    pub arn: &'a str,
    /// The URL of its MCP endpoint: the audience of its users' tokens.
    pub mcp_url: &'a str,
}

/// The control record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// All members but the revocations.
    members: Object,
    mcp_url: String,
    /// Whose access was withdrawn.
    pub revocations: Revocations,
}

/// Why a text is not a control record, or not one that may be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ControlError {
    /// Not one JSON object that means one thing.
    #[error("the control record: {0}")]
    Json(#[from] strict_json::Error),
    /// The URL of the gateway is not there.
    #[error("the control record has no `{MCP_URL}`")]
    McpUrl,
    /// `revocations` is there and is no list.
    #[error("the control record's `{REVOCATIONS}` is no list")]
    Revocations,
    /// One of the revocations is not one that this version understands.
    #[error("revocation {0} of the control record is not understood by this version")]
    Revocation(
        /// Counted from 1.
        usize,
    ),
    /// It has more than [`MAX_BYTES`].
    #[error("the control record has more than {MAX_BYTES} bytes")]
    TooLong,
}

/// The record has no room for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the control record would have {0} bytes, and {MAX_BYTES} are all that it can hold")]
pub struct Full(
    /// How long it would have become.
    pub usize,
);

impl Control {
    /// The record of a new gateway. Nothing is withdrawn.
    #[must_use]
    pub fn new(gateway: Gateway<'_>) -> Self {
        let mut control = Self { members: Object::new(), mcp_url: String::new(), revocations: Revocations::default() };
        control.bind(gateway);
        control
    }

    /// Names the gateway. Everything else stays as it is.
    pub fn bind(&mut self, gateway: Gateway<'_>) {
        gateway.mcp_url.clone_into(&mut self.mcp_url);
        let named = [(GATEWAY_ID, gateway.id), (GATEWAY_ARN, gateway.arn), (MCP_URL, gateway.mcp_url)];
        self.members.extend(named.map(|(name, text)| (name.to_owned(), text.into())));
    }

    /// Reads a record.
    ///
    /// # Errors
    ///
    /// [`ControlError`]. Nobody may be let in by a record that gives one.
    pub fn parse(text: &str) -> Result<Self, ControlError> {
        if text.len() > MAX_BYTES {
            return Err(ControlError::TooLong);
        }
        let mut members = strict_json::parse_object(text.as_bytes())?;
        let mcp_url = members.get(MCP_URL).and_then(Value::as_str).filter(|url| !url.is_empty());
        let mcp_url = mcp_url.ok_or(ControlError::McpUrl)?.to_owned();
        let listed = match members.remove(REVOCATIONS) {
            None => Vec::new(),
            Some(Value::Array(listed)) => listed,
            Some(_) => return Err(ControlError::Revocations),
        };
        let read = |(number, value)| serde_json::from_value(value).map_err(|_| ControlError::Revocation(number));
        let revocations = Revocations((1..).zip(listed).map(read).collect::<Result<_, _>>()?);
        Ok(Self { members, mcp_url, revocations })
    }

    /// The URL of the gateway's MCP endpoint: the audience of its users' tokens.
    #[must_use]
    pub fn mcp_url(&self) -> &str {
        &self.mcp_url
    }

    /// The record as JSON.
    ///
    /// # Errors
    ///
    /// [`Full`] if it is longer than [`MAX_BYTES`].
    pub fn to_text(&self) -> Result<String, Full> {
        let mut members = self.members.clone();
        members.insert(REVOCATIONS.to_owned(), self.revocations.iter().map(Revocation::to_value).collect());
        let text = Value::Object(members).to_string();
        if text.len() > MAX_BYTES { Err(Full(text.len())) } else { Ok(text) }
    }
}
