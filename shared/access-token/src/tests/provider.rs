//! An identity provider on loopback that counts what it is asked, and can be made to misbehave.

use std::future::pending;
use std::iter::repeat;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::sleep;

#[derive(Clone)]
pub(super) enum Answer {
    Body(String),
    Redirect(String),
    Status(u16),
}

struct Endpoint {
    answer: Mutex<Answer>,
    fetches: AtomicUsize,
    arrived: Semaphore,
    /// A permit lets one answer go out.
    gate: Semaphore,
}

impl Endpoint {
    fn new(body: &Value) -> Arc<Self> {
        Arc::new(Self {
            answer: Mutex::new(Answer::Body(body.to_string())),
            fetches: AtomicUsize::new(0),
            arrived: Semaphore::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS / 2),
        })
    }
}

async fn serve(State(endpoint): State<Arc<Endpoint>>) -> Response {
    endpoint.fetches.fetch_add(1, Ordering::Relaxed);
    endpoint.arrived.add_permits(1);
    endpoint.gate.acquire().await.unwrap().forget();
    let answer = endpoint.answer.lock().unwrap().clone();
    match answer {
        // Deliberately without a JSON content type: providers differ.
        Answer::Body(body) => body.into_response(),
        Answer::Redirect(target) => (StatusCode::FOUND, [(LOCATION, target)]).into_response(),
        // The body would do: it must be the status that counts.
        Answer::Status(status) => (StatusCode::from_u16(status).unwrap(), r#"{"keys":[]}"#).into_response(),
    }
}

pub(super) struct Provider {
    address: String,
    jwks_uri: String,
    discovery: Arc<Endpoint>,
    keys: Arc<Endpoint>,
}

impl Provider {
    pub(super) async fn start(keys: &[Value]) -> Self {
        Self::start_at("", keys).await
    }

    /// Its issuer has this path.
    pub(super) async fn start_at(path: &str, keys: &[Value]) -> Self {
        Self::start_with_keys_at(path, &format!("{path}/keys"), keys).await
    }

    /// Its issuer and its key set have these paths.
    pub(super) async fn start_with_keys_at(path: &str, keys_path: &str, keys: &[Value]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let (address, jwks_uri) = (format!("{origin}{path}"), format!("{origin}{keys_path}"));
        let discovery = Endpoint::new(&json!({"issuer": address, "jwks_uri": jwks_uri}));
        let keys = Endpoint::new(&json!({"keys": keys}));
        let router = Router::new()
            .route(&format!("{path}/.well-known/openid-configuration"), get(serve).with_state(discovery.clone()))
            .route(keys_path, get(serve).with_state(keys.clone()));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, jwks_uri, discovery, keys }
    }

    pub(super) fn issuer(&self) -> &str {
        &self.address
    }

    pub(super) fn discovery_url(&self) -> String {
        format!("{}/.well-known/openid-configuration", self.address)
    }

    pub(super) fn jwks_uri(&self) -> &str {
        &self.jwks_uri
    }

    pub(super) fn announce(&self, issuer: &str, jwks_uri: &str) {
        self.answer_discovery(Answer::Body(json!({"issuer": issuer, "jwks_uri": jwks_uri}).to_string()));
    }

    pub(super) fn publish(&self, keys: &[Value]) {
        self.answer_keys(Answer::Body(json!({"keys": keys}).to_string()));
    }

    pub(super) fn answer_discovery(&self, answer: Answer) {
        *self.discovery.answer.lock().unwrap() = answer;
    }

    pub(super) fn answer_keys(&self, answer: Answer) {
        *self.keys.answer.lock().unwrap() = answer;
    }

    /// Everything is in order again.
    pub(super) fn recover(&self, keys: &[Value]) {
        self.announce(self.issuer(), self.jwks_uri());
        self.publish(keys);
    }

    /// From now on discovery is not answered until [`release_discovery`](Self::release_discovery).
    pub(super) fn hold_discovery(&self) {
        self.discovery.gate.forget_permits(usize::MAX);
    }

    pub(super) fn release_discovery(&self) {
        self.discovery.gate.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    /// From now on the key set is not answered until [`release`](Self::release).
    pub(super) fn hold(&self) {
        self.keys.gate.forget_permits(usize::MAX);
    }

    pub(super) fn release(&self) {
        self.keys.gate.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    /// Returns once the key set was asked for, each time once.
    pub(super) async fn asked(&self) {
        self.keys.arrived.acquire().await.unwrap().forget();
    }

    /// How often discovery and key set were read.
    pub(super) fn fetches(&self) -> (usize, usize) {
        let count = |endpoint: &Endpoint| endpoint.fetches.load(Ordering::Relaxed);
        (count(&self.discovery), count(&self.keys))
    }
}

/// What goes over the wire when it is not HTTP as it should be.
#[derive(Clone, Copy)]
pub(super) enum Wire {
    /// These bytes, and the end.
    Ends(&'static str),
    /// The first, and then the second without end.
    GoesOn(&'static str, &'static str),
    /// These bytes, one a second, and then nothing.
    Drips(&'static str),
}

impl Wire {
    /// A server that sends this to everybody who connects.
    pub(super) async fn serve(self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/keys", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                // The client hangs up when it has had enough.
                tokio::spawn(async move { self.send(stream).await.ok() });
            }
        });
        url
    }

    async fn send(self, mut stream: TcpStream) -> std::io::Result<()> {
        // Closed with the request unread, the connection would be reset, and the answer lost.
        let _ = stream.read(&mut [0; 4096]).await?;
        match self {
            Self::Ends(text) => stream.write_all(text.as_bytes()).await,
            Self::GoesOn(start, rest) => {
                stream.write_all(start.as_bytes()).await?;
                for part in repeat(rest.repeat(1024)) {
                    stream.write_all(part.as_bytes()).await?;
                }
                Ok(())
            }
            Self::Drips(text) => {
                for byte in text.bytes() {
                    stream.write_all(&[byte]).await?;
                    sleep(Duration::from_secs(1)).await;
                }
                pending().await
            }
        }
    }
}
