//! Kiro, IDE and CLI.
//!
//! Sources: kiro.dev/docs/mcp/configuration and kiro.dev/changelog/cli/2-12. The documentation says that the IDE makes the
//! redirect URI of `oauth.redirectUri`, not with which path. Kiro's own client id metadata document
//! (kiro.dev/oauth/client-metadata.json) has `/oauth/callback`; its predecessor, the Amazon Q Developer CLI, has none.

use serde_json::json;

use crate::assistant::{Place, Profile};
use crate::{Configuration, Connection};

const REDIRECT: &str = "127.0.0.1:7778";

pub(crate) const FILE: Place = Place::File("~/.kiro/settings/mcp.json");
pub(crate) const ELSEWHERE: &str = "For one project: `.kiro/settings/mcp.json` there.";

pub(crate) const PROFILE: Profile = Profile {
    key: "kiro",
    name: "Kiro",
    place: FILE,
    elsewhere: ELSEWHERE,
    next: "Kiro connects as soon as the file is saved, and opens the browser.",
    redirect_uris: &[
        "http://localhost:7778/oauth/callback",
        "http://127.0.0.1:7778/oauth/callback",
        "http://127.0.0.1:7778",
        "http://127.0.0.1:7778/",
    ],
    configuration,
};

fn configuration(connection: &Connection) -> Configuration {
    let Connection { name, mcp_url, client } = connection;
    let server = match client {
        None => json!({ "url": mcp_url }),
        Some(client) => json!({
            "url": mcp_url,
            "oauth": { "clientId": client.id, "redirectUri": REDIRECT },
            "oauthScopes": client.scopes,
        }),
    };
    Configuration::File(json!({ "mcpServers": { name: server } }))
}
