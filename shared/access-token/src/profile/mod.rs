//! How the access tokens of one identity provider look, and how to tell them from its other tokens. One file a
//! provider.

mod any_token;
mod auth0;
mod cognito;
mod entra;
mod generic;
mod keycloak;
mod kind;
mod okta;
mod sign_in;

use std::str::FromStr;

use strict_json::Object;

use crate::audience::AbsentAudience;
use crate::{ConfigurationError, DiscoveryUrl, Rejection};

/// Whose rules the tokens of an issuer follow.
///
/// All but [`AnyToken`](Self::AnyToken) demand a client, and a person who signed in: a client's own token is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Profile {
    /// Any token that the issuer has signed, an ID token or a client's own among them.
    ///
    /// Right for a gateway that, as AWS's, knows nothing of providers and leaves the rest to an authorizer. Wrong wherever
    /// the claims decide. It has no name in configuration.
    AnyToken,
    /// Auth0, for an API with Auth0's own token profile. For one with that of RFC 9068 it is [`Generic`](Self::Generic).
    Auth0,
    /// Amazon Cognito user pools.
    Cognito,
    /// Microsoft Entra ID: one tenant, and tokens of version 2.
    Entra,
    /// A provider that keeps to RFC 9068, but for the media type.
    Generic,
    /// Keycloak.
    Keycloak,
    /// A custom authorization server of Okta.
    Okta,
    /// This project's own authorization server.
    SignIn,
}

impl FromStr for Profile {
    type Err = ConfigurationError;

    fn from_str(name: &str) -> Result<Self, ConfigurationError> {
        match name {
            "auth0" => Ok(Self::Auth0),
            "cognito" => Ok(Self::Cognito),
            "entra" => Ok(Self::Entra),
            "generic" => Ok(Self::Generic),
            "keycloak" => Ok(Self::Keycloak),
            "okta" => Ok(Self::Okta),
            "sign_in" => Ok(Self::SignIn),
            _ => Err(ConfigurationError::UnknownProfile),
        }
    }
}

impl Profile {
    pub(crate) const fn rules(self) -> &'static Rules {
        match self {
            Self::AnyToken => &any_token::RULES,
            Self::Auth0 => &auth0::RULES,
            Self::Cognito => &cognito::RULES,
            Self::Entra => &entra::RULES,
            Self::Generic => &generic::RULES,
            Self::Keycloak => &keycloak::RULES,
            Self::Okta => &okta::RULES,
            Self::SignIn => &sign_in::RULES,
        }
    }
}

/// What differs from one provider to the next.
pub(crate) struct Rules {
    /// Refuses an address that the provider's discovery document cannot have.
    pub(crate) discovery: fn(&DiscoveryUrl) -> Result<(), ConfigurationError>,
    /// Where the provider documents that its keys are, seen from its discovery document. They are asked for there
    /// before that document has come, and count only if it names the same place.
    pub(crate) keys: Option<&'static str>,
    /// Refuses a JOSE header that the provider's access tokens cannot have.
    pub(crate) header: fn(&Object) -> Result<(), Rejection>,
    /// The claim that names the client.
    pub(crate) client: &'static str,
    /// The claims that may list the scopes: the first that is there counts.
    pub(crate) scopes: &'static [&'static str],
    /// The claims that list groups, and what else somebody belongs to.
    pub(crate) groups: &'static [Membership],
    /// The claim that all tokens of one sign-in share, refreshed ones too.
    pub(crate) session: Option<&'static str>,
    /// The claim with the person's name in the provider's directory, where `sub` is another.
    pub(crate) directory: Option<&'static str>,
    pub(crate) absent_audience: AbsentAudience,
    /// Refuses what this provider signs with the same keys and means for something else (RFC 8725 §3.12).
    pub(crate) kind: fn(&Object) -> Result<(), Rejection>,
}

/// A claim that lists what somebody belongs to.
pub(crate) struct Membership {
    /// The claim that holds the list's claim, if it is not at the top.
    pub(crate) within: Option<&'static str>,
    pub(crate) claim: &'static str,
    /// Stands before each name, so that who may name a group cannot make it look like a role.
    pub(crate) prefix: &'static str,
}

const GROUPS: Membership = Membership { within: None, claim: "groups", prefix: "" };

/// What roles are called among groups.
const ROLE: &str = "role:";

/// The path of the issuer, in segments.
fn issuer_path(discovery_url: &DiscoveryUrl) -> Vec<&str> {
    let segments: Vec<&str> = discovery_url.url().path_segments().into_iter().flatten().collect();
    match segments.as_slice() {
        [issuer @ .., _, _] => issuer.to_vec(),
        _ => Vec::new(),
    }
}
