//! The one operation of Secrets Manager that the functions use, in the protocol AWS JSON 1.1.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HOST, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, HeaderName, Method, StatusCode};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::grants::{Grant, Grants};
use crate::secret::SecretId;
use crate::store::Secrets;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

/// A request holds a name and a version.
const BODY_LIMIT: usize = 8 * 1024;

/// The stage of the version that is in use. There is no other here.
const CURRENT: &str = "AWSCURRENT";

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

/// The members of `GetSecretValue`.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSecretValue {
    secret_id: Option<String>,
    version_id: Option<String>,
    version_stage: Option<String>,
}

impl Service {
    async fn answer(&self, request: Request) -> Result<Value, Fault> {
        let (parts, body) = request.into_parts();
        let grant = self.admit(&parts.headers)?;
        let target = parts.headers.get(TARGET).map(|target| target.as_bytes());
        let known = parts.method == Method::POST && parts.uri.path() == "/";
        if !known || target != Some(b"secretsmanager.GetSecretValue") {
            return Err(Fault::UnknownOperation);
        }
        self.get_secret_value(body, grant).await
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

    async fn get_secret_value(&self, body: Body, grant: &Grant) -> Result<Value, Fault> {
        let body = to_bytes(body, BODY_LIMIT).await.map_err(|_| Fault::RequestEntityTooLarge)?;
        let request: GetSecretValue = serde_json::from_slice(&body).map_err(|_| Fault::Serialization)?;
        let id = request.secret_id.filter(|id| !id.is_empty()).ok_or(Fault::InvalidParameter)?;
        let secret = self.secrets.value(&id).ok_or(Fault::ResourceNotFound)?;
        if !grant.allows(secret.id.arn()) {
            return Err(Fault::not_authorized(grant, &secret.id));
        }
        let other_version = request.version_id.is_some_and(|version| version != secret.version.to_string());
        if other_version || request.version_stage.is_some_and(|stage| stage != CURRENT) {
            return Err(Fault::VersionNotFound);
        }
        Ok(json!({
            "ARN": secret.id.arn(),
            "Name": secret.id.name(),
            "VersionId": secret.version.to_string(),
            "SecretString": secret.value.expose_secret(),
            "VersionStages": [CURRENT],
            "CreatedDate": secret.created,
        }))
    }
}

fn is_loopback(headers: &HeaderMap) -> bool {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).and_then(|host| host.parse::<Authority>().ok());
    host.is_some_and(|host| matches!(host.host(), "127.0.0.1" | "[::1]" | "localhost"))
}

/// What Secrets Manager would answer instead, with its code and its words.
#[derive(Debug)]
enum Fault {
    /// Of IAM, with its text.
    AccessDenied(String),
    /// From a browser, or for another host.
    Elsewhere,
    InvalidParameter,
    MissingAuthenticationToken,
    RequestEntityTooLarge,
    ResourceNotFound,
    Serialization,
    UnknownOperation,
    UnrecognizedClient,
    VersionNotFound,
}

impl Fault {
    /// IAM's words for a right that nothing gives. The secret is named by our own ARN, not by the caller's text.
    fn not_authorized(grant: &Grant, secret: &SecretId) -> Self {
        Self::AccessDenied(format!(
            "User: {} is not authorized to perform: secretsmanager:GetSecretValue on resource: {} because no \
             identity-based policy allows the secretsmanager:GetSecretValue action",
            grant.principal(),
            secret.arn(),
        ))
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Elsewhere => StatusCode::FORBIDDEN,
            Self::RequestEntityTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied(_) | Self::Elsewhere => "AccessDeniedException",
            Self::InvalidParameter => "InvalidParameterException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::RequestEntityTooLarge => "RequestEntityTooLargeException",
            Self::ResourceNotFound | Self::VersionNotFound => "ResourceNotFoundException",
            Self::Serialization => "SerializationException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnrecognizedClient => "UnrecognizedClientException",
        }
    }

    fn message(&self) -> &str {
        match self {
            Self::AccessDenied(text) => text,
            Self::Elsewhere => "Only programs of this machine are served, under a loopback name.",
            Self::InvalidParameter => "You must provide a SecretId.",
            Self::MissingAuthenticationToken => "Missing Authentication Token",
            Self::RequestEntityTooLarge => "The request is too large.",
            Self::ResourceNotFound => "Secrets Manager can't find the specified secret.",
            Self::Serialization => "The request is not JSON of the expected form.",
            Self::UnknownOperation => "Only GetSecretValue is served here.",
            Self::UnrecognizedClient => "The security token included in the request is invalid.",
            Self::VersionNotFound => {
                "Secrets Manager can't find the specified secret value for staging label or version."
            }
        }
    }
}
