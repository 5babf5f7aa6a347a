//! Kiro through the program `mcp-remote`, as AWS's walk-through for this gateway has it (AWS Machine Learning Blog,
//! "Building a secure auth code flow setup using AgentCore Gateway with MCP clients").
//!
//! Source: the program itself, version 0.15.1. A port that is given is used or the start fails. Without one it takes one
//! of its own, and registers with it. It sends the scopes that the gateway advertises. Plain http to 127.0.0.1 and
//! localhost needs no `--allow-http`.

use serde_json::json;

use crate::assistant::Profile;
use crate::{Configuration, Connection, kiro};

/// The version that was tried. Older ones run commands that a hostile server chooses (CVE-2025-6514).
const PACKAGE: &str = "mcp-remote@0.15.1";

const PORT: &str = "3334";

/// How long it waits for the person, in seconds. Its own 30 are too few for a company's sign-in page.
const PATIENCE: &str = "300";

pub(crate) const PROFILE: Profile = Profile {
    key: "kiro-mcp-remote",
    name: "Kiro through mcp-remote",
    place: kiro::FILE,
    elsewhere: kiro::ELSEWHERE,
    next: "For when Kiro cannot sign in by itself. It needs Node.js. Kiro does not see your shell's PATH: if `npx` is not \
           found, write what `which npx` prints in its place, and add `\"env\": {\"PATH\": \"...\"}` with what `echo \
           $PATH` prints.",
    redirect_uris: &["http://localhost:3334/oauth/callback", "http://127.0.0.1:3334/oauth/callback"],
    configuration,
};

fn configuration(connection: &Connection) -> Configuration {
    let mut arguments = vec!["-y".to_owned(), PACKAGE.to_owned(), connection.mcp_url.to_string()];
    if let Some(client) = &connection.client {
        let client = json!({ "client_id": client.id });
        let options = [PORT, "--static-oauth-client-info", &client.to_string(), "--auth-timeout", PATIENCE];
        arguments.extend(options.map(str::to_owned));
    }
    let server = json!({ "command": "npx", "args": arguments });
    Configuration::File(json!({ "mcpServers": { &connection.name: server } }))
}
