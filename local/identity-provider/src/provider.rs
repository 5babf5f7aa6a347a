//! The identity provider: its configuration, and what it can do without HTTP.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use http::Uri;
use http::uri::Authority;
use local_private_folder::PrivateFolder;
use secrecy::SecretString;

use crate::account::Accounts;
use crate::key::{KeyError, SigningKey};
use crate::token::{IssueError, TokenOptions};
use crate::{command, router, token};

/// What an identity provider needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The claim `iss`, and the origin at which the provider is reached: `http://127.0.0.1:8485`.
    pub issuer: String,
    /// The claim `aud`: the MCP URL.
    pub audience: String,
    /// The claim `scope`, separated by spaces.
    pub scope: String,
    /// The tool that the `curl` command calls, as `<target>___<tool>`. It is called without arguments.
    pub tool: String,
    /// Who can sign in.
    pub accounts: Accounts,
    /// The folder below which `identity-provider` holds the key.
    pub state: PathBuf,
    /// How long a token is valid, in seconds.
    pub lifetime: u32,
}

/// Why there is no identity provider.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an origin (RFC 6454), or not of this machine.
    #[error("the issuer must be http://127.0.0.1:<port> or http://localhost:<port>, without a path")]
    Issuer,
    /// The signing key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A token issuer. Clones are the same one.
#[derive(Clone)]
pub struct IdentityProvider(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) config: Config,
    /// Host and port of the issuer.
    pub(crate) authority: Authority,
    pub(crate) key: SigningKey,
}

impl IdentityProvider {
    /// Reads the signing key, and makes it at the first start, which takes a moment.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        let authority = loopback_origin(&config.issuer).ok_or(ConfigError::Issuer)?;
        let folder = PrivateFolder::open(config.state.join("identity-provider")).map_err(KeyError::from)?;
        let key = SigningKey::open(&folder)?;
        Ok(Self(Arc::new(Inner { config, authority, key })))
    }

    /// An access token for the account with this `id`.
    ///
    /// # Errors
    ///
    /// [`IssueError`].
    pub fn issue(&self, account: &str, options: &TokenOptions) -> Result<SecretString, IssueError> {
        let account = self.0.config.accounts.find(account).ok_or(IssueError::UnknownAccount)?;
        token::issue(&self.0, account, options)
    }

    /// A shell command of one line that calls [`Config::tool`] with this token. It holds the token.
    #[must_use]
    pub fn command(&self, token: &SecretString) -> SecretString {
        command::curl(&self.0.config, token)
    }

    /// Discovery, keys, the page and the endpoint for scripts. To be served at the issuer's address.
    ///
    /// `POST /token-for` is for scripts and tests on this machine. It takes JSON, `{"account": "alice"}` and optionally
    /// `scope`, `audience` and `expires_in` (seconds; negative for a token that has expired), and answers as a token
    /// endpoint does: `access_token`, `token_type`, `expires_in`, `scope`. It refuses whatever comes from a browser.
    pub fn router(&self) -> Router {
        router::router(self.0.clone())
    }
}

impl std::fmt::Debug for IdentityProvider {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("IdentityProvider").field("issuer", &self.0.config.issuer).finish_non_exhaustive()
    }
}

fn loopback_origin(issuer: &str) -> Option<Authority> {
    let uri: Uri = issuer.parse().ok()?;
    let authority = uri.authority()?;
    let is_origin = issuer == format!("http://{authority}") && authority.port_u16().is_some();
    let is_loopback = matches!(authority.host(), "127.0.0.1" | "localhost");
    (is_origin && is_loopback && !authority.as_str().contains('@')).then(|| authority.clone())
}
