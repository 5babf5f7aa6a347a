//! Visual Studio Code.
//!
//! Sources: its MCP configuration reference, which has `oauth.clientId` since May 2026 (microsoft/vscode-docs#9798);
//! microsoft/vscode#256122 for the redirect URIs. If port 33418 is taken it uses another one, which a provider that
//! compares exactly refuses.
//!
//! VS Code in the browser is left out. Its address, `https://vscode.dev/redirect`, passes a code on to where `state` says
//! (microsoft/vscode-azure-account#546), and `state` is the word of whoever made the link.

use serde_json::json;

use crate::assistant::{Place, Profile};
use crate::{Configuration, Connection};

pub(crate) const PROFILE: Profile = Profile {
    key: "vscode",
    name: "VS Code",
    place: Place::File(".vscode/mcp.json"),
    elsewhere: "For all projects: the file that the command `MCP: Open User Configuration` opens.",
    next: "Then press Start above the entry.",
    redirect_uris: &["http://127.0.0.1:33418/", "http://127.0.0.1:33418"],
    configuration,
};

fn configuration(connection: &Connection) -> Configuration {
    let Connection { name, mcp_url, client } = connection;
    let server = match client {
        None => json!({ "type": "http", "url": mcp_url }),
        Some(client) => json!({ "type": "http", "url": mcp_url, "oauth": { "clientId": client.id } }),
    };
    Configuration::File(json!({ "servers": { name: server } }))
}
