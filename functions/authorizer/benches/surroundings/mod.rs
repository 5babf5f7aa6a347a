//! What the authorizer needs around it: an identity provider with a key of each algorithm, and a Secrets Manager.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use axum::Router;
use axum::routing::{get, post};
use serde_json::{Value, json};
use signer::{Signer, base64url};
use tokio::net::TcpListener;

#[allow(dead_code, unreachable_pub, reason = "the tests of the crate use all of it")]
#[path = "../../../../shared/access-token/src/tests/signer.rs"]
mod signer;

/// The address of the gateway.
pub(crate) const AUDIENCE: &str = "https://gateway.example/mcp";

/// Where Cognito has its keys, which the authorizer knows.
const KEYS: &str = "/.well-known/jwks.json";

/// They serve from a thread of their own, on loopback, as long as the process lives.
pub(crate) struct Surroundings {
    url: String,
    signers: [Signer; 3],
}

impl Surroundings {
    /// Surroundings of which every answer is so late.
    pub(crate) fn start(delay: Duration) -> Self {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let surroundings = Self { url, signers: [Signer::rs256(), Signer::p256(), Signer::ed25519()] };
        let router = surroundings.router(delay);
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { axum::serve(TcpListener::from_std(listener).unwrap(), router).await.unwrap() });
        });
        surroundings
    }

    fn router(&self, delay: Duration) -> Router {
        let late = move |body: Value| async move {
            tokio::time::sleep(delay).await;
            body.to_string()
        };
        let discovery = json!({ "issuer": self.url, "jwks_uri": format!("{}{KEYS}", self.url) });
        let jwks = self.jwks();
        let secret = move |request: String| async move {
            let request: Value = serde_json::from_str(&request).unwrap();
            late(json!({ "SecretString": secret(request["SecretId"].as_str().unwrap()).to_string() })).await
        };
        Router::new()
            .route("/.well-known/openid-configuration", get(move || late(discovery)))
            .route(KEYS, get(move || late(jwks)))
            .route("/", post(secret))
    }

    /// The environment of the authorizer, which permits a call of `profile___who_am_i`.
    pub(crate) fn variables(&self) -> BTreeMap<&'static str, String> {
        let discovery_url = format!("{}/.well-known/openid-configuration", self.url);
        let variables = [
            ("ALLOWED_SCOPES", "countersign/tools"),
            ("AUDIT_DETAIL", "standard"),
            ("AWS_ACCESS_KEY_ID", "test"),
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", &self.url),
            ("AWS_REGION", "test"),
            ("AWS_SECRET_ACCESS_KEY", "test"),
            ("CONTROL_SECRET", "control"),
            ("DISCOVERY_URL", &discovery_url),
            ("FORWARDED_GROUPS", "*"),
            ("PERMITTED_TOOLS", "profile___who_am_i"),
            ("PROVIDER_PROFILE", "cognito"),
            ("SIGNING_SECRET", "signing"),
            ("TRUST_DOMAIN", "stack"),
        ];
        variables.map(|(name, value)| (name, value.to_owned())).into()
    }

    #[allow(dead_code, reason = "of one bench alone")]
    pub(crate) fn issuer(&self) -> &str {
        &self.url
    }

    pub(crate) fn jwks(&self) -> Value {
        json!({ "keys": self.signers.each_ref().map(|signer| signer.jwk(signer.algorithm())) })
    }

    /// For each algorithm its name and a token of about a kilobyte, as those of Cognito or Entra ID are.
    pub(crate) fn tokens(&self) -> [(&'static str, String); 3] {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let claims = json!({
            "iss": self.url, "sub": "6d3a91f0-52c7-4d0e-9f2b-8c1d7be0a401", "aud": AUDIENCE, "client_id": "assistant",
            "scope": "openid profile email countersign/tools", "iat": now, "exp": now + 3600, "auth_time": now,
            "jti": "0e6f1a3c-9a55-4d9e-b8d2-1c1f4f7a2d11", "origin_jti": "5f0c7a52-3f5e-4b7e-8f51-2a8a6b1f9c03",
            "username": "alice", "version": 2, "event_id": "9b0f4b8e-0f0c-4d6e-8a38-6a1c4c8d7f11",
            "token_use": "access", "cognito:groups": ["engineering", "support"],
        });
        self.signers.each_ref().map(|signer| {
            let header = json!({ "alg": signer.algorithm(), "kid": signer.algorithm() });
            (signer.algorithm(), signer.sign(header.to_string(), claims.to_string()))
        })
    }
}

fn secret(name: &str) -> Value {
    if name == "control" {
        return json!({ "mcp_url": AUDIENCE });
    }
    let seed = [8; 32];
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
    let (d, x) = (base64url(seed), base64url(pair.public_key()));
    json!({ "current": { "kty": "OKP", "crv": "Ed25519", "kid": "current", "d": d, "x": x } })
}

/// The REQUEST event of a call with this token.
pub(crate) fn event(token: &str) -> Vec<u8> {
    let body = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": { "name": "profile___who_am_i", "arguments": {} },
    });
    let headers = json!({
        "Authorization": format!("Bearer {token}"), "Accept": "application/json, text/event-stream",
        "Content-Type": "application/json", "Mcp-Protocol-Version": "2025-11-25", "User-Agent": "assistant/1.0",
    });
    let event = json!({
        "interceptorInputVersion": "1.0",
        "mcp": {
            "rawGatewayRequest": { "body": body.to_string() },
            "gatewayRequest": { "path": "/mcp", "httpMethod": "POST", "headers": headers, "body": body },
        },
    });
    event.to_string().into_bytes()
}
