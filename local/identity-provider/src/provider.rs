//! The identity provider: its configuration, and what it can do without HTTP.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use http::Uri;
use http::uri::Authority;
use local_private_folder::PrivateFolder;
use oauth_server::{
    AuthorizationServer, Clock, Configuration, ConfigurationError, DeniedClients, Dialect, FetchPolicy, Issuer,
    Lifetimes, PreRegisteredClients, RedirectPolicy, RegistrationKey, RemoteRedirects, Resource, SHIPPED_CLIENTS,
    ScopePolicy, SigningKeys, SystemClock,
};
use secrecy::SecretString;

use crate::account::Accounts;
use crate::cognito::{self, UserPoolClient};
use crate::key::{self, KeyError};
use crate::seal::Seal;
use crate::sessions::{Sessions, SessionsError};
use crate::token::{IssueError, TokenOptions};
use crate::{command, router, token};

/// What an identity provider needs to know.
#[derive(Debug, Clone)]
pub struct Config {
    /// The claim `iss`, and the origin at which the provider is reached: `http://127.0.0.1:8485`.
    pub issuer: String,
    /// The claim `aud`: the MCP URL.
    pub audience: String,
    /// The scopes of the resource, separated by spaces: what a client may ask for, and gets if it names none.
    pub scope: String,
    /// The tool that the `curl` command calls, as `<target>___<tool>`. It is called without arguments.
    pub tool: String,
    /// Who can sign in.
    pub accounts: Accounts,
    /// The folder below which `identity-provider` holds keys and sessions.
    pub state: PathBuf,
    /// How long an access token is valid, in seconds; at least 1.
    pub lifetime: u32,
    /// Whether an assistant that runs as a web site may sign people in. Programs on this machine may, by loopback or by
    /// one of [`RedirectPolicy::KNOWN_APPLICATIONS`].
    pub remote_redirects: RemoteRedirects,
    /// From where client id metadata documents may come. Any page of any site can have one fetched, so those of this
    /// machine are for tests.
    pub documents: FetchPolicy,
    /// The client of the Cognito user pool whose place this provider takes: then there is no other client, and the two
    /// settings above do not matter. `None`: clients register themselves.
    pub user_pool_client: Option<UserPoolClient>,
}

impl Config {
    /// The client to which tokens are issued that no client asked for.
    pub(crate) fn client_id(&self) -> &str {
        self.user_pool_client.as_ref().map_or("assistant", |client| &client.id)
    }

    pub(crate) fn dialect(&self) -> Dialect {
        if self.user_pool_client.is_some() { cognito::DIALECT } else { Dialect::default() }
    }
}

/// Why there is no identity provider.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// Not an origin (RFC 6454), or not of this machine.
    #[error("the issuer must be http://127.0.0.1:<port> or http://localhost:<port>, without a path")]
    Issuer,
    /// A key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The authorization server cannot be set up so.
    #[error(transparent)]
    Server(#[from] ConfigurationError),
    /// The sessions of earlier runs cannot be used.
    #[error(transparent)]
    Sessions(#[from] SessionsError),
}

/// An authorization server and its pages. Clones are the same one.
#[derive(Clone)]
pub struct IdentityProvider(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) config: Config,
    /// Host and port of the issuer.
    pub(crate) authority: Authority,
    pub(crate) keys: SigningKeys,
    pub(crate) lifetimes: Lifetimes,
    pub(crate) seal: Seal,
    pub(crate) server: AuthorizationServer<Sessions, Accounts>,
}

impl IdentityProvider {
    /// Reads keys and sessions. The keys are made at the first start, which takes a moment.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn new(config: Config) -> Result<Self, ConfigError> {
        Self::with_clock(config, Arc::new(SystemClock))
    }

    /// The same by another clock, for tests. Requests, codes, sessions and the tokens of clients go by it.
    ///
    /// # Errors
    ///
    /// [`ConfigError`].
    pub fn with_clock(config: Config, clock: Arc<dyn Clock>) -> Result<Self, ConfigError> {
        let authority = loopback_origin(&config.issuer).ok_or(ConfigError::Issuer)?;
        let folder = PrivateFolder::open(config.state.join("identity-provider")).map_err(KeyError::from)?;
        let keys = key::signing(&folder)?;
        let configuration = configuration(&config, key::registration(&folder)?)?;
        let lifetimes = configuration.lifetimes;
        let sessions = Sessions::open(folder, Arc::clone(&clock))?;
        let people = config.accounts.clone();
        let server = AuthorizationServer::with_clock(configuration, keys.clone(), sessions, people, clock)?;
        Ok(Self(Arc::new(Inner { config, authority, keys, lifetimes, seal: Seal::random()?, server })))
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

    /// The authorization server, its pages, and the endpoint for scripts. To be served at the issuer's address, on a
    /// Tokio runtime.
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

fn configuration(config: &Config, registration: RegistrationKey) -> Result<Configuration, ConfigError> {
    let pool = config.user_pool_client.as_ref();
    let scopes = if pool.is_some() {
        ScopePolicy::exactly(&config.scope)
    } else {
        ScopePolicy::new(&config.scope, &config.scope)
    };
    Ok(Configuration {
        issuer: Issuer::parse(&config.issuer).map_err(|_| ConfigError::Issuer)?,
        resource: Resource::parse(&config.audience)?,
        scopes: scopes?,
        clients: pool.map_or_else(|| PreRegisteredClients::parse(SHIPPED_CLIENTS), UserPoolClient::registered)?,
        denied_clients: DeniedClients::default(),
        registration: pool.is_none().then_some(registration),
        documents: pool.is_none().then_some(config.documents),
        redirects: RedirectPolicy::new(config.remote_redirects, RedirectPolicy::KNOWN_APPLICATIONS)?,
        lifetimes: Lifetimes { access_token: Duration::from_secs(config.lifetime.into()), ..Lifetimes::default() },
        dialect: config.dialect(),
    })
}

fn loopback_origin(issuer: &str) -> Option<Authority> {
    let uri: Uri = issuer.parse().ok()?;
    let authority = uri.authority()?;
    let is_origin = issuer == format!("http://{authority}") && authority.port_u16().is_some();
    let is_loopback = matches!(authority.host(), "127.0.0.1" | "localhost");
    (is_origin && is_loopback && !authority.as_str().contains('@')).then(|| authority.clone())
}
