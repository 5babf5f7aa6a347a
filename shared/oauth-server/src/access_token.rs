//! Access tokens: JWTs that the gateway can verify by itself.

use secrecy::SecretString;
use serde_json::{Value, json};

use crate::key::KeyError;
use crate::opaque::{NoRandomness, random_text};
use crate::person::Person;
use crate::resource::ResourceIndicator;
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

/// What an access token says, before a [`Dialect`](crate::Dialect) puts it into claims.
#[derive(Debug, Clone, Copy)]
pub struct Grant<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// For what the token is.
    pub resource: &'a str,
    /// Whether the client said so.
    pub resource_indicator: ResourceIndicator,
    /// The client.
    pub client_id: &'a str,
    /// Scopes, separated by spaces.
    pub scope: &'a str,
    /// Who signed in.
    pub person: &'a Person,
    /// From when on it is valid, in seconds since 1970.
    pub issued_at: u64,
    /// Until when, in seconds since 1970.
    pub expires_at: u64,
    /// The token's own name, which no other has.
    pub token_id: &'a str,
    /// What all access tokens of one session share, refreshed ones too. Who knows it can do nothing with it.
    pub session_id: &'a str,
}

/// The claims of RFC 9068 §2.2, and some more.
///
/// Name, e-mail and groups are there because what is behind the gateway asks nobody else; `token_use` sets it apart from an ID token (RFC 8725 §3.11), `sid` lets an operator stop one session.
#[must_use]
pub fn standard_claims(grant: &Grant<'_>) -> Value {
    let person = grant.person;
    let mut claims = json!({
        "iss": grant.issuer,
        "sub": person.subject,
        "aud": grant.resource,
        "client_id": grant.client_id,
        "scope": grant.scope,
        "token_use": "access",
        "iat": grant.issued_at,
        "exp": grant.expires_at,
        "auth_time": person.authenticated_at,
        "jti": grant.token_id,
        "sid": grant.session_id,
        "groups": person.groups,
    });
    for (claim, text) in [("name", &person.name), ("email", &person.email)] {
        if let (Some(claims), Some(text)) = (claims.as_object_mut(), text) {
            claims.insert(claim.to_owned(), text.as_str().into());
        }
    }
    claims
}

impl<S, P> Inner<S, P> {
    /// A token of the session with these scopes, which does not outlive the session.
    pub(crate) fn access_token(&self, session: &Session, scopes: &Scopes) -> Result<AccessToken, NotIssued> {
        let now = self.clock.now();
        let lifetime = self.configuration.lifetimes.access_token.as_secs();
        let expires_at = now.saturating_add(lifetime).min(session.ends_at());
        let claims = (self.configuration.dialect.claims)(&Grant {
            issuer: self.configuration.issuer.as_str(),
            resource: &session.resource,
            resource_indicator: session.resource_indicator,
            client_id: &session.client_id,
            scope: &scopes.to_string(),
            person: &session.person,
            issued_at: now,
            expires_at,
            token_id: &random_text::<16>()?,
            session_id: session.family().hash().as_str(),
        });
        Ok(AccessToken { text: self.keys.sign(&claims)?, expires_in: expires_at.saturating_sub(now) })
    }
}
