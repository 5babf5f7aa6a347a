//! The gateway, put together.

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};
use local_assistants::{Connection, RegisteredClient};
use local_template::{ClaimMatch, CustomClaim, CustomJwt};
use serde_json::Value;
use url::Url;

use crate::authorizer::Authorizer;
use crate::catalog::Catalog;
use crate::challenge::{self, Challenge};
use crate::endpoint::{self, Endpoint};
use crate::front_door::{self, FrontDoor};
use crate::home::Home;
use crate::interception::Interceptors;
use crate::invoke::{Functions, Invoke};
use crate::methods::Methods;
use crate::tool_call::Caller;
use crate::unknowns::{PathInsertedMetadata, Switches, UnknownPath};
use crate::{metadata, request_log, unknown_path};

/// The claims in which identity providers name the client of a token.
const CLIENT_CLAIMS: [&str; 3] = ["azp", "cid", "client_id"];

/// The gateway of a template. It binds no socket: [`router`](Self::router) is served by whoever has one.
pub struct Gateway {
    endpoint: Arc<Endpoint>,
    metadata: Arc<Value>,
    door: Arc<FrontDoor>,
    connection: Connection,
    home: Option<Home>,
    path_inserted: PathInsertedMetadata,
    unknown_path: UnknownPath,
}

/// Why a gateway cannot be set up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigurationError {
    /// The MCP URL is not one of a gateway.
    #[error("the MCP URL must be an http or https URL with the path `/mcp`, without user, query and fragment")]
    McpUrl,
    /// The template's discovery URL cannot be used.
    #[error("DiscoveryUrl: {0}")]
    DiscoveryUrl(#[from] access_token::ConfigurationError),
    /// A scope cannot stand in a header.
    #[error("a scope of AllowedScopes or AdvertisedScopeMapping cannot stand in a header")]
    Scope,
}

impl Gateway {
    /// A gateway as the template describes it, reached under `mcp_url`.
    ///
    /// That URL is the `resource` of its metadata and stands in its challenges, whatever `Host` a request names.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`], by the setting that is wrong.
    pub fn new(
        configuration: local_template::Gateway,
        mcp_url: &Url,
        functions: Arc<dyn Invoke>,
        switches: Switches,
    ) -> Result<Self, ConfigurationError> {
        let name = host_name(mcp_url).ok_or(ConfigurationError::McpUrl)?;
        let metadata_url = mcp_url.join(metadata::PATH).map_err(|_| ConfigurationError::McpUrl)?;
        let scopes = challenge::advertised_scopes(&configuration.authorizer);
        let metadata = metadata::document(mcp_url.as_str(), &configuration.authorizer.discovery_url, &scopes);
        let challenge = Challenge::new(metadata_url.as_str(), &scopes, switches).ok_or(ConfigurationError::Scope)?;
        let client = accepted_client(&configuration.authorizer);
        let client = client.map(|id| RegisteredClient { id: id.clone(), scopes });
        let connection = Connection { name: configuration.name, mcp_url: mcp_url.clone(), client };
        let functions = Functions::new(functions);
        let endpoint = Endpoint {
            authorizer: Authorizer::new(configuration.authorizer, switches.scope_claims)?,
            challenge,
            interceptors: Interceptors::new(configuration.interceptors, functions.clone(), switches),
            methods: Methods {
                supported_versions: configuration.supported_versions,
                instructions: configuration.instructions,
                catalog: Catalog::new(configuration.targets, switches.tool_pages),
                caller: Caller {
                    functions,
                    gateway_id: configuration.id,
                    exception_level: configuration.exception_level,
                    switches,
                },
            },
            absent_protocol_version: switches.absent_protocol_version,
        };
        Ok(Self {
            endpoint: Arc::new(endpoint),
            metadata: Arc::new(metadata),
            door: Arc::new(FrontDoor::new(name)),
            connection,
            home: None,
            path_inserted: switches.path_inserted_metadata,
            unknown_path: switches.unknown_path,
        })
    }

    /// What a client must know of it.
    #[must_use]
    pub const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The gateway with a page at `/` for the person who runs it: how assistants are connected, and that people sign in
    /// at the page `sign_in`, if it is one of this machine. The service has no such page.
    #[must_use]
    pub fn with_home(mut self, sign_in: Option<&str>) -> Self {
        self.home = Some(Home::new(&self.connection, sign_in));
        self
    }

    /// Every route of the gateway, and the answer to every other.
    pub fn router(&self) -> Router {
        let metadata = || get(metadata::answer).with_state(Arc::clone(&self.metadata));
        let mut router = Router::new()
            .route(endpoint::PATH, post(endpoint::post).with_state(Arc::clone(&self.endpoint)))
            .route(metadata::PATH, metadata())
            .fallback_service(any(unknown_path::answer).with_state(self.unknown_path));
        if self.path_inserted == PathInsertedMetadata::Served {
            router = router.route(metadata::PATH_INSERTED, metadata());
        }
        if let Some(home) = &self.home {
            router = router.merge(home.router());
        }
        router.layer(from_fn_with_state(Arc::clone(&self.door), front_door::guard)).layer(from_fn(request_log::record))
    }
}

impl std::fmt::Debug for Gateway {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Gateway").field("metadata", &self.metadata).finish_non_exhaustive()
    }
}

/// A client whose tokens are accepted; `None` if every client's are. Where it matters, one that registers itself would
/// sign in for nothing.
fn accepted_client(authorizer: &CustomJwt) -> Option<&String> {
    let named = |claim: &CustomClaim| CLIENT_CLAIMS.contains(&claim.name.as_str());
    let demanded = authorizer.custom_claims.iter().filter(|claim| named(claim));
    let mut demanded = demanded.filter_map(|claim| match &claim.matching {
        ClaimMatch::Equals(id) => Some(id),
        ClaimMatch::Contains(_) | ClaimMatch::ContainsAny(_) => None,
    });
    authorizer.allowed_clients.first().or_else(|| demanded.next())
}

/// `None` if this is not the MCP URL of a gateway.
fn host_name(mcp_url: &Url) -> Option<String> {
    let web = matches!(mcp_url.scheme(), "http" | "https");
    let bare = mcp_url.username().is_empty() && mcp_url.password().is_none();
    let exact = mcp_url.path() == endpoint::PATH && mcp_url.query().is_none() && mcp_url.fragment().is_none();
    mcp_url.host_str().filter(|_| web && bare && exact).map(str::to_owned)
}
