//! Clients that the operator wrote down.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::{Client, ClientName, MAX_IDENTIFIER, Verification};
use crate::ConfigurationError;
use crate::redirect::{Destination, LoopbackPort, RedirectUri};

/// A file with the public client `assistant`, for assistants whose person types a client identifier: Kiro and
/// `mcp-remote` by `/oauth/callback`, Claude Code by `/callback`, at any port.
pub const SHIPPED_CLIENTS: &str = include_str!("../../clients.json");

/// The most redirect URIs of one client: as many as Amazon Cognito takes.
const MAX_REDIRECT_URIS: usize = 100;

/// The pre-registered clients: all public. Clones are the same ones.
#[derive(Clone, Default)]
pub struct PreRegisteredClients(Arc<BTreeMap<String, Client>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    clients: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    client_id: String,
    client_name: String,
    redirect_uris: Vec<String>,
    #[serde(default)]
    loopback_port: LoopbackPort,
}

impl PreRegisteredClients {
    /// Reads a file of the form of [`SHIPPED_CLIENTS`]. The URL of a client id metadata document may stand there as
    /// `client_id`; it is not fetched then. The redirect URIs may be of web sites and of custom schemes, whatever the
    /// [`RedirectPolicy`](crate::RedirectPolicy) says; those of custom schemes with host and path and without query. With `"loopback_port": "exact"` those of loopback are compared
    /// with their port, as Amazon Cognito does; by default (`any`) the port may differ (RFC 8252 §7.3).
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Clients`].
    pub fn parse(json: &str) -> Result<Self, ConfigurationError> {
        let wrong = |_| ConfigurationError::Clients;
        let object = strict_json::parse_object(json.as_bytes()).map_err(wrong)?;
        let file: File = serde_json::from_value(object.into()).map_err(|_| ConfigurationError::Clients)?;
        let mut clients = BTreeMap::new();
        for entry in file.clients {
            let client = entry.client()?;
            if clients.insert(client.id.clone(), client).is_some() {
                return Err(ConfigurationError::Clients);
            }
        }
        Ok(Self(Arc::new(clients)))
    }

    pub(crate) fn find(&self, id: &str) -> Option<&Client> {
        self.0.get(id)
    }
}

impl std::fmt::Debug for PreRegisteredClients {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(self.0.keys()).finish()
    }
}

impl Entry {
    fn client(self) -> Result<Client, ConfigurationError> {
        let redirect_uris = self.redirect_uris.iter().map(|uri| redirect_uri(uri)).collect::<Option<Vec<_>>>();
        let redirect_uris = redirect_uris.ok_or(ConfigurationError::Clients)?;
        let is_identifier = |byte: u8| matches!(byte, 0x20..=0x7e);
        let is_whole = !self.client_id.is_empty()
            && self.client_id.len() <= MAX_IDENTIFIER
            && self.client_id.bytes().all(is_identifier)
            && (1..=MAX_REDIRECT_URIS).contains(&redirect_uris.len());
        let name = ClientName::of(&self.client_name).filter(|_| is_whole).ok_or(ConfigurationError::Clients)?;
        Ok(Client {
            id: self.client_id,
            name: Some(name),
            verification: Verification::Configured,
            redirect_uris,
            loopback_port: self.loopback_port,
        })
    }
}

fn redirect_uri(text: &str) -> Option<RedirectUri> {
    let uri = RedirectUri::parse(text).ok()?;
    let is_application = matches!(uri.destination(), Destination::Application { .. });
    (!is_application || uri.is_place_in_application()).then_some(uri)
}
