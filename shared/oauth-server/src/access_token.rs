//! Access tokens: JWTs that the gateway can verify by itself.

use secrecy::SecretString;
use serde::Serialize;

use crate::key::KeyError;
use crate::opaque::{NoRandomness, random_text};
use crate::scope::Scopes;
use crate::server::Inner;
use crate::session::Session;

/// A token, and for how many seconds it is good.
pub(crate) struct AccessToken {
    pub(crate) text: SecretString,
    pub(crate) expires_in: u64,
}

/// Why there is no access token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct NotIssued;

impl From<KeyError> for NotIssued {
    fn from(_: KeyError) -> Self {
        Self
    }
}

impl From<NoRandomness> for NotIssued {
    fn from(_: NoRandomness) -> Self {
        Self
    }
}

/// Name, e-mail and groups are there because what is behind the gateway asks nobody else; `token_use` sets it apart from
/// an ID token (RFC 8725 §3.11).
#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    client_id: &'a str,
    scope: String,
    token_use: &'static str,
    iat: u64,
    exp: u64,
    auth_time: u64,
    jti: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<&'a str>,
    groups: &'a [String],
}

impl<S> Inner<S> {
    /// A token of the session with these scopes, which does not outlive the session.
    pub(crate) fn access_token(&self, session: &Session, scopes: &Scopes) -> Result<AccessToken, NotIssued> {
        let (now, person) = (self.clock.now(), &session.person);
        let lifetime = self.configuration.lifetimes.access_token.as_secs();
        let expires_at = now.saturating_add(lifetime).min(session.ends_at());
        let claims = Claims {
            iss: self.configuration.issuer.as_str(),
            sub: &person.subject,
            aud: &session.resource,
            client_id: &session.client_id,
            scope: scopes.to_string(),
            token_use: "access",
            iat: now,
            exp: expires_at,
            auth_time: person.authenticated_at,
            jti: random_text::<16>()?,
            name: person.name.as_deref(),
            email: person.email.as_deref(),
            groups: &person.groups,
        };
        Ok(AccessToken { text: self.keys.sign(&claims)?, expires_in: expires_at.saturating_sub(now) })
    }
}
