//! What the authorizer needs around it: an identity provider and a Secrets Manager, both on loopback.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use agentcore::runtime::{Context, Invocation};
use authorizer::{Authorizer, Configuration};
use aws_clients::SecretsManager;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::http::StatusCode;
use axum::routing::{get, post};
use axum::{Json, Router};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use environment::Environment;
use serde_json::{Value, json};
use transaction_token::{BindArguments, Call, Caller, KeySet, Presented, Rejection, Verifier};

pub(crate) const MCP_URL: &str = "https://gateway.example/mcp";
const PROVIDER_SEED: [u8; 32] = [7; 32];
pub(crate) const SIGNING_SEED: [u8; 32] = [8; 32];

/// An authorizer and its surroundings.
pub(crate) struct World {
    pub(crate) authorizer: Authorizer,
    pub(crate) issuer: String,
    /// What a function in these surroundings is told.
    pub(crate) variables: BTreeMap<String, String>,
    outside: Arc<Outside>,
}

/// What the surroundings do, and how often they were asked.
#[derive(Default)]
struct Outside {
    keys_served: AtomicUsize,
    no_keys: AtomicBool,
    no_secrets: AtomicBool,
    /// The members of the control record beside the URL.
    control: Mutex<Value>,
}

impl World {
    /// The usual surroundings, with some variables changed; `ISSUER` in their values stands for the provider's.
    pub(crate) async fn with(variables: &[(&str, &str)]) -> Self {
        let outside = Arc::new(Outside::default());
        let (provider, issuer) = listen().await;
        let (secrets, endpoint) = listen().await;
        serve(provider, identity_provider(&issuer, &outside));
        serve(secrets, secrets_manager(&outside));

        let mut told: BTreeMap<String, String> = [
            ("DISCOVERY_URL", format!("{issuer}/.well-known/openid-configuration").as_str()),
            ("PROVIDER_PROFILE", "generic"),
            ("PERMITTED_TOOLS", "profile___who_am_i"),
            ("ALLOWED_SCOPES", "countersign/tools"),
            ("FORWARDED_GROUPS", "*"),
            ("AUDIT_DETAIL", "standard"),
            ("TRUST_DOMAIN", "stack"),
            ("SIGNING_SECRET", "signing"),
            ("CONTROL_SECRET", "control"),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", endpoint.as_str()),
            ("AWS_REGION", "test"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        told.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), value.replace("ISSUER", &issuer))));
        let authorizer = {
            let environment = Environment::new(|name| told.get(name).cloned());
            let secrets = SecretsManager::new(&environment).unwrap();
            Authorizer::new(Configuration::read(&environment).unwrap(), &secrets).unwrap()
        };
        Self { authorizer, issuer, variables: told, outside }
    }

    pub(crate) async fn usual() -> Self {
        Self::with(&[]).await
    }

    /// From now on the control record has these members too.
    pub(crate) fn set_control(&self, members: Value) {
        *self.outside.control.lock().unwrap() = members;
    }

    /// From now on these are the revocations in the control record.
    pub(crate) fn revoke(&self, revocations: &Value) {
        self.set_control(json!({ "revocations": revocations }));
    }

    /// Secrets Manager refuses, or answers again.
    pub(crate) fn set_secrets(&self, available: bool) {
        self.outside.no_secrets.store(!available, Ordering::Relaxed);
    }

    /// From now on the identity provider gives no keys.
    pub(crate) fn without_keys(self) -> Self {
        self.outside.no_keys.store(true, Ordering::Relaxed);
        self
    }

    /// From now on Secrets Manager refuses.
    pub(crate) fn without_secrets(self) -> Self {
        self.set_secrets(false);
        self
    }

    pub(crate) fn keys_served(&self) -> usize {
        self.outside.keys_served.load(Ordering::Relaxed)
    }

    /// The claims of a good token for alice.
    pub(crate) fn claims(&self) -> Value {
        let now = now();
        json!({
            "iss": self.issuer, "sub": "alice", "aud": MCP_URL, "client_id": "assistant", "scope": "openid countersign/tools",
            "iat": now, "exp": now + 600, "jti": "j", "name": "Alice Liddell", "email": "alice@example.com",
            "groups": ["engineering", "support"], "token_use": "access",
        })
    }

    /// A good token for alice, as the value of `Authorization`.
    pub(crate) fn bearer(&self) -> String {
        self.bearer_with(|_| {})
    }

    /// A properly signed token with other claims.
    pub(crate) fn bearer_with(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut claims = self.claims();
        change(&mut claims);
        format!("Bearer {}", sign(PROVIDER_SEED, &header(), &claims))
    }

    /// A properly signed good token with another header.
    pub(crate) fn bearer_under(&self, change: impl FnOnce(&mut Value)) -> String {
        let mut header = header();
        change(&mut header);
        format!("Bearer {}", sign(PROVIDER_SEED, &header, &self.claims()))
    }

    /// Sends an event and returns the answer.
    pub(crate) async fn send(&self, event: &Value) -> Value {
        serde_json::from_slice(&self.send_text(event.to_string()).await.unwrap()).unwrap()
    }

    pub(crate) async fn send_text(&self, event: String) -> Result<Vec<u8>, agentcore::runtime::ErrorReply> {
        let context = Context::new("request", Instant::now() + Duration::from_secs(10));
        self.authorizer.answer(Invocation { event: event.into(), context }).await
    }
}

/// The public key of the provider.
pub(crate) fn provider_jwk() -> Value {
    jwk(PROVIDER_SEED, "current")
}

/// A token signed by a stranger under the provider's key name.
pub(crate) fn forged(claims: &Value) -> String {
    format!("Bearer {}", sign([9; 32], &header(), claims))
}

/// What a tool makes of the header that the authorizer set.
pub(crate) fn verify(token: &str, tool: &str, arguments: &Value) -> Result<Caller, Rejection> {
    let arguments = arguments.as_object().unwrap();
    let keys = KeySet::parse(&json!({ "keys": [jwk(SIGNING_SEED, "current")] }).to_string()).unwrap();
    let presented = Presented::among([("Txn-Token", token)]).unwrap();
    let verifier = Verifier::new("stack", "profile", BindArguments::Required);
    verifier.verify(presented, &keys, Call { tool, arguments }, SystemTime::now())
}

/// A REQUEST event.
pub(crate) fn request(headers: &Value, body: &Value) -> Value {
    json!({
        "interceptorInputVersion": "1.0",
        "mcp": {
            "rawGatewayRequest": { "body": body.to_string() },
            "gatewayRequest": { "path": "/mcp", "httpMethod": "POST", "headers": headers, "body": body, "context": null },
            "gatewayResponse": null,
        },
    })
}

/// A RESPONSE event.
pub(crate) fn response(headers: &Value, request_body: &Value, body: &Value) -> Value {
    let mut event = request(headers, request_body);
    event["mcp"]["gatewayResponse"] = json!({ "statusCode": 200, "headers": {}, "body": body });
    event
}

fn identity_provider(issuer: &str, outside: &Arc<Outside>) -> Router {
    let document = json!({ "issuer": issuer, "jwks_uri": format!("{issuer}/jwks") });
    let outside = Arc::clone(outside);
    Router::new().route("/.well-known/openid-configuration", get(async || Json(document))).route(
        "/jwks",
        get(async move || {
            outside.keys_served.fetch_add(1, Ordering::Relaxed);
            let keys = json!({ "keys": [provider_jwk()] });
            if outside.no_keys.load(Ordering::Relaxed) { Err(StatusCode::SERVICE_UNAVAILABLE) } else { Ok(Json(keys)) }
        }),
    )
}

fn secrets_manager(outside: &Arc<Outside>) -> Router {
    let outside = Arc::clone(outside);
    let answer = async move |Json(request): Json<Value>| {
        if outside.no_secrets.load(Ordering::Relaxed) {
            return (StatusCode::BAD_REQUEST, Json(json!({ "__type": "AccessDeniedException" })));
        }
        let secret = if request["SecretId"] == "signing" {
            let mut key = jwk(SIGNING_SEED, "current");
            key["d"] = URL_SAFE_NO_PAD.encode(SIGNING_SEED).into();
            json!({ "current": key })
        } else {
            let mut control = outside.control.lock().unwrap().clone();
            control["mcp_url"] = MCP_URL.into();
            control
        };
        (StatusCode::OK, Json(json!({ "SecretString": secret.to_string() })))
    };
    // The SDK sends application/x-amz-json-1.1.
    let answer = async move |body: String| answer(Json(serde_json::from_str(&body).unwrap())).await;
    Router::new().route("/", post(answer))
}

async fn listen() -> (tokio::net::TcpListener, String) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    (listener, url)
}

fn serve(listener: tokio::net::TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await });
}

fn jwk(seed: [u8; 32], kid: &str) -> Value {
    let key = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let x = URL_SAFE_NO_PAD.encode(key.public_key());
    json!({ "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": x })
}

fn header() -> Value {
    json!({ "alg": "EdDSA", "typ": "JWT", "kid": "current" })
}

fn sign(seed: [u8; 32], header: &Value, claims: &Value) -> String {
    let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let input = format!("{}.{}", encode(header), encode(claims));
    let signature = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap().sign(input.as_bytes());
    format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature))
}

pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}
