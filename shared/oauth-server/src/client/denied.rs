//! Clients that the operator does not want.

use std::collections::BTreeSet;
use std::sync::Arc;

use url::{Host, Url};

use super::MAX_IDENTIFIER;
use crate::ConfigurationError;

/// Clients that are refused wherever they ask: a new one gets no code, and one that people have connected already no more
/// tokens, at its next refresh. Clones are the same list.
///
/// Of a client that registered itself this is that one registration: it can register again under another identifier. Of a
/// client id metadata document it is that one URL, to the letter: who wrote it can offer it with another query or path.
/// So deny its host; an identifier is enough where every client is pre-registered.
#[derive(Debug, Clone, Default)]
pub struct DeniedClients(Arc<Lists>);

#[derive(Debug, Default)]
struct Lists {
    identifiers: BTreeSet<String>,
    hosts: Vec<String>,
}

impl DeniedClients {
    /// Client identifiers, of whatever kind, as exact texts; and hosts, as `client.example`: every client id metadata document there or
    /// below (`www.client.example`).
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::DeniedClients`].
    pub fn new<'a>(
        identifiers: impl IntoIterator<Item = &'a str>,
        hosts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigurationError> {
        let identifiers = identifiers.into_iter().map(identifier).collect::<Result<_, _>>()?;
        let hosts = hosts.into_iter().map(host).collect::<Result<_, _>>()?;
        Ok(Self(Arc::new(Lists { identifiers, hosts })))
    }

    pub(crate) fn contains(&self, id: &str) -> bool {
        let is_below = |host: &str| {
            let host = host.trim_end_matches('.');
            self.0.hosts.iter().any(|denied| {
                host.strip_suffix(denied.as_str()).is_some_and(|above| above.is_empty() || above.ends_with('.'))
            })
        };
        self.0.identifiers.contains(id) || Url::parse(id).is_ok_and(|url| url.host_str().is_some_and(is_below))
    }
}

fn identifier(text: &str) -> Result<String, ConfigurationError> {
    let is_identifier = (1..=MAX_IDENTIFIER).contains(&text.len());
    is_identifier.then(|| text.to_owned()).ok_or(ConfigurationError::DeniedClients)
}

/// As the URL standard writes it: in lower case, in Punycode. It has no patterns, but lets `*` be.
fn host(text: &str) -> Result<String, ConfigurationError> {
    let host = Host::parse(text.trim_end_matches('.')).ok().filter(|_| !text.contains('*'));
    host.map(|host| host.to_string()).ok_or(ConfigurationError::DeniedClients)
}
