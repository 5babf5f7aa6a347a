//! Who asks: the three ways in which a client can be known (MCP authorization, client registration).
//!
//! 1. *Pre-registered*: the operator wrote it down. Nothing else can have its identifier.
//! 2. *Client id metadata document*: the identifier is the https URL of a document; who controls the domain wrote it.
//! 3. *Dynamic*: the identifier itself is the registration, signed by us. Anybody can have one that says anything.

mod address;
mod cache;
mod denied;
mod document;
mod dynamic;
mod fetch;
mod name;
mod pre_registered;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub(crate) use cache::Documents;
pub use denied::DeniedClients;
pub(crate) use document::DocumentError;
pub use dynamic::RegistrationKey;
pub(crate) use dynamic::TooLong;
pub use fetch::FetchPolicy;
pub(crate) use name::ClientName;
pub use pre_registered::{PreRegisteredClients, SHIPPED_CLIENTS};

use crate::clock::Clock;
use crate::redirect::{LoopbackPort, RedirectUri};
use crate::{Configuration, ConfigurationError};

/// The longest identifier of a client, in bytes.
pub(crate) const MAX_IDENTIFIER: usize = 512;

/// The most redirect URIs of one client.
pub(crate) const MAX_REDIRECT_URIS: usize = 16;

/// Whether anybody stands behind a client's name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Verification {
    /// The operator of this authorization server.
    Configured,
    /// Whoever controls this domain.
    Domain(String),
    /// Nobody: the client says so itself.
    Unverified,
}

/// A client that may ask.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: String,
    pub(crate) name: Option<ClientName>,
    pub(crate) verification: Verification,
    pub(crate) redirect_uris: Vec<RedirectUri>,
    pub(crate) loopback_port: LoopbackPort,
}

impl Client {
    /// Whether the client registered this redirect URI.
    pub(crate) fn registered(&self, requested: &RedirectUri) -> bool {
        self.redirect_uris.iter().any(|registered| registered.allows(requested, self.loopback_port))
    }
}

/// Why a client is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientError {
    Denied,
    Document(DocumentError),
    Unknown,
}

/// All that there can be.
pub(crate) struct Clients {
    configured: PreRegisteredClients,
    denied: DeniedClients,
    dynamic: Option<RegistrationKey>,
    documents: Option<Arc<Documents>>,
    issuer: String,
}

impl Clients {
    pub(crate) fn new(configuration: &Configuration, clock: &Arc<dyn Clock>) -> Result<Self, ConfigurationError> {
        let documents = configuration.documents.map(|policy| Documents::new(policy, Arc::clone(clock)));
        let documents = documents.transpose()?.map(Arc::new);
        Ok(Self {
            configured: configuration.clients.clone(),
            denied: configuration.denied_clients.clone(),
            dynamic: configuration.registration.clone(),
            documents,
            issuer: configuration.issuer.as_str().to_owned(),
        })
    }

    /// The client with this identifier, fetching its document if that must be.
    pub(crate) async fn find(&self, id: &str) -> Result<Client, ClientError> {
        if self.denied.contains(id) {
            return Err(ClientError::Denied);
        }
        if let Some(client) = self.local(id) {
            return Ok(client);
        }
        match &self.documents {
            Some(documents) if documents.may_name(id) => {
                documents.find(id).await.map(|client| (*client).clone()).map_err(ClientError::Document)
            }
            _ => Err(ClientError::Unknown),
        }
    }

    /// Whether this identifier is still one of a client, as far as can be said without asking anybody.
    pub(crate) fn admits(&self, id: &str) -> bool {
        let is_known = || self.local(id).is_some() || self.documents.as_ref().is_some_and(|it| it.may_name(id));
        !self.denied.contains(id) && is_known()
    }

    /// The new client's identifier, which holds the whole registration; `None` if there is no registration.
    pub(crate) fn registration_key(&self) -> Option<&RegistrationKey> {
        self.dynamic.as_ref()
    }

    fn local(&self, id: &str) -> Option<Client> {
        if id.len() > MAX_IDENTIFIER {
            return None;
        }
        self.configured.find(id).cloned().or_else(|| self.dynamic.as_ref()?.read(&self.issuer, id))
    }
}
