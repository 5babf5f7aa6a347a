//! How the access tokens of one identity provider look, and how to tell them from its other tokens. One file a
//! provider.

mod any_token;
mod cognito;
mod generic;

use std::str::FromStr;

use strict_json::Object;

use crate::audience::AbsentAudience;
use crate::{ConfigurationError, Rejection};

/// Whose rules the tokens of an issuer follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// Any token that the issuer has signed, an ID token or a client's own among them.
    ///
    /// Right for a gateway that, as AWS's, knows nothing of providers and leaves the rest to an authorizer. Wrong wherever
    /// the claims decide. It has no name in configuration.
    AnyToken,
    /// Amazon Cognito user pools.
    Cognito,
    /// A provider that keeps to RFC 9068, but for the media type.
    Generic,
}

impl FromStr for Profile {
    type Err = ConfigurationError;

    fn from_str(name: &str) -> Result<Self, ConfigurationError> {
        match name {
            "cognito" => Ok(Self::Cognito),
            "generic" => Ok(Self::Generic),
            _ => Err(ConfigurationError::UnknownProfile),
        }
    }
}

impl Profile {
    pub(crate) const fn rules(self) -> &'static Rules {
        match self {
            Self::AnyToken => &any_token::RULES,
            Self::Cognito => &cognito::RULES,
            Self::Generic => &generic::RULES,
        }
    }
}

/// What differs from one provider to the next.
pub(crate) struct Rules {
    /// The claim that lists the groups.
    pub(crate) groups: &'static str,
    /// The claim that all tokens of one sign-in share, refreshed ones too.
    pub(crate) session: &'static str,
    pub(crate) absent_audience: AbsentAudience,
    /// Refuses what this provider signs with the same keys and means for something else (RFC 8725 §3.12).
    pub(crate) kind: fn(&Object) -> Result<(), Rejection>,
}
