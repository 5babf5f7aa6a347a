//! What AI assistants must be told to reach a gateway: Kiro, Claude Code, Cursor, VS Code.
//!
//! 1. Nothing here is secret. A [`Connection`] is a URL and at most a public client id, and so is what is made of it.
//! 2. A [`Configuration`] is whole: a JSON document, or one command for a POSIX shell, whatever the connection holds.
//! 3. If the identity provider registers clients, the URL is enough. If it does not, every assistant is given the client
//!    id that was registered for it, and where it can be told, the port of its redirect URI: providers such as Cognito
//!    compare these exactly. What they must know is [`Assistant::redirect_uris`], and `CallbackUrls` in `template.yaml`
//!    has just these.
//!
//! Each assistant's file names its sources. `docs/assistants.md` says what is known not to work and what is a guess.

mod assistant;
mod claude_code;
mod configuration;
mod connection;
mod cursor;
mod kiro;
mod mcp_remote;
mod vscode;

pub use assistant::{Assistant, Place, UnknownAssistant};
pub use configuration::{Configuration, quoted};
pub use connection::{Connection, RegisteredClient};

#[cfg(test)]
mod tests;
