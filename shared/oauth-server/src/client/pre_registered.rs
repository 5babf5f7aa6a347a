//! Clients that the operator wrote down.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use super::{Client, ClientName, MAX_IDENTIFIER, MAX_REDIRECT_URIS, Verification};
use crate::ConfigurationError;
use crate::redirect::RedirectUri;

/// A file with the public client `assistant`, for assistants whose person types a client identifier: Kiro and
/// `mcp-remote` by `/oauth/callback`, Claude Code by `/callback`, at any port.
pub const SHIPPED_CLIENTS: &str = include_str!("../../clients.json");

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
}

impl PreRegisteredClients {
    /// Reads a file of the form of [`SHIPPED_CLIENTS`]. The URL of a client id metadata document may stand there as
    /// `client_id`; it is not fetched then.
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
        let redirect_uris = self.redirect_uris.iter().map(|uri| RedirectUri::parse(uri)).collect::<Result<Vec<_>, _>>();
        let redirect_uris = redirect_uris.map_err(|_| ConfigurationError::Clients)?;
        let is_identifier = |byte: u8| matches!(byte, 0x20..=0x7e);
        let is_whole = !self.client_id.is_empty()
            && self.client_id.len() <= MAX_IDENTIFIER
            && self.client_id.bytes().all(is_identifier)
            && (1..=MAX_REDIRECT_URIS).contains(&redirect_uris.len());
        let name = ClientName::of(&self.client_name).filter(|_| is_whole).ok_or(ConfigurationError::Clients)?;
        Ok(Client { id: self.client_id, name: Some(name), verification: Verification::Configured, redirect_uris })
    }
}
