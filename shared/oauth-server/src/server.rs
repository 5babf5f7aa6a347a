//! The authorization server as its host sees it.

use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{Method, Response, StatusCode};
use tokio::sync::Semaphore;

use crate::authorization::{Handle, Pending};
use crate::authorize::{CompleteError, Decision, Location, Outcome};
use crate::client::Clients;
use crate::clock::{Clock, SystemClock};
use crate::endpoint::{AUTHORIZATION, BODY_LIMIT, Endpoint};
use crate::grant::WAITING;
use crate::key::SigningKeys;
use crate::people::People;
use crate::store::{Store, StoreError};
use crate::{Configuration, ConfigurationError, answer, metadata};

/// An authorization server. Clones are the same one.
pub struct AuthorizationServer<S, P>(Arc<Inner<S, P>>);

pub(crate) struct Inner<S, P> {
    pub(crate) configuration: Configuration,
    pub(crate) clients: Clients,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) keys: SigningKeys,
    pub(crate) store: S,
    pub(crate) people: P,
    /// One for each refresh that waits for another one.
    pub(crate) waiting: Semaphore,
    authorization_path: String,
}

impl<S: Store, P: People> AuthorizationServer<S, P> {
    /// A server that begins to serve at once: nothing is fetched here.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError`] for what can only be judged now: lifetimes, and the TLS client.
    pub fn new(
        configuration: Configuration,
        keys: SigningKeys,
        store: S,
        people: P,
    ) -> Result<Self, ConfigurationError> {
        Self::with_clock(configuration, keys, store, people, Arc::new(SystemClock))
    }

    /// A server by another clock, for tests.
    ///
    /// # Errors
    ///
    /// As [`AuthorizationServer::new`].
    pub fn with_clock(
        configuration: Configuration,
        keys: SigningKeys,
        store: S,
        people: P,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, ConfigurationError> {
        let lifetimes = configuration.lifetimes;
        if [lifetimes.access_token, lifetimes.session, lifetimes.idle].iter().any(|one| *one < Duration::from_secs(1)) {
            return Err(ConfigurationError::Lifetimes);
        }
        let clients = Clients::new(&configuration, &clock)?;
        let authorization_path = configuration.issuer.path_of(AUTHORIZATION);
        let waiting = Semaphore::new(WAITING);
        let inner = Inner { configuration, clients, clock, keys, store, people, waiting, authorization_path };
        Ok(Self(Arc::new(inner)))
    }

    /// The endpoint at this path of the request, if programs call one there.
    #[must_use]
    pub fn endpoint(&self, path: &str) -> Option<Endpoint> {
        let configuration = &self.0.configuration;
        let found = Endpoint::at(&configuration.issuer, path);
        found.filter(|endpoint| *endpoint != Endpoint::Registration || configuration.registration.is_some())
    }

    /// The path at which a browser opens [`AuthorizationServer::authorize`], by GET.
    #[must_use]
    pub fn authorization_path(&self) -> &str {
        &self.0.authorization_path
    }

    /// Answers a program, whatever the method. The body is at most [`BODY_LIMIT`] bytes; a longer one is refused, but
    /// the host should not have read it.
    pub async fn answer(&self, endpoint: Endpoint, parts: &Parts, body: &[u8]) -> Response<String> {
        let server = &self.0;
        if parts.method == Method::OPTIONS {
            return answer::preflight(endpoint);
        }
        if body.len() > BODY_LIMIT {
            return answer::error(StatusCode::PAYLOAD_TOO_LARGE, "invalid_request", "the body is too long");
        }
        match (endpoint, &parts.method) {
            (Endpoint::Keys, &Method::GET | &Method::HEAD) => answer::public(&server.keys.jwks()),
            (Endpoint::Metadata, &Method::GET | &Method::HEAD) => {
                answer::public(&metadata::document(&server.configuration))
            }
            (Endpoint::Registration, &Method::POST) => server.register(parts, body),
            (Endpoint::Revocation, &Method::POST) => server.revoke(parts, body).await,
            (Endpoint::Token, &Method::POST) => server.token(parts, body).await,
            _ => answer::method_not_allowed(endpoint),
        }
    }

    /// Judges an authorization request by its query. It may fetch the client's document, which takes 6 s at most.
    pub async fn authorize(&self, parts: &Parts) -> Outcome {
        self.0.authorize(parts).await
    }

    /// The request behind a handle; `None` if it was completed, has expired or never was.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn pending(&self, handle: &Handle) -> Result<Option<Pending>, StoreError> {
        self.0.pending(handle).await
    }

    /// Ends the conversation with the person. Of two calls with one handle one succeeds.
    ///
    /// # Errors
    ///
    /// [`CompleteError`].
    pub async fn complete(&self, handle: &Handle, decision: Decision) -> Result<Location, CompleteError> {
        self.0.complete(handle, decision).await
    }
}

impl<S, P> Clone for AuthorizationServer<S, P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<S, P> std::fmt::Debug for AuthorizationServer<S, P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let issuer = self.0.configuration.issuer.as_str();
        formatter.debug_struct("AuthorizationServer").field("issuer", &issuer).finish_non_exhaustive()
    }
}
