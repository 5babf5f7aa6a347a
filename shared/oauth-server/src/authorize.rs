//! The authorization endpoint (RFC 6749 §4.1.1, RFC 7636, RFC 8707, RFC 9207).
//!
//! First it must be certain who asks and where the answer may go; what is wrong before that is shown to the person.
//! Everything after is told to the client, at that place, unless nobody but the client says that the place is its own.

use http::request::Parts;
use http::{HeaderValue, Method, Response, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};

use crate::authorization::{
    AuthorizationCode, AuthorizationRequest, CODE_LIFETIME, Handle, Pending, REQUEST_LIFETIME, SignIn,
};
use crate::client::{Client, ClientError, DocumentError, Verification};
use crate::dialect::AnswerIssuer;
use crate::opaque::{NoRandomness, Opaque};
use crate::parameters::{Parameters, Repeated};
use crate::people::HostData;
use crate::person::Person;
use crate::pkce::Challenge;
use crate::redirect::{Destination, RedirectUri};
use crate::resource::ResourceIndicator;
use crate::server::Inner;
use crate::store::{Store, StoreError};

/// The longest query, in bytes.
const MAX_QUERY: usize = 8 * 1024;

/// The longest `state`, in bytes. Those that clients send have 20 to 500.
const MAX_STATE: usize = 2 * 1024;

/// What becomes of an authorization request.
#[derive(Debug)]
pub enum Outcome {
    /// A person must decide.
    Interact(Pending),
    /// The client gets an error.
    Redirect(Location),
    /// The person sees an error; nobody is redirected.
    Refuse(Refusal),
}

/// What a person decided.
#[derive(Debug, Clone)]
pub enum Decision {
    /// This person signed in, saw what the client asks for, and agreed.
    Approve {
        /// Who.
        person: Person,
        /// What the host wants to have at hand when the session is refreshed.
        host_data: HostData,
    },
    /// They did not, or may not.
    Deny,
}

/// Why a request is shown to be wrong. The text is for the person in front of the browser, who can do little about it
/// but tell the client's maker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The operator does not want this client.
    #[error("The program that sent you here is not allowed to connect. Ask those who run this gateway why.")]
    ClientDenied,
    /// The client is a URL, and no usable document is found there.
    #[error(
        "The program that sent you here names itself by a web address at which its description cannot be read or is \
         not in order. Try again in a minute; if it stays so, its makers must mend it."
    )]
    ClientDocument,
    /// The client is a URL, and the document there says that the client proves itself by a key or a secret.
    #[error(
        "The program that sent you here describes itself as one that signs in with a key or a secret of its own. That \
         is not possible here; its makers must describe it as a public client."
    )]
    ClientNotPublic,
    /// The query is too long or not in its form.
    #[error("This address is damaged. Go back to the program that sent you here and try again.")]
    Malformed,
    /// The request is not a GET; the answer's `Allow` says `GET`.
    #[error("This address is to be opened in a browser, by GET.")]
    Method,
    /// `client_id` or `redirect_uri` is missing.
    #[error("This address is incomplete: `{0}` is missing. Go back to the program that sent you here and try again.")]
    Missing(&'static str),
    /// The redirect URI is one that this server never uses.
    #[error("The program that sent you here wants the answer at a kind of address that is not allowed here.")]
    RedirectNotAllowed,
    /// Something else is wrong, and the client's word alone is not enough to send a browser to its redirect URI.
    #[error("The program that sent you here asks for something that cannot be had: {0}.")]
    Request(&'static str),
    /// `client_id` or `redirect_uri` occurs twice.
    #[error("This address is ambiguous: `{0}` occurs twice. It may have been tampered with.")]
    Repeated(&'static str),
    /// Nobody has this identifier.
    #[error(
        "The program that sent you here is not known here. If it registered itself some time ago, remove its sign-in \
         data and connect again."
    )]
    UnknownClient,
    /// The client did not register this redirect URI.
    #[error(
        "The program that sent you here wants the answer at an address that it has not registered. It may not be what \
         it says it is."
    )]
    UnregisteredRedirect,
}

impl Refusal {
    /// For the page that says it.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        match self {
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            _ => StatusCode::BAD_REQUEST,
        }
    }
}

/// Why a request could not be completed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompleteError {
    /// The person did not agree, or may not sign in here; and the client's word alone is not enough to send a browser to
    /// its redirect URI.
    #[error("nothing was granted; you can close this page")]
    Denied,
    /// It was completed already, or has expired, or never was.
    #[error("this sign-in has been completed or has expired; start again from the program that sent you here")]
    Gone,
    /// The person has no subject, or that of the client: a token could be taken for the client's own (RFC 9068 §5).
    #[error("this account cannot be used with this program")]
    Subject,
    /// The store failed, or the system has no randomness. The person can try again from the start.
    #[error("the sign-in cannot be completed at the moment")]
    Unavailable,
}

/// Where the browser is to go: the client's redirect URI with a code or an error. It holds the code.
pub struct Location(SecretString);

impl Location {
    /// The URL.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// A redirect with status 303, under which a browser never sends a form on (RFC 9700 §4.12).
    #[must_use]
    pub fn into_response(self) -> Response<String> {
        let mut response = Response::new(String::new());
        let Ok(mut location) = HeaderValue::from_str(self.expose()) else {
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            return response;
        };
        location.set_sensitive(true);
        *response.status_mut() = StatusCode::SEE_OTHER;
        let headers = response.headers_mut();
        headers.insert(header::LOCATION, location);
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }
}

impl std::fmt::Debug for Location {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Location(..)")
    }
}

/// What the client is told (RFC 6749 §4.1.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Error {
    AccessDenied,
    InteractionRequired,
    InvalidRequest(&'static str),
    InvalidScope,
    InvalidTarget,
    RequestNotSupported,
    RequestUriNotSupported,
    TemporarilyUnavailable,
    UnsupportedResponseType,
}

impl Error {
    fn code_and_description(self) -> (&'static str, &'static str) {
        match self {
            Self::AccessDenied => ("access_denied", "the person did not agree, or may not sign in here"),
            Self::InteractionRequired => ("interaction_required", "a person is always asked"),
            Self::InvalidRequest(description) => ("invalid_request", description),
            Self::InvalidScope => ("invalid_scope", "these scopes cannot be had here"),
            Self::InvalidTarget => ("invalid_target", "tokens are issued for one resource, and this is another"),
            Self::RequestNotSupported => ("request_not_supported", "send the parameters themselves"),
            Self::RequestUriNotSupported => ("request_uri_not_supported", "send the parameters themselves"),
            Self::TemporarilyUnavailable => ("temporarily_unavailable", "try again later"),
            Self::UnsupportedResponseType => ("unsupported_response_type", "the response type must be code"),
        }
    }
}

impl From<Repeated> for Error {
    fn from(_: Repeated) -> Self {
        Self::InvalidRequest("a parameter occurs twice")
    }
}

impl From<NoRandomness> for Error {
    fn from(_: NoRandomness) -> Self {
        Self::TemporarilyUnavailable
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "an authorization request could not be kept");
        Self::TemporarilyUnavailable
    }
}

impl<S: Store, P> Inner<S, P> {
    pub(crate) async fn authorize(&self, parts: &Parts) -> Outcome {
        let (parameters, client, redirect_uri) = match self.trusted(parts).await {
            Ok(trusted) => trusted,
            Err(refusal) => {
                tracing::info!(reason = ?refusal, "an authorization request was shown to be wrong");
                return Outcome::Refuse(refusal);
            }
        };
        let may_send_on = may_send_on(&client.verification, &redirect_uri);
        match self.wait(&parameters, client, &redirect_uri).await {
            Ok(pending) => Outcome::Interact(pending),
            Err(error) if may_send_on => {
                Outcome::Redirect(self.error(&redirect_uri, state(&parameters).unwrap_or(None), error))
            }
            Err(error) => {
                let (error, description) = error.code_and_description();
                tracing::info!(error, description, "an authorization request was shown to be wrong");
                Outcome::Refuse(Refusal::Request(description))
            }
        }
    }

    pub(crate) async fn pending(&self, handle: &Handle) -> Result<Option<Pending>, StoreError> {
        let request = self.store.request(&handle.0.hash()).await?;
        let alive = request.filter(|request| self.clock.now() < request.expires_at);
        Ok(alive.map(|request| Pending { handle: handle.clone(), request: Box::new(request) }))
    }

    pub(crate) async fn complete(&self, handle: &Handle, decision: Decision) -> Result<Location, CompleteError> {
        let unavailable = |error: StoreError| {
            tracing::error!(%error, "an authorization request could not be completed");
            CompleteError::Unavailable
        };
        let request = self.store.take_request(&handle.0.hash()).await.map_err(unavailable)?;
        let alive = request.filter(|request| self.clock.now() < request.expires_at);
        let request = alive.ok_or(CompleteError::Gone)?;
        let (person, host_data) = match decision {
            Decision::Approve { person, host_data } => (person, host_data),
            Decision::Deny if !may_send_on(&request.verification, &request.redirect_uri) => {
                tracing::info!("an authorization request was denied, and its client is not told");
                return Err(CompleteError::Denied);
            }
            Decision::Deny => {
                return Ok(self.error(&request.redirect_uri, request.state.as_deref(), Error::AccessDenied));
            }
        };
        if person.subject.is_empty() || person.subject == request.client_id {
            return Err(CompleteError::Subject);
        }
        let code = Opaque::random().map_err(|NoRandomness| CompleteError::Unavailable)?;
        let location = self.location(&request.redirect_uri, request.state.as_deref(), &[("code", code.expose())]);
        let issued = AuthorizationCode {
            client_id: request.client_id,
            redirect_uri: request.redirect_uri,
            challenge: request.challenge,
            scopes: request.scopes,
            resource: request.resource,
            resource_indicator: request.resource_indicator,
            person,
            host_data,
            expires_at: self.clock.now().saturating_add(CODE_LIFETIME),
        };
        self.store.put_code(&code.hash(), issued).await.map_err(unavailable)?;
        Ok(location)
    }

    /// Who asks, and where the answer may go.
    async fn trusted(&self, parts: &Parts) -> Result<(Parameters, Client, RedirectUri), Refusal> {
        if parts.method != Method::GET {
            return Err(Refusal::Method);
        }
        let query = parts.uri.query().unwrap_or_default();
        if query.len() > MAX_QUERY {
            return Err(Refusal::Malformed);
        }
        let parameters = Parameters::parse(query.as_bytes()).map_err(|_| Refusal::Malformed)?;
        let one = |name| {
            let value = parameters.one(name).map_err(|Repeated(name)| Refusal::Repeated(name))?;
            value.ok_or(Refusal::Missing(name))
        };
        let (client_id, redirect_uri) = (one("client_id")?, one("redirect_uri")?);
        let client = self.clients.find(client_id).await.map_err(|error| match error {
            ClientError::Denied => Refusal::ClientDenied,
            ClientError::Document(DocumentError::NotPublic) => Refusal::ClientNotPublic,
            ClientError::Document(_) => Refusal::ClientDocument,
            ClientError::Unknown => Refusal::UnknownClient,
        })?;
        let redirect_uri = RedirectUri::parse(redirect_uri).map_err(|_| Refusal::UnregisteredRedirect)?;
        if !client.registered(&redirect_uri) {
            return Err(Refusal::UnregisteredRedirect);
        }
        let is_configured = client.verification == Verification::Configured;
        if !is_configured && !self.configuration.redirects.permits(&redirect_uri) {
            return Err(Refusal::RedirectNotAllowed);
        }
        Ok((parameters, client, redirect_uri))
    }

    /// Keeps the request, if it is good, for its person. The same request may come several times: some clients fetch
    /// the URL once themselves before they open the browser at it.
    async fn wait(
        &self,
        parameters: &Parameters,
        client: Client,
        redirect_uri: &RedirectUri,
    ) -> Result<Pending, Error> {
        // What could say all parameters in another way (RFC 9101, RFC 9126).
        if parameters.one("request_uri")?.is_some() {
            return Err(Error::RequestUriNotSupported);
        }
        if parameters.one("request")?.is_some() {
            return Err(Error::RequestNotSupported);
        }
        let state = state(parameters)?;
        match parameters.one("response_type")? {
            Some("code") => {}
            Some(_) => return Err(Error::UnsupportedResponseType),
            None => return Err(Error::InvalidRequest("response_type is missing")),
        }
        if parameters.one("response_mode")?.is_some_and(|mode| mode != "query") {
            return Err(Error::InvalidRequest("the response mode must be query"));
        }
        let challenge = challenge(parameters)?;
        let configured = &self.configuration.resource;
        if !parameters.all("resource").all(|resource| configured.is_named_by(resource)) {
            return Err(Error::InvalidTarget);
        }
        let resource_indicator = if parameters.all("resource").next().is_some() {
            ResourceIndicator::Given
        } else {
            ResourceIndicator::Absent
        };
        let scopes = self.configuration.scopes.grant(parameters.one("scope")?).map_err(|_| Error::InvalidScope)?;
        let prompt: Vec<_> = parameters.one("prompt")?.unwrap_or_default().split(' ').collect();
        if prompt.contains(&"none") {
            return Err(Error::InteractionRequired);
        }
        let anew = prompt.contains(&"login") || prompt.contains(&"select_account");
        let request = AuthorizationRequest {
            client_id: client.id,
            client_name: client.name,
            verification: client.verification,
            redirect_uri: redirect_uri.clone(),
            state: state.map(str::to_owned),
            challenge,
            scopes,
            resource: configured.as_str().to_owned(),
            resource_indicator,
            sign_in: if anew { SignIn::Anew } else { SignIn::AsNeeded },
            expires_at: self.clock.now().saturating_add(REQUEST_LIFETIME),
        };
        let handle = Handle(Opaque::random()?);
        self.store.put_request(&handle.0.hash(), request.clone()).await?;
        Ok(Pending { handle, request: Box::new(request) })
    }

    fn error(&self, redirect_uri: &RedirectUri, state: Option<&str>, error: Error) -> Location {
        let (code, description) = error.code_and_description();
        tracing::info!(error = code, description, "an authorization request was answered with an error");
        self.location(redirect_uri, state, &[("error", code), ("error_description", description)])
    }

    /// `iss` stands in every answer (RFC 9207 §2), so that a client that talks to several servers knows whose it is; but
    /// not if the [`Dialect`](crate::Dialect) lacks it.
    fn location(&self, redirect_uri: &RedirectUri, state: Option<&str>, answer: &[(&str, &str)]) -> Location {
        let mut parameters = answer.to_vec();
        parameters.extend(state.map(|state| ("state", state)));
        if self.configuration.dialect.answer_issuer == AnswerIssuer::Named {
            parameters.push(("iss", self.configuration.issuer.as_str()));
        }
        Location(redirect_uri.with(&parameters).into())
    }
}

/// Whether a browser may be sent on without the person's leave, with an error. Anybody can register a site and then link
/// to us, as if what follows were ours (RFC 9700 §4.11.2); not so a client that the operator wrote down, and the person's
/// own machine is no place to lure anybody to.
fn may_send_on(verification: &Verification, redirect_uri: &RedirectUri) -> bool {
    *verification == Verification::Configured || matches!(redirect_uri.destination(), Destination::ThisMachine { .. })
}

/// What is to be echoed. One that is too long is not.
fn state(parameters: &Parameters) -> Result<Option<&str>, Error> {
    match parameters.one("state")? {
        Some(state) if state.len() > MAX_STATE => Err(Error::InvalidRequest("state is too long")),
        state => Ok(state),
    }
}

/// No challenge would leave a code to whoever sees it; a `plain` one, also where no method is named (RFC 7636 §4.3),
/// shows the verifier.
fn challenge(parameters: &Parameters) -> Result<Challenge, Error> {
    let challenge = parameters.one("code_challenge")?.ok_or(Error::InvalidRequest("code_challenge is missing"))?;
    if parameters.one("code_challenge_method")? != Some("S256") {
        return Err(Error::InvalidRequest("code_challenge_method must be S256"));
    }
    Challenge::parse(challenge).ok_or(Error::InvalidRequest("code_challenge is not one of S256"))
}
