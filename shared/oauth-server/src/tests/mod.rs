//! The rules, held against a server with real keys. Time is set by hand; nothing waits for it.

mod authorize;
mod code;
mod complete;
mod denied;
mod dialect;
mod document;
mod flow;
mod http;
mod key;
mod metadata;
mod parameters;
mod people;
mod refresh;
mod registration;
mod revocation;
mod secrecy;
pub(crate) mod site;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use ::http::{HeaderMap, Request, Response, StatusCode, request};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use url::Url;
use url::form_urlencoded::Serializer;

use crate::client::{DeniedClients, FetchPolicy, PreRegisteredClients, RegistrationKey, SHIPPED_CLIENTS};
use crate::clock::Clock;
use crate::memory_store::MemoryStore;
use crate::{
    AuthorizationServer, Configuration, Decision, Dialect, Endpoint, HostData, Issuer, Lifetimes, Location, Outcome,
    Pending, Person, RedirectPolicy, Refusal, RemoteRedirects, Resource, ScopePolicy, SigningKey, SigningKeys,
};

use self::people::Host;

const NOW: u64 = 1_800_000_000;
const ISSUER: &str = "https://login.example";
const RESOURCE: &str = "https://gateway.example/mcp";
const REDIRECT: &str = "http://127.0.0.1:3334/oauth/callback";
const VERIFIER: &str = "a-verifier-of-at-least-forty-three-characters-0123";
const LIFETIMES: Lifetimes = Lifetimes {
    access_token: Duration::from_secs(300),
    session: Duration::from_secs(9_000),
    idle: Duration::from_secs(3_000),
};

static KEYS: LazyLock<SigningKeys> =
    LazyLock::new(|| SigningKeys::new(SigningKey::generate().unwrap().0, Vec::new()).unwrap());

/// A clock that stands still until it is set.
pub(crate) struct TestClock(AtomicU64);

impl TestClock {
    pub(crate) fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }

    fn back(&self, seconds: u64) {
        self.0.fetch_sub(seconds, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

fn configuration() -> Configuration {
    Configuration {
        issuer: Issuer::parse(ISSUER).unwrap(),
        resource: Resource::parse(RESOURCE).unwrap(),
        scopes: ScopePolicy::new("tools/read tools/write", "tools/read").unwrap(),
        clients: PreRegisteredClients::parse(SHIPPED_CLIENTS).unwrap(),
        denied_clients: DeniedClients::default(),
        registration: Some(RegistrationKey::generate().unwrap().0),
        documents: Some(FetchPolicy::public_internet_and_loopback()),
        redirects: RedirectPolicy::new(RemoteRedirects::Allowed, RedirectPolicy::KNOWN_APPLICATIONS).unwrap(),
        lifetimes: LIFETIMES,
        dialect: Dialect::default(),
    }
}

fn person() -> Person {
    Person {
        subject: "subject-of-alice".to_owned(),
        name: Some("Alice Archer".to_owned()),
        email: Some("alice@example.com".to_owned()),
        groups: vec!["engineering".to_owned()],
        authenticated_at: NOW - 5,
    }
}

/// Alice agrees.
fn approval() -> Decision {
    approval_of(person())
}

fn approval_of(person: Person) -> Decision {
    Decision::Approve { person, host_data: HostData::default() }
}

pub(crate) struct Setup {
    pub(crate) clock: Arc<TestClock>,
    store: MemoryStore,
    host: Host,
    server: AuthorizationServer<MemoryStore, Host>,
}

impl Setup {
    pub(crate) fn new() -> Self {
        Self::with(configuration())
    }

    fn with(configuration: Configuration) -> Self {
        let clock = Arc::new(TestClock(NOW.into()));
        let store = MemoryStore::with_clock(clock.clone());
        let host = Host::default();
        Self { server: server(configuration, &store, &host, &clock), clock, store, host }
    }

    /// Another server that goes on with what this one stored.
    fn restarted(self, configuration: Configuration) -> Self {
        Self { server: server(configuration, &self.store, &self.host, &self.clock), ..self }
    }

    async fn authorize(&self, parameters: &Parameters) -> Outcome {
        let uri = format!("{}?{}", self.server.authorization_path(), parameters.encoded());
        self.server.authorize(&head("GET", &uri, &[])).await
    }

    pub(crate) async fn pending(&self, parameters: &Parameters) -> Pending {
        match self.authorize(parameters).await {
            Outcome::Interact(pending) => pending,
            Outcome::Redirect(location) => panic!("redirected to {}", location.expose()),
            Outcome::Refuse(refusal) => panic!("{refusal}"),
        }
    }

    async fn refusal(&self, parameters: &Parameters) -> Refusal {
        match self.authorize(parameters).await {
            Outcome::Refuse(refusal) => refusal,
            Outcome::Interact(_) => panic!("accepted"),
            Outcome::Redirect(location) => panic!("redirected to {}", location.expose()),
        }
    }

    /// What the client is told.
    async fn redirected(&self, parameters: &Parameters) -> BTreeMap<String, String> {
        match self.authorize(parameters).await {
            Outcome::Redirect(location) => answered(&location),
            Outcome::Interact(_) => panic!("accepted"),
            Outcome::Refuse(refusal) => panic!("{refusal}"),
        }
    }

    /// The code that Alice's consent brings.
    async fn code(&self, parameters: &Parameters) -> String {
        let pending = self.pending(parameters).await;
        let location = self.server.complete(pending.handle(), approval()).await.unwrap();
        answered(&location).remove("code").unwrap()
    }

    async fn post(&self, endpoint: Endpoint, form: &Parameters) -> Answer {
        self.send(endpoint, &[("content-type", "application/x-www-form-urlencoded")], &form.encoded()).await
    }

    async fn send(&self, endpoint: Endpoint, headers: &[(&str, &str)], body: &str) -> Answer {
        let parts = head("POST", endpoint.path(), headers);
        Answer::of(self.server.answer(endpoint, &parts, body.as_bytes()).await)
    }

    async fn token(&self, form: &Parameters) -> Answer {
        self.post(Endpoint::Token, form).await
    }

    /// Tokens of a new session.
    async fn tokens(&self) -> Value {
        let code = self.code(&request()).await;
        self.token(&redemption(&code)).await.good()
    }

    async fn register(&self, metadata: &Value) -> Answer {
        self.send(Endpoint::Registration, &[("content-type", "application/json")], &metadata.to_string()).await
    }
}

fn server(
    configuration: Configuration,
    store: &MemoryStore,
    host: &Host,
    clock: &Arc<TestClock>,
) -> AuthorizationServer<MemoryStore, Host> {
    let clock = Arc::clone(clock);
    AuthorizationServer::with_clock(configuration, KEYS.clone(), store.clone(), host.clone(), clock).unwrap()
}

/// Parameters of a query or a form.
#[derive(Clone)]
pub(crate) struct Parameters(Vec<(&'static str, String)>);

impl Parameters {
    fn with(&self, name: &'static str, value: &str) -> Self {
        self.without(name).and(name, value)
    }

    fn without(&self, name: &str) -> Self {
        Self(self.0.iter().filter(|(other, _)| *other != name).cloned().collect())
    }

    fn and(mut self, name: &'static str, value: &str) -> Self {
        self.0.push((name, value.to_owned()));
        self
    }

    fn encoded(&self) -> String {
        Serializer::new(String::new()).extend_pairs(&self.0).finish()
    }
}

/// An authorization request in which everything is right.
pub(crate) fn request() -> Parameters {
    let challenge = challenge(VERIFIER);
    Parameters(Vec::new())
        .and("response_type", "code")
        .and("client_id", "assistant")
        .and("redirect_uri", REDIRECT)
        .and("state", "a state&with=signs")
        .and("code_challenge", &challenge)
        .and("code_challenge_method", "S256")
        .and("resource", RESOURCE)
}

/// The request for a token that belongs to [`request`].
fn redemption(code: &str) -> Parameters {
    Parameters(Vec::new())
        .and("grant_type", "authorization_code")
        .and("client_id", "assistant")
        .and("code", code)
        .and("redirect_uri", REDIRECT)
        .and("code_verifier", VERIFIER)
        .and("resource", RESOURCE)
}

fn refreshment(token: &str) -> Parameters {
    Parameters(Vec::new())
        .and("grant_type", "refresh_token")
        .and("client_id", "assistant")
        .and("refresh_token", token)
        .and("resource", RESOURCE)
}

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

fn head(method: &str, uri: &str, headers: &[(&str, &str)]) -> request::Parts {
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(()).unwrap().into_parts().0
}

/// The parameters of an answer at the redirect URI.
fn answered(location: &Location) -> BTreeMap<String, String> {
    let url = Url::parse(location.expose()).unwrap();
    let pairs: Vec<_> = url.query_pairs().into_owned().collect();
    let count = pairs.len();
    let answered: BTreeMap<_, _> = pairs.into_iter().collect();
    assert_eq!(answered.len(), count, "each once");
    answered
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Answer {
    fn of(response: Response<String>) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body }
    }

    fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    fn json(&self) -> Value {
        assert_eq!(self.header("content-type"), "application/json");
        serde_json::from_str(&self.body).unwrap()
    }

    /// Of RFC 6749 §5.1: nobody may keep it.
    fn good(&self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.body);
        assert_eq!(self.header("cache-control"), "no-store");
        assert_eq!(self.header("pragma"), "no-cache");
        self.json()
    }

    /// Of RFC 6749 §5.2.
    fn error(&self) -> (u16, String) {
        assert!(!self.status.is_success(), "{}", self.body);
        assert_eq!(self.header("cache-control"), "no-store");
        let body = self.json();
        assert!(body["error_description"].is_string());
        (self.status.as_u16(), body["error"].as_str().unwrap().to_owned())
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("{name} is not a text in {value}"))
}

/// The claims of a token, unverified.
fn claims(tokens: &Value) -> Value {
    let payload = text(tokens, "access_token").split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}
