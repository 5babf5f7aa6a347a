//! The claim that names the client.

use std::str::FromStr;

use strict_json::Object;

use crate::ConfigurationError;

/// The claim in which an issuer names the client that a token was issued to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum ClientClaim {
    /// `client_id` (RFC 9068 §2.2).
    #[default]
    ClientId,
    /// `cid`: Okta.
    Cid,
    /// `azp` (OpenID Connect Core §2): Entra ID, in tokens of version 2.
    Azp,
}

impl ClientClaim {
    const ALL: [Self; 3] = [Self::ClientId, Self::Cid, Self::Azp];

    /// The name of the claim.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ClientId => "client_id",
            Self::Cid => "cid",
            Self::Azp => "azp",
        }
    }

    /// Whether the subject is a client, whichever claim the issuer names it in.
    pub(crate) fn is_subject(claims: &Object) -> bool {
        let subject = claims.get("sub");
        subject.is_some() && Self::ALL.iter().any(|claim| claims.get(claim.name()) == subject)
    }
}

impl FromStr for ClientClaim {
    type Err = ConfigurationError;

    fn from_str(name: &str) -> Result<Self, ConfigurationError> {
        Self::ALL.into_iter().find(|claim| claim.name() == name).ok_or(ConfigurationError::UnknownClientClaim)
    }
}
