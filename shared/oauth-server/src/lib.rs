//! The core of an OAuth 2.1 authorization server for MCP clients, without a web framework, pages or a database.
//!
//! A person's assistant is a program that nobody has checked, on a machine that nobody controls; it names itself, and
//! says where the answer is to go. What this crate gives out opens the gateway under that person's name. So (MCP
//! authorization 2026-07-28, OAuth 2.1, RFC 9700):
//!
//! 1. Authorization codes with PKCE by S256, and refresh tokens; no other grant, no other method (RFC 7636, RFC 9700
//!    §2.1.1). Clients are public: who sends a secret is refused.
//! 2. A code goes to a redirect URI that the client registered, compared as text; of a loopback one alone the port may
//!    differ (RFC 8252 §7.3). Doubt about the client or its redirect URI is shown to the person, never redirected, and
//!    nobody can have a browser sent to a site unasked by registering it, nor by the person's refusal (RFC 9700 §4.11.2).
//! 3. Nobody is signed in by this crate, and nothing is granted without [`AuthorizationServer::complete`]: the host
//!    asks the person, and shows what [`Pending`] says of the client and whether anybody has verified it.
//! 4. A code works once, for 60 s, for its client, redirect URI, challenge and resource. If it comes again, the session
//!    that was made from it ends (RFC 6749 §4.1.2).
//! 5. A refresh token is replaced at each use. The one before it works for 30 s more, for a client that did not get the
//!    answer, and gives the same successor; after that, and for any older one, its use ends the session (RFC 9700 §4.14).
//!    Nothing is refreshed before the host was asked how it stands with the person, client and session ([`People`]).
//! 6. Tokens are for one resource. A request that names another is refused (RFC 8707), one that names none is for ours.
//! 7. What is stored of a code, a refresh token or a handle is its hash. No error, log line or `Debug` output holds one.
//! 8. The issuer comes from configuration. No request header but `Authorization` and `Content-Type` is read.
//! 9. A client identifier that is a URL is fetched within narrow bounds, and from public addresses only
//!    ([`FetchPolicy`]). Registration stores nothing, so that there is nothing to fill up.
//!
//! # What the host does
//!
//! It routes, bounds bodies to [`BODY_LIMIT`] bytes and rates to what it can bear, and has the conversation with the
//! person: signing in, consent, its own cookies, `frame-ancestors 'none'`, protection against forged forms. It must
//! **bind the [`Handle`] of a [`Pending`] to the browser** that it showed the question to; otherwise somebody could have
//! another person complete a request of theirs.
//!
//! ```
//! # async fn example<S: oauth_server::Store, P: oauth_server::People>(
//! #     server: oauth_server::AuthorizationServer<S, P>, parts: http::request::Parts, body: Vec<u8>,
//! # ) {
//! use oauth_server::{Decision, Outcome};
//!
//! if let Some(endpoint) = server.endpoint(parts.uri.path()) {
//!     let response: http::Response<String> = server.answer(endpoint, &parts, &body).await;
//! } else if parts.uri.path() == server.authorization_path() {
//!     match server.authorize(&parts).await {
//!         Outcome::Interact(pending) => { /* sign in, ask, then `server.complete(handle, Decision::Approve { .. })` */ }
//!         Outcome::Redirect(location) => { /* `location.into_response()` */ }
//!         Outcome::Refuse(refusal) => { /* a page that says `refusal`, with `refusal.status()` */ }
//!     }
//! }
//! # }
//! ```

mod access_token;
mod answer;
mod authorization;
mod authorize;
mod client;
mod clock;
mod configuration;
mod dialect;
mod endpoint;
mod grant;
mod issuer;
mod key;
#[cfg(feature = "memory-store")]
mod memory_store;
mod metadata;
mod opaque;
mod parameters;
mod people;
mod person;
mod pkce;
mod redirect;
mod registration;
mod resource;
mod revocation;
mod scope;
mod server;
mod session;
mod store;

pub use access_token::{Grant, standard_claims};
pub use authorization::{AuthorizationCode, AuthorizationRequest, Handle, Pending, SignIn};
pub use authorize::{CompleteError, Decision, Location, Outcome, Refusal};
pub use client::{DeniedClients, FetchPolicy, PreRegisteredClients, RegistrationKey, SHIPPED_CLIENTS, Verification};
pub use clock::{Clock, SystemClock};
pub use configuration::{Configuration, ConfigurationError, Lifetimes};
pub use dialect::{AnswerIssuer, Dialect};
pub use endpoint::{BODY_LIMIT, Endpoint};
pub use issuer::Issuer;
pub use key::{KeyError, PublicKey, SigningKey, SigningKeys};
#[cfg(feature = "memory-store")]
pub use memory_store::MemoryStore;
pub use opaque::TokenHash;
pub use people::{HostData, HostDataError, People, Refresh, Standing};
pub use person::Person;
pub use redirect::{Destination, RedirectPolicy, RedirectUri, RedirectUriError, RemoteRedirects};
pub use resource::{Resource, ResourceIndicator};
pub use scope::{ScopePolicy, Scopes};
pub use server::AuthorizationServer;
pub use session::{Family, Session};
pub use store::{Redemption, Store, StoreError, Written};

#[cfg(test)]
mod tests;
