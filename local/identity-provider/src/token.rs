//! Access tokens without a client, for the page and for scripts.

use std::time::{SystemTime, UNIX_EPOCH};

use secrecy::SecretString;
use serde_json::json;
use uuid::Uuid;

use crate::account::Account;
use crate::provider::Inner;

/// The claim `client_id` of a token that no client asked for.
const CLIENT_ID: &str = "assistant";

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
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let now = i64::try_from(seconds).map_err(|_| IssueError::Signing)?;
    let lifetime = i64::from(config.lifetime);
    let expires_at = now.saturating_add(options.expires_in.map_or(lifetime, i64::from));
    let issued_at = if expires_at > now { now } else { expires_at.saturating_sub(lifetime) };
    let claims = json!({
        "iss": config.issuer,
        "sub": account.sub,
        "aud": options.audience.as_ref().unwrap_or(&config.audience),
        "client_id": CLIENT_ID,
        "scope": options.scope.as_ref().unwrap_or(&config.scope),
        "token_use": "access",
        "iat": issued_at,
        "auth_time": issued_at,
        "exp": expires_at,
        "jti": Uuid::new_v4().to_string(),
        "name": account.name,
        "email": account.email,
        "groups": account.groups,
    });
    provider.keys.sign(&claims).map_err(|_| IssueError::Signing)
}
