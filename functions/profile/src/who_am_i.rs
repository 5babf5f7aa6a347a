//! The tool `who_am_i`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use toolkit::{Call, Caller, Tool, ToolError};

/// Says who is calling. For a person who wants to know what the tools behind this gateway are told about them, and for
/// whoever sets it up.
#[derive(Debug)]
pub struct WhoAmI;

/// Takes nothing.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct NoArguments {}

/// The identity that the transaction token carries.
#[derive(Debug, Serialize)]
pub struct Identity {
    subject: String,
    issuer: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    groups: Vec<String>,
    scopes: Vec<String>,
    /// Seconds since 1970.
    #[serde(skip_serializing_if = "Option::is_none")]
    authenticated_at: Option<u64>,
    /// Joins what the person reports with the audit lines of this call.
    transaction: String,
}

impl Tool for WhoAmI {
    const NAME: &'static str = "who_am_i";
    const DESCRIPTION: &'static str =
        "Tells who is calling: the identity that was verified for this call, as the tool received it.";
    type Input = NoArguments;
    type Output = Identity;

    async fn call(&self, _: NoArguments, call: Call) -> Result<Identity, ToolError> {
        Ok(Identity::from(call.caller()))
    }
}

impl From<&Caller> for Identity {
    fn from(caller: &Caller) -> Self {
        Self {
            subject: caller.subject().to_owned(),
            issuer: caller.issuer().to_owned(),
            client_id: caller.client_id().map(str::to_owned),
            name: caller.name().map(str::to_owned),
            email: caller.email().map(str::to_owned),
            groups: caller.groups().to_vec(),
            scopes: caller.scopes().map(str::to_owned).collect(),
            authenticated_at: caller.authenticated_at(),
            transaction: caller.transaction().to_owned(),
        }
    }
}
