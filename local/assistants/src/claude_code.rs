//! Claude Code.
//!
//! Sources: its documentation of `claude mcp add`, and its change log: the redirect URI is `http://localhost:PORT/callback`,
//! but one release used 127.0.0.1.

use crate::assistant::{Place, Profile};
use crate::{Configuration, Connection};

const PORT: &str = "8765";

pub(crate) const PROFILE: Profile = Profile {
    key: "claude-code",
    name: "Claude Code",
    place: Place::Terminal,
    elsewhere: "It holds for the folder that you are in. With `--scope user` it holds for all of them, with `--scope \
                project` it is written to `.mcp.json` for everybody who works there.",
    next: "Then start `claude` in that folder and type `/mcp` to sign in.",
    redirect_uris: &["http://localhost:8765/callback", "http://127.0.0.1:8765/callback"],
    configuration,
};

fn configuration(connection: &Connection) -> Configuration {
    let mut words = vec!["claude", "mcp", "add", "--transport", "http"];
    if let Some(client) = &connection.client {
        words.extend(["--client-id", &client.id, "--callback-port", PORT]);
    }
    // Options stand before the name.
    words.extend([connection.name.as_str(), connection.mcp_url.as_str()]);
    Configuration::command(words)
}
