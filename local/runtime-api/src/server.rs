//! The Runtime API itself: HTTP on one side, a channel to the sandbox on the other.
//!
//! The listener is open to every program of the machine, and to every page in a browser on it. So it answers below a
//! path only that the process alone knows ([`Endpoint`]), and whoever does not know it is refused before anything else.
//! What comes from a browser, or for another host name (DNS rebinding), is refused even so.

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::{Bytes, BytesMut};
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use http_body_util::BodyExt as _;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::sync::{mpsc, oneshot};

use crate::endpoint::Endpoint;
use crate::error::{InitFailure, InvokeError};
use crate::invocation::{Answer, Event};
use crate::limits::{DRAIN_LIMIT, RESPONSE_LIMIT};

const CLIENT_CONTEXT: HeaderName = HeaderName::from_static("lambda-runtime-client-context");
const DEADLINE: HeaderName = HeaderName::from_static("lambda-runtime-deadline-ms");
const ERROR_TYPE: HeaderName = HeaderName::from_static("lambda-runtime-function-error-type");
const FUNCTION_ARN: HeaderName = HeaderName::from_static("lambda-runtime-invoked-function-arn");
const REQUEST_ID: HeaderName = HeaderName::from_static("lambda-runtime-aws-request-id");
const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const TRACE_ID: HeaderName = HeaderName::from_static("lambda-runtime-trace-id");

/// The longest `errorMessage` that is kept, in characters.
const MESSAGE_LIMIT: usize = 4096;

/// What the process asks of its sandbox.
#[derive(Debug)]
pub(crate) enum Call {
    /// `GET invocation/next`.
    Next(oneshot::Sender<Delivery>),
    /// `POST invocation/{id}/response` and `POST invocation/{id}/error`.
    Answer { id: String, answer: Answer, verdict: oneshot::Sender<Verdict> },
    /// `POST init/error`.
    InitError { failure: InitFailure, verdict: oneshot::Sender<Verdict> },
}

/// Whether a call fits the state in which the process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    Accepted,
    InvalidRequestId,
    InvalidTransition,
}

/// An event for the runtime.
#[derive(Debug)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    /// Milliseconds since 1970.
    pub(crate) deadline: u128,
    pub(crate) event: Event,
}

#[derive(Clone)]
struct RuntimeApi {
    calls: mpsc::Sender<Call>,
    arn: HeaderValue,
    endpoint: Endpoint,
}

/// Serves one process until `stop` resolves. All clones of `calls` are dropped when the last connection has ended.
pub(crate) fn serve(
    listener: TcpListener,
    endpoint: Endpoint,
    arn: HeaderValue,
    calls: mpsc::Sender<Call>,
    stop: oneshot::Receiver<()>,
) {
    let api = RuntimeApi { calls, arn, endpoint };
    let runtime = Router::new()
        .route("/2018-06-01/runtime/invocation/next", get(next))
        .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
        .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
        .route("/2018-06-01/runtime/init/error", post(init_error));
    let router = Router::new()
        .nest("/{secret}", runtime)
        .layer(middleware::from_fn_with_state(api.clone(), admit))
        .with_state(api);
    tokio::spawn(async move {
        let stopped = async {
            let _ = stop.await;
        };
        // axum's server ends with the signal and with nothing else.
        let _ = axum::serve(listener, router).with_graceful_shutdown(stopped).await;
    });
}

async fn admit(State(api): State<RuntimeApi>, request: Request, next: Next) -> Response {
    let headers = request.headers();
    let host = headers.get(HOST).is_some_and(|host| host.as_bytes() == api.endpoint.host().as_bytes());
    if !api.endpoint.admits(request.uri().path())
        || !host
        || headers.contains_key(ORIGIN)
        || headers.contains_key(SEC_FETCH_SITE)
    {
        return refusal(StatusCode::FORBIDDEN, "Forbidden", "The Runtime API serves the function's process alone");
    }
    next.run(request).await
}

async fn next(State(api): State<RuntimeApi>) -> Response {
    let (waiter, delivery) = oneshot::channel();
    if api.calls.send(Call::Next(waiter)).await.is_err() {
        return Verdict::InvalidTransition.into_response();
    }
    // A long poll: it ends with an event, or with the process, or at once if it is not the time to ask.
    let Ok(Delivery { id, deadline, event }) = delivery.await else {
        return Verdict::InvalidTransition.into_response();
    };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(FUNCTION_ARN, api.arn);
    let text = |text: String| HeaderValue::from_str(&text).ok();
    let optional = [
        (REQUEST_ID, text(id)),
        (DEADLINE, text(deadline.to_string())),
        (TRACE_ID, event.trace_id),
        (CLIENT_CONTEXT, event.client_context),
    ];
    headers.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    (headers, event.payload).into_response()
}

/// What a path says, apart from the secret.
#[derive(Deserialize)]
struct Invocation {
    id: String,
}

async fn response(State(api): State<RuntimeApi>, Path(Invocation { id }): Path<Invocation>, body: Body) -> Response {
    match collect(body).await {
        Ok(answer) => give(&api, id, Ok(answer)).await.into_response(),
        Err(Unread::Broken) => broken(),
        Err(Unread::TooLarge) => too_large(give(&api, id, Err(InvokeError::ResponseTooLarge)).await),
    }
}

async fn error(
    State(api): State<RuntimeApi>,
    Path(Invocation { id }): Path<Invocation>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    match collect(body).await {
        Ok(document) => {
            let ErrorDocument { error_type, error_message } = ErrorDocument::read(&document, &headers, "Unhandled");
            let answer = Err(InvokeError::FunctionError { error_type, message: error_message });
            give(&api, id, answer).await.into_response()
        }
        Err(Unread::Broken) => broken(),
        Err(Unread::TooLarge) => too_large(give(&api, id, Err(InvokeError::ResponseTooLarge)).await),
    }
}

async fn init_error(State(api): State<RuntimeApi>, headers: HeaderMap, body: Body) -> Response {
    let document = match collect(body).await {
        Ok(document) => document,
        Err(Unread::Broken) => return broken(),
        // It is an init failure even if its description cannot be read.
        Err(Unread::TooLarge) => Bytes::new(),
    };
    let ErrorDocument { error_type, error_message } = ErrorDocument::read(&document, &headers, "Runtime.Unknown");
    let failure = InitFailure { error_type, message: error_message };
    let (verdict, judged) = oneshot::channel();
    let sent = api.calls.send(Call::InitError { failure, verdict }).await;
    judge(sent.is_ok(), judged).await.into_response()
}

async fn give(api: &RuntimeApi, id: String, answer: Answer) -> Verdict {
    let (verdict, judged) = oneshot::channel();
    let sent = api.calls.send(Call::Answer { id, answer, verdict }).await;
    judge(sent.is_ok(), judged).await
}

/// A sandbox that has ended knows no call.
async fn judge(sent: bool, judged: oneshot::Receiver<Verdict>) -> Verdict {
    if !sent {
        return Verdict::InvalidTransition;
    }
    judged.await.unwrap_or(Verdict::InvalidTransition)
}

/// The error document of a runtime: `errorMessage`, `errorType`, `stackTrace`. Nothing in it is required.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct ErrorDocument {
    error_type: String,
    error_message: String,
}

impl ErrorDocument {
    fn read(document: &[u8], headers: &HeaderMap, fallback: &str) -> Self {
        let mut read: Self = serde_json::from_slice(document).unwrap_or_default();
        if read.error_type.is_empty() {
            let header = headers.get(ERROR_TYPE).and_then(|value| value.to_str().ok());
            read.error_type = header.unwrap_or(fallback).to_owned();
        }
        for text in [&mut read.error_type, &mut read.error_message] {
            *text = text.chars().take(MESSAGE_LIMIT).collect();
        }
        read
    }
}

enum Unread {
    Broken,
    TooLarge,
}

/// Reads a body of at most [`RESPONSE_LIMIT`] bytes. Of a longer one the rest is read and dropped.
async fn collect(mut body: Body) -> Result<Bytes, Unread> {
    let mut bytes = BytesMut::new();
    let mut length = 0_usize;
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame.map_err(|_| Unread::Broken)?.into_data() else {
            continue;
        };
        length = length.saturating_add(data.len());
        if length <= RESPONSE_LIMIT {
            bytes.extend_from_slice(&data);
        } else if length > DRAIN_LIMIT {
            break;
        }
    }
    if length > RESPONSE_LIMIT { Err(Unread::TooLarge) } else { Ok(bytes.freeze()) }
}

impl IntoResponse for Verdict {
    fn into_response(self) -> Response {
        match self {
            Self::Accepted => document(StatusCode::ACCEPTED, &serde_json::json!({"status": "OK"})),
            Self::InvalidRequestId => refusal(StatusCode::BAD_REQUEST, "InvalidRequestID", "Invalid request ID"),
            Self::InvalidTransition => {
                refusal(StatusCode::FORBIDDEN, "InvalidStateTransition", "The state of the runtime does not allow this")
            }
        }
    }
}

fn too_large(verdict: Verdict) -> Response {
    if verdict != Verdict::Accepted {
        return verdict.into_response();
    }
    let message = format!("Exceeded maximum allowed payload size ({RESPONSE_LIMIT} bytes).");
    refusal(StatusCode::PAYLOAD_TOO_LARGE, "RequestEntityTooLarge", &message)
}

fn broken() -> Response {
    refusal(StatusCode::BAD_REQUEST, "InvalidRequest", "The body ended early")
}

fn refusal(status: StatusCode, error_type: &str, message: &str) -> Response {
    document(status, &serde_json::json!({"errorMessage": message, "errorType": error_type}))
}

fn document(status: StatusCode, document: &serde_json::Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], document.to_string()).into_response()
}
