//! Secrets Manager in the protocol AWS JSON 1.1.

use std::sync::Arc;

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fault::Fault;
use crate::grants::{Grant, Grants};
use crate::operation::Operation;
use crate::store::Secrets;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// Secrets Manager at the path `/`, for the functions that `grants` knows. To be served on loopback only.
pub fn router(secrets: Arc<Secrets>, grants: Grants) -> Router {
    Router::new().fallback(answer).with_state(Service { secrets, grants: Arc::new(grants) })
}

#[derive(Clone)]
struct Service {
    secrets: Arc<Secrets>,
    grants: Arc<Grants>,
}

async fn answer(State(service): State<Service>, request: Request) -> Response {
    let (status, document) = match service.answer(request).await {
        Ok(document) => (StatusCode::OK, document),
        Err(fault) => (fault.status(), json!({"__type": fault.code(), "Message": fault.message()})),
    };
    let headers = [(CONTENT_TYPE, "application/x-amz-json-1.1".to_owned()), (REQUEST_ID, Uuid::new_v4().to_string())];
    (status, headers, document.to_string()).into_response()
}

impl Service {
    async fn answer(&self, request: Request) -> Result<Value, Fault> {
        let (parts, body) = request.into_parts();
        let grant = self.admit(&parts.headers)?;
        let target = parts.headers.get(TARGET).filter(|_| parts.method == Method::POST && parts.uri.path() == "/");
        let operation = target.and_then(|target| Operation::of_target(target.as_bytes()));
        let operation = operation.ok_or(Fault::UnknownOperation)?;
        let body = to_bytes(body, operation.body_limit()).await.map_err(|_| Fault::RequestEntityTooLarge)?;
        operation.answer(&self.secrets, grant, &body)
    }

    /// No browser, no other host name (DNS rebinding), nobody without an access key of this run.
    fn admit(&self, headers: &HeaderMap) -> Result<&Grant, Fault> {
        if !is_loopback(headers) || headers.contains_key(ORIGIN) {
            return Err(Fault::Elsewhere);
        }
        let mut signatures = headers.get_all(AUTHORIZATION).iter();
        let (Some(signature), None) = (signatures.next(), signatures.next()) else {
            return Err(Fault::MissingAuthenticationToken);
        };
        let grant = signature.to_str().ok().and_then(|signature| self.grants.of_signer(signature));
        grant.ok_or(Fault::UnrecognizedClient)
    }
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).and_then(|host| host.parse::<Authority>().ok());
    host.is_some_and(|host| matches!(host.host(), "127.0.0.1" | "[::1]" | "localhost"))
}
