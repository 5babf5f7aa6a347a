//! The bucket that CloudFormation lets answers be put into.

use axum::Router;
use axum::body::Bytes;
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::Value;
use tokio::sync::{Mutex, mpsc};

/// A bucket on loopback.
pub(crate) struct Answers {
    origin: String,
    received: Mutex<mpsc::UnboundedReceiver<Value>>,
}

impl Answers {
    pub(crate) async fn start() -> Self {
        let (sender, received) = mpsc::unbounded_channel();
        let take = move |method: Method, headers: HeaderMap, body: Bytes| async move {
            // A pre-signed URL covers the method and the content type, which is none; S3 takes no chunks.
            let signed = method == Method::PUT && !headers.contains_key("content-type");
            if !signed || !headers.contains_key("content-length") || body.len() > 4096 {
                return StatusCode::FORBIDDEN;
            }
            sender.send(serde_json::from_slice(&body).unwrap()).unwrap();
            StatusCode::OK
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(take)).await });
        Self { origin, received: Mutex::new(received) }
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/answer?X-Amz-Signature=0123456789abcdef", self.origin)
    }

    pub(crate) async fn next(&self) -> Value {
        self.received.lock().await.recv().await.unwrap()
    }
}
