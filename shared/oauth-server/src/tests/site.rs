//! A web site on loopback that serves one document and counts who asks.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use axum::Router;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

#[derive(Clone)]
pub(crate) struct Site {
    pub(crate) url: String,
    address: SocketAddr,
    state: Arc<Served>,
}

struct Served {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: String,
    asked: AtomicUsize,
    is_down: AtomicBool,
    arrived: Semaphore,
    /// A permit lets one answer go out.
    gate: Semaphore,
}

async fn serve(State(served): State<Arc<Served>>) -> Response<String> {
    served.asked.fetch_add(1, Ordering::Relaxed);
    served.arrived.add_permits(1);
    served.gate.acquire().await.unwrap().forget();
    let mut response =
        Response::builder().status(if served.is_down.load(Ordering::Relaxed) { 503 } else { served.status });
    for (name, value) in &served.headers {
        response = response.header(*name, *value);
    }
    response.body(served.body.clone()).unwrap()
}

impl Site {
    /// A site whose document has these changes; `null` takes a member away.
    pub(crate) async fn with(changes: Value) -> Self {
        Self::serving(200, &[("content-type", "application/json")], |url| document(url, &changes).to_string()).await
    }

    pub(super) async fn serving(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: impl FnOnce(&str) -> String,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let url = format!("http://{address}/client.json");
        let state = Arc::new(Served {
            status,
            headers: headers.to_vec(),
            body: body(&url),
            asked: AtomicUsize::new(0),
            is_down: AtomicBool::new(false),
            arrived: Semaphore::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS / 2),
        });
        let router = Router::new().fallback(serve).with_state(state.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, address, state }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(crate) fn asked(&self) -> usize {
        self.state.asked.load(Ordering::Relaxed)
    }

    /// From now on every answer is 503.
    pub(super) fn fail(&self) {
        self.state.is_down.store(true, Ordering::Relaxed);
    }

    /// From now on nothing is answered until [`release`](Self::release).
    pub(super) fn hold(&self) {
        self.state.gate.forget_permits(usize::MAX);
    }

    pub(super) fn release(&self) {
        self.state.gate.add_permits(Semaphore::MAX_PERMITS / 2);
    }

    /// Returns once it was asked.
    pub(super) async fn arrived(&self) {
        self.state.arrived.acquire().await.unwrap().forget();
    }
}

pub(super) fn document(url: &str, changes: &Value) -> Value {
    let mut document = json!({
        "client_id": url,
        "client_name": "Client of a document",
        "redirect_uris": ["http://127.0.0.1/callback", "http://localhost/callback"],
        "token_endpoint_auth_method": "none",
    });
    for (name, value) in changes.as_object().unwrap() {
        document[name] = value.clone();
    }
    document.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    document
}
