//! What is kept between the request of a client and the code, and between the code and its use.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::client::{ClientName, Verification};
use crate::opaque::Opaque;
use crate::people::HostData;
use crate::person::Person;
use crate::pkce::Challenge;
use crate::redirect::{Destination, RedirectUri};
use crate::resource::ResourceIndicator;
use crate::scope::Scopes;

/// How long a person may take to sign in and to consent, in seconds.
pub(crate) const REQUEST_LIFETIME: u64 = 10 * 60;

/// How long a code may be redeemed, in seconds (RFC 6749 §4.1.2 says ten minutes at most).
pub(crate) const CODE_LIFETIME: u64 = 60;

/// An authorization request that was found good, as it is stored until its person has decided.
#[derive(Clone, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    pub(crate) client_id: String,
    pub(crate) client_name: Option<ClientName>,
    pub(crate) verification: Verification,
    pub(crate) redirect_uri: RedirectUri,
    pub(crate) state: Option<String>,
    pub(crate) challenge: Challenge,
    pub(crate) scopes: Scopes,
    pub(crate) resource: String,
    #[serde(default)]
    pub(crate) resource_indicator: ResourceIndicator,
    pub(crate) sign_in: SignIn,
    pub(crate) expires_at: u64,
}

impl AuthorizationRequest {
    /// From when on it is of no use, in seconds since 1970.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }
}

impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AuthorizationRequest").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// Whether a person who is signed in at the host must sign in again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignIn {
    /// The client asked for it (`prompt=login` or `select_account`, OpenID Connect Core §3.1.2.1).
    Anew,
    /// As the host sees fit.
    AsNeeded,
}

/// A request that waits for its person. It can be looked at again and again until it is completed or expires.
#[derive(Clone)]
pub struct Pending {
    pub(crate) handle: Handle,
    pub(crate) request: Box<AuthorizationRequest>,
}

impl Pending {
    /// What [`AuthorizationServer::pending`](crate::AuthorizationServer::pending) and
    /// [`complete`](crate::AuthorizationServer::complete) take.
    #[must_use]
    pub fn handle(&self) -> &Handle {
        &self.handle
    }

    /// The client's identifier: up to 512 bytes, and for a dynamic client nothing that a person could read.
    #[must_use]
    pub fn client_id(&self) -> &str {
        &self.request.client_id
    }

    /// What the client calls itself, in one line of at most 64 characters. Escape it.
    #[must_use]
    pub fn client_name(&self) -> Option<&str> {
        self.request.client_name.as_ref().map(ClientName::as_str)
    }

    /// Whether anybody stands behind that name.
    #[must_use]
    pub fn verification(&self) -> &Verification {
        &self.request.verification
    }

    /// Who will get the code. It must be shown (MCP authorization, client id metadata documents).
    #[must_use]
    pub fn destination(&self) -> &Destination {
        self.request.redirect_uri.destination()
    }

    /// The redirect URI.
    #[must_use]
    pub fn redirect_uri(&self) -> &RedirectUri {
        &self.request.redirect_uri
    }

    /// What will be granted.
    #[must_use]
    pub fn scopes(&self) -> &Scopes {
        &self.request.scopes
    }

    /// The resource for which it will be granted.
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.request.resource
    }

    /// Whether the person must sign in even if they are signed in.
    #[must_use]
    pub fn sign_in(&self) -> SignIn {
        self.request.sign_in
    }

    /// Until when, in seconds since 1970.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.request.expires_at
    }
}

impl fmt::Debug for Pending {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pending").field("expires_at", &self.request.expires_at).finish_non_exhaustive()
    }
}

/// What stands for a request while the person signs in: 43 characters of base64url, for a hidden field, a cookie, or the
/// `state` of another provider. Who has it can complete the request.
#[derive(Clone)]
pub struct Handle(pub(crate) Opaque);

impl Handle {
    /// Reads what [`Handle::expose`] gave; `None` if it cannot be that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Opaque::parse(text).map(Self)
    }

    /// Its text.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Handle(..)")
    }
}

/// What an authorization code stands for, as it is stored.
#[derive(Clone, Serialize, Deserialize)]
pub struct AuthorizationCode {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: RedirectUri,
    pub(crate) challenge: Challenge,
    pub(crate) scopes: Scopes,
    pub(crate) resource: String,
    #[serde(default)]
    pub(crate) resource_indicator: ResourceIndicator,
    pub(crate) person: Person,
    pub(crate) host_data: HostData,
    pub(crate) expires_at: u64,
}

impl AuthorizationCode {
    /// From when on it is of no use, in seconds since 1970.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }
}

impl fmt::Debug for AuthorizationCode {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AuthorizationCode").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}
