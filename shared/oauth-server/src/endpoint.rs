//! Which endpoint is where.

use crate::issuer::Issuer;

/// The longest body of a request, in bytes.
pub const BODY_LIMIT: usize = 16 * 1024;

/// An endpoint that programs call. The one that a browser opens is
/// [`AuthorizationServer::authorization_path`](crate::AuthorizationServer::authorization_path).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Endpoint {
    /// The public keys (RFC 7517 §5).
    Keys,
    /// What the server says of itself (RFC 8414, OpenID Connect Discovery), at three paths.
    Metadata,
    /// Dynamic client registration (RFC 7591).
    Registration,
    /// Token revocation (RFC 7009).
    Revocation,
    /// The token endpoint (RFC 6749 §3.2).
    Token,
}

pub(crate) const AUTHORIZATION: &str = "/authorize";

impl Endpoint {
    /// Where it is below the issuer; metadata has its places by other rules.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Keys => "/jwks.json",
            Self::Metadata => "/.well-known/oauth-authorization-server",
            Self::Registration => "/register",
            Self::Revocation => "/revoke",
            Self::Token => "/token",
        }
    }

    pub(crate) fn at(issuer: &Issuer, path: &str) -> Option<Self> {
        if issuer.metadata_paths().iter().any(|known| known == path) {
            return Some(Self::Metadata);
        }
        let others = [Self::Keys, Self::Registration, Self::Revocation, Self::Token];
        others.into_iter().find(|endpoint| issuer.path_of(endpoint.path()) == path)
    }

    pub(crate) fn methods(self) -> &'static str {
        match self {
            Self::Keys | Self::Metadata => "GET, HEAD, OPTIONS",
            Self::Registration | Self::Revocation | Self::Token => "POST, OPTIONS",
        }
    }
}
