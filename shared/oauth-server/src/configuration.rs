//! What an operator decides, and what one can get wrong.

use std::time::Duration;

use crate::client::{DeniedClients, FetchPolicy, PreRegisteredClients, RegistrationKey};
use crate::dialect::Dialect;
use crate::issuer::Issuer;
use crate::redirect::RedirectPolicy;
use crate::resource::Resource;
use crate::scope::ScopePolicy;

/// All that an authorization server needs to know.
#[derive(Debug, Clone)]
pub struct Configuration {
    /// Its own name. To the byte what the protected resource metadata lists under `authorization_servers`.
    pub issuer: Issuer,
    /// The one resource for which it issues tokens.
    pub resource: Resource,
    /// The scopes of the resource.
    pub scopes: ScopePolicy,
    /// The clients that the operator wrote down.
    pub clients: PreRegisteredClients,
    /// The clients that are refused, however they are known.
    pub denied_clients: DeniedClients,
    /// With which key dynamic clients are registered (RFC 7591); `None`: no client can register.
    pub registration: Option<RegistrationKey>,
    /// From where client id metadata documents may come; `None`: they are not used.
    pub documents: Option<FetchPolicy>,
    /// Which redirect URIs clients may use that the operator did not write down.
    pub redirects: RedirectPolicy,
    /// How long what is issued lasts.
    pub lifetimes: Lifetimes,
    /// In what it does otherwise than MCP clients like it best.
    pub dialect: Dialect,
}

/// How long what is issued lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lifetimes {
    /// An access token, in whole seconds. It cannot be withdrawn before: a resource server asks nobody.
    pub access_token: Duration,
    /// A session from sign-in on, whatever happens.
    pub session: Duration,
    /// A session that is not used.
    pub idle: Duration,
}

impl Default for Lifetimes {
    /// One hour, 90 days, 30 days.
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self { access_token: Duration::from_secs(60 * 60), session: DAY * 90, idle: DAY * 30 }
    }
}

/// Why an authorization server cannot be set up as configured. The caller adds the name of the setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigurationError {
    /// Not a redirect URI of a custom scheme, or one that must not get an answer.
    #[error("of an application the whole redirect URI is listed: scheme, host and path, without query")]
    Application,
    /// Not as [`SHIPPED_CLIENTS`](crate::SHIPPED_CLIENTS).
    #[error(
        "the clients must be JSON: {{\"clients\": [{{\"client_id\", \"client_name\", \"redirect_uris\"}}]}}, each \
         client_id once, redirect URIs in their normal form, of an application with host and path and without query; \
         `loopback_port` may be `any` or `exact`"
    )]
    Clients,
    /// Empty, or not in the form of a client identifier or host.
    #[error(
        "denied clients are client identifiers of 1 to 512 bytes, and names of hosts without scheme, port and path"
    )]
    DeniedClients,
    /// Not a URL of a server, or not one that is safe.
    #[error("an issuer is an https URL in normal form without trailing slash; plain http is for loopback addresses")]
    Issuer,
    /// A lifetime is below one second.
    #[error("every lifetime is at least one second")]
    Lifetimes,
    /// Too short to be a key.
    #[error("the key for registrations is a text of at least 43 random characters")]
    RegistrationKey,
    /// Not a resource indicator.
    #[error("a resource is an absolute http or https URL without fragment and user information")]
    Resource,
    /// None, not well formed, or defaults that are not among them.
    #[error("scopes are texts separated by spaces; at least one, the default ones among them, none of OpenID Connect")]
    Scopes,
    /// The client for TLS could not be built.
    #[error("the TLS client could not be built")]
    Tls,
}
