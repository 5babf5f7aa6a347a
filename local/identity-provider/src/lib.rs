//! The laptop's stand-in for the organisation's identity provider: real keys, real tokens, made-up people.
//!
//! Everybody who can reach it can be anybody, and that is its purpose. So it must be reached from this machine only:
//!
//! 1. Every request must name the issuer's own host, which defeats DNS rebinding.
//! 2. The page gives a token only to a form that it served itself: `Origin` and a random form token are checked.
//! 3. The endpoint for scripts takes JSON and nothing that a browser sends. No answer allows another origin to read it.
//! 4. The key is made once and kept in a file that nobody but its owner may read.
//!
//! Its access tokens look like those of a provider of the kind `generic`: RS256, `typ: JWT`, `token_use: access`, `aud`
//! the MCP URL (RFC 8707), `client_id`, `scope`, `groups`.

mod account;
mod command;
mod guard;
mod key;
mod metadata;
mod page;
mod provider;
mod router;
mod script;
mod token;

pub use account::{Account, Accounts, AccountsError};
pub use key::KeyError;
pub use provider::{Config, ConfigError, IdentityProvider};
pub use token::{IssueError, TokenOptions};

#[cfg(test)]
mod tests;
