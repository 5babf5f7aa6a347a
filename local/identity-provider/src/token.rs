//! Access tokens without a client, for the page and for scripts.

use oauth_server::{Clock as _, Grant, ResourceIndicator, SystemClock};
use secrecy::SecretString;
use uuid::Uuid;

use crate::account::Account;
use crate::provider::Inner;

/// What a token is to say other than the configuration says. For tests: the gateway must refuse it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TokenOptions {
    /// The claim `scope`.
    pub scope: Option<String>,
    /// The claim `aud`.
    pub audience: Option<String>,
    /// Seconds from now to `exp`. If negative, the token has lived its whole life and expired so many seconds ago.
    pub expires_in: Option<i32>,
}

/// Why there is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The system has no randomness or no memory.
    #[error("the token could not be signed")]
    Signing,
    /// No account has this `id`.
    #[error("no account has this id")]
    UnknownAccount,
}

pub(crate) fn issue(provider: &Inner, account: &Account, options: &TokenOptions) -> Result<SecretString, IssueError> {
    let config = &provider.config;
    let (now, lifetime) = (SystemClock.now(), config.lifetime);
    let expires_at = now.saturating_add_signed(options.expires_in.map_or_else(|| lifetime.into(), i64::from));
    let issued_at = if expires_at > now { now } else { expires_at.saturating_sub(lifetime.into()) };
    let claims = (config.dialect().claims)(&Grant {
        issuer: &config.issuer,
        resource: options.audience.as_ref().unwrap_or(&config.audience),
        resource_indicator: ResourceIndicator::Given,
        client_id: config.client_id(),
        scope: options.scope.as_ref().unwrap_or(&config.scope),
        person: &account.person(issued_at),
        issued_at,
        expires_at,
        token_id: &Uuid::new_v4().to_string(),
        session_id: &Uuid::new_v4().to_string(),
    });
    provider.keys.sign(&claims).map_err(|_| IssueError::Signing)
}
