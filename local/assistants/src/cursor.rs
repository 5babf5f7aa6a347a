//! Cursor.
//!
//! Sources: cursor.com/docs/mcp as others quote it. `auth` has `CLIENT_ID`, `CLIENT_SECRET` and `scopes`; that a client
//! without a secret leaves `CLIENT_SECRET` out is a guess. The redirect URI is fixed: since summer 2026
//! `http://localhost:8787/callback`, before that one of Cursor's own scheme.

use serde_json::json;

use crate::assistant::{Place, Profile};
use crate::{Configuration, Connection};

pub(crate) const PROFILE: Profile = Profile {
    key: "cursor",
    name: "Cursor",
    place: Place::File("~/.cursor/mcp.json"),
    elsewhere: "For one project: `.cursor/mcp.json` there.",
    next: "Then connect it in Cursor's settings, under MCP.",
    redirect_uris: &["cursor://anysphere.cursor-mcp/oauth/callback", "http://localhost:8787/callback"],
    configuration,
};

fn configuration(connection: &Connection) -> Configuration {
    let Connection { name, mcp_url, client } = connection;
    let server = match client {
        None => json!({ "url": mcp_url }),
        // Without scopes it asks for whatever the provider has.
        Some(client) => json!({ "url": mcp_url, "auth": { "CLIENT_ID": client.id, "scopes": client.scopes } }),
    };
    Configuration::File(json!({ "mcpServers": { name: server } }))
}
