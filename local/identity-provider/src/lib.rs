//! The laptop's stand-in for the organisation's identity provider: real keys, real tokens, made-up people.
//!
//! It is the authorization server that [`oauth_server`] describes, with pages around it. Everybody who can reach it can be
//! anybody, and that is its purpose. So it must be reached from this machine only, and no page of another site may act for
//! the person in front of it:
//!
//! 1. Every request must name the issuer's own host, which defeats DNS rebinding.
//! 2. The front page gives a token only to a form that it served itself: `Origin` and a random form token are checked.
//! 3. The endpoint for scripts takes JSON and nothing that a browser sends. No page of another origin can read an answer,
//!    but for those of the endpoints that OAuth clients call, where no cookie plays a part.
//! 4. A client's request is bound to the browser that brought it, by a cookie; the forms of sign-in and consent hold a
//!    proof for that browser, that request and, for consent, that account. No page can be framed.
//! 5. A client gets nothing without consent, each time anew: the page says what it is called, whether anybody stands
//!    behind that, and where the answer goes.
//! 6. Keys and sessions are kept in files that nobody but their owner may read. Of refresh tokens they hold hashes.
//!
//! Its access tokens look like those of a provider of the kind `generic`: RS256, `typ: at+jwt`, `token_use: access`, `aud`
//! the MCP URL (RFC 8707), `client_id`, `scope`, `groups`. With a [`UserPoolClient`] it takes the place of an Amazon
//! Cognito user pool instead, where no client can register.

mod account;
mod authorization;
mod browser;
mod cognito;
mod command;
mod endpoints;
mod form;
mod guard;
mod interaction;
mod key;
mod page;
mod provider;
mod router;
mod script;
mod seal;
mod sessions;
mod token;

pub use account::{Account, Accounts, AccountsError};
pub use cognito::UserPoolClient;
pub use key::KeyError;
pub use oauth_server::{Clock, FetchPolicy, Person, RedirectPolicy, Refresh, RemoteRedirects, Standing};
pub use provider::{Config, ConfigError, IdentityProvider};
pub use sessions::SessionsError;
pub use token::{IssueError, TokenOptions};

#[cfg(test)]
mod tests;
