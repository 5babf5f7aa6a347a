//! What is to be reached, and as whom.

use serde::{Deserialize, Serialize};
use url::Url;

/// A gateway, as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Connection {
    /// What the assistant is to call it.
    pub name: String,
    /// Where it takes MCP.
    pub mcp_url: Url,
    /// The client that an assistant must be; `None` if it may register itself.
    pub client: Option<RegisteredClient>,
}

/// A public client that the identity provider already knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredClient {
    /// Its client id (RFC 6749 §2.2). Not a secret.
    pub id: String,
    /// What it asks for. Some assistants ask for whatever they know otherwise, which a strict provider refuses.
    pub scopes: Vec<String>,
}
