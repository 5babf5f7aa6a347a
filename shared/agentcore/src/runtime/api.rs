//! The Runtime API as this loop uses it (AWS Lambda developer guide, "Lambda runtime API", version 2018-06-01).

use std::net::IpAddr;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Limited};
use lambda_runtime_api_client::body::Body;
use lambda_runtime_api_client::{PooledClient, build_request};
use serde_json::json;
use tokio::time::timeout;

use super::{Context, ErrorReply, MAX_PAYLOAD};
use crate::target::ClientContext;

/// The address of the Runtime API, which Lambda puts into the environment.
const ENDPOINT: &str = "AWS_LAMBDA_RUNTIME_API";

/// Longer than any function may run. Stands in for a deadline that is missing or nonsense.
const LONGEST_INVOCATION: Duration = Duration::from_secs(15 * 60);

/// For everything but the long poll. The Runtime API is on the same host.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why the loop ended, or why a message to the Runtime API was lost.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The process was not started by Lambda or by anything that acts like it.
    #[error("AWS_LAMBDA_RUNTIME_API is not set; expected the host and port of a Runtime API")]
    NoEndpoint,
    /// The address is there and is none.
    #[error("AWS_LAMBDA_RUNTIME_API is neither a host and port nor an http URL with a path on loopback")]
    MalformedEndpoint,
    /// SIGTERM cannot be received.
    #[error("cannot listen for SIGTERM")]
    Signal(#[source] std::io::Error),
    /// The connection failed.
    #[error("the Runtime API cannot be reached")]
    Transport(#[source] lambda_runtime_api_client::BoxError),
    /// It took longer than ten seconds to take a reply.
    #[error("the Runtime API did not answer in time")]
    Timeout,
    /// It answered with a status that the loop cannot go on from.
    #[error("the Runtime API answered {0}")]
    Status(StatusCode),
    /// It handed out work without an identifier that could be answered to.
    #[error("the Runtime API sent an invocation without a usable request id")]
    NoRequestId,
    /// The payload could not be read, or is larger than Lambda's limit.
    #[error("the event cannot be read")]
    Event(#[source] lambda_runtime_api_client::BoxError),
}

/// The Runtime API of this process.
pub(super) struct Api {
    client: PooledClient,
}

/// Work that was handed out, its payload not yet read.
pub(super) struct Work {
    pub(super) context: Context,
    payload: Body,
}

impl Api {
    /// Connects to nothing yet. The endpoint is checked here because the client would panic over it.
    pub(super) fn from_env() -> Result<Self, Error> {
        let endpoint = std::env::var_os(ENDPOINT).ok_or(Error::NoEndpoint)?;
        let endpoint = endpoint.to_str().and_then(base).ok_or(Error::MalformedEndpoint)?;
        Ok(Self { client: PooledClient::builder().with_endpoint(endpoint).build() })
    }

    /// Waits for work, however long there is none.
    pub(super) async fn next(&self) -> Result<Work, Error> {
        let request = request(Method::GET, "invocation/next", None, Bytes::new())?;
        let response = self.client.call(request).await.map_err(Error::Transport)?;
        if response.status() != StatusCode::OK {
            return Err(Error::Status(response.status()));
        }
        let (head, payload) = response.into_parts();
        let context = context(&head.headers).ok_or(Error::NoRequestId)?;
        Ok(Work { context, payload: Body::new(payload) })
    }

    /// Hands in the answer to an invocation.
    pub(super) async fn respond(&self, request_id: &str, answer: Vec<u8>) -> Result<(), Error> {
        self.post(&format!("invocation/{request_id}/response"), None, answer.into()).await
    }

    /// Hands in the failure of an invocation.
    pub(super) async fn fail(&self, request_id: &str, reply: &ErrorReply) -> Result<(), Error> {
        self.post_error(&format!("invocation/{request_id}/error"), reply).await
    }

    /// Says that the function cannot start at all.
    pub(super) async fn fail_init(&self, reply: &ErrorReply) -> Result<(), Error> {
        self.post_error("init/error", reply).await
    }

    async fn post_error(&self, path: &str, reply: &ErrorReply) -> Result<(), Error> {
        let error_type = HeaderValue::from_str(reply.error_type).unwrap_or(HeaderValue::from_static("Unhandled"));
        let body = json!({ "errorType": reply.error_type, "errorMessage": reply.message, "stackTrace": [] });
        self.post(path, Some(error_type), body.to_string().into()).await
    }

    async fn post(&self, path: &str, error_type: Option<HeaderValue>, body: Bytes) -> Result<(), Error> {
        let request = request(Method::POST, path, error_type, body)?;
        let exchange = async {
            let response = self.client.call(request).await.map_err(Error::Transport)?;
            let status = response.status();
            // Read to its end, or the connection could not be used again.
            let rest = Limited::new(response.into_body(), MAX_PAYLOAD).collect().await;
            rest.map_err(Error::Transport)?;
            if status.is_success() { Ok(()) } else { Err(Error::Status(status)) }
        };
        timeout(PATIENCE, exchange).await.map_err(|_| Error::Timeout)?
    }
}

impl Work {
    /// Reads the payload.
    pub(super) async fn read(self) -> Result<Bytes, Error> {
        let payload = Limited::new(self.payload, MAX_PAYLOAD).collect();
        let payload = timeout(PATIENCE, payload).await.map_err(|_| Error::Timeout)?;
        Ok(payload.map_err(Error::Event)?.to_bytes())
    }
}

/// What every path is appended to: a host and a port, as Lambda gives them; or an `http` URL on loopback, as the laptop
/// gives it. There every program reaches the port, so the URL has a path that only this process knows. It is a secret.
fn base(endpoint: &str) -> Option<Uri> {
    let (authority, path) = match endpoint.strip_prefix("http://") {
        Some(url) => url.split_once('/').filter(|(_, path)| is_path(path))?,
        None => (endpoint, ""),
    };
    let authority: Authority = authority.parse().ok()?;
    authority.port_u16()?;
    let elsewhere = !path.is_empty() && !is_loopback(authority.host());
    if elsewhere || authority.as_str().contains('@') {
        return None;
    }
    Uri::builder().scheme(Scheme::HTTP).authority(authority).path_and_query(format!("/{path}")).build().ok()
}

/// Segments of letters, digits, `-` and `_`: nothing that anybody on the way might normalise.
fn is_path(text: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
    text.split('/').all(|segment| !segment.is_empty() && segment.bytes().all(known))
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse();
    host == "localhost" || address.is_ok_and(|address: IpAddr| address.is_loopback())
}

fn request(method: Method, path: &str, error_type: Option<HeaderValue>, body: Bytes) -> Result<Request<Body>, Error> {
    let mut request = build_request()
        .method(method)
        .uri(format!("/2018-06-01/runtime/{path}"))
        .body(Body::from(body))
        .map_err(|error| Error::Transport(error.into()))?;
    if *request.method() == Method::POST {
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    if let Some(error_type) = error_type {
        request.headers_mut().insert("lambda-runtime-function-error-type", error_type);
    }
    Ok(request)
}

/// The context of an invocation, or `None` if it cannot be answered to.
fn context(headers: &HeaderMap) -> Option<Context> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // It becomes part of a path.
    let identifier = |text: &&str| {
        (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let client_context = headers.get("lambda-runtime-client-context");
    Some(Context {
        request_id: text("lambda-runtime-aws-request-id").filter(identifier)?.to_owned(),
        deadline: Instant::now() + time_left(text("lambda-runtime-deadline-ms")),
        invoked_function_arn: text("lambda-runtime-invoked-function-arn").map(str::to_owned),
        trace_id: text("lambda-runtime-trace-id").map(str::to_owned),
        client_context: client_context
            .map_or_else(ClientContext::absent, |header| ClientContext::parse(header.as_bytes())),
    })
}

/// The time from now to the deadline, which is given in milliseconds since 1970.
fn time_left(deadline: Option<&str>) -> Duration {
    let Some(deadline) = deadline.and_then(|text| text.parse().ok()) else {
        return LONGEST_INVOCATION;
    };
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Duration::from_millis(deadline).saturating_sub(now).min(LONGEST_INVOCATION)
}
