//! What the host knows of its people, and what it keeps for itself at their sessions.
//!
//! A session lives for weeks, and meanwhile somebody leaves, changes teams or is locked out at the identity provider. So
//! nothing is refreshed before the host was asked.
//!
//! A host that asks by a refresh token of its own may get a new one each time, and a provider that sees an old one again
//! may end everything. So the host is asked once for each replacement: of several requests with one token the first
//! claims the session in the store, and the others wait for what it brings. Who repeats a request within the grace gets
//! the person that is stored, of half a minute ago at most. What the host answers is stored before anything is made of it.
//! In two cases it may all the same be given data that it has replaced already: its answer came after [`PATIENCE`], or
//! could not be stored, because the store failed, the claim had lapsed or the process ended.

use std::fmt;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::person::Person;

/// How long the host may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// The longest [`HostData`], in bytes.
const MAX_BYTES: usize = 4 * 1024;

/// The host as it knows people, parallel to [`Store`](crate::Store).
pub trait People: Send + Sync + 'static {
    /// How it stands with the person of a session now. It is waited for 5 s; after that the future is dropped, as for
    /// [`Standing::Unavailable`].
    fn standing(&self, refresh: &Refresh<'_>) -> impl Future<Output = Standing> + Send;
}

/// A session that is about to go on, as the access tokens of it say.
#[derive(Debug, Clone, Copy)]
pub struct Refresh<'a> {
    /// Whose it is, as the host said last.
    pub person: &'a Person,
    /// The client that goes on.
    pub client_id: &'a str,
    /// What all access tokens of the session share, as [`Grant::session_id`](crate::Grant::session_id).
    pub session_id: &'a str,
    /// What the host gave last.
    pub host_data: &'a HostData,
}

/// How it stands with a person.
#[derive(Debug, Clone)]
pub enum Standing {
    /// They may go on, as this person. Both are stored together with the new refresh token.
    Current {
        /// With the subject that they had; anybody else ends the session. When they signed in stays as it was.
        person: Person,
        /// In place of what was there.
        host_data: HostData,
    },
    /// They may not go on. The session ends.
    Ended,
    /// Nobody can say at the moment. The refresh fails, and the client can repeat it with the same token.
    Unavailable,
}

/// A text that the host keeps at a session, and that this crate never reads.
///
/// The refresh token of the identity provider behind it, say. The store gets the text as it is: the host seals what the
/// store must not know.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HostData(SecretString);

/// The text is longer than 4 KiB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the data of the host has at most {MAX_BYTES} bytes")]
pub struct HostDataError;

impl HostData {
    /// At most 4,096 bytes.
    ///
    /// # Errors
    ///
    /// [`HostDataError`] if there are more.
    pub fn new(text: SecretString) -> Result<Self, HostDataError> {
        if text.expose_secret().len() > MAX_BYTES { Err(HostDataError) } else { Ok(Self(text)) }
    }

    /// The text; empty if the host gave none.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl TryFrom<String> for HostData {
    type Error = HostDataError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::new(text.into())
    }
}

impl From<HostData> for String {
    fn from(data: HostData) -> Self {
        data.expose().to_owned()
    }
}

impl fmt::Debug for HostData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HostData(..)")
    }
}
