//! An identity provider on loopback with an RS256 key.

use std::sync::LazyLock;
use std::time::SystemTime;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use axum::Router;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::SCOPE;

/// Made once: it takes a while.
static KEY: LazyLock<KeyPair> = LazyLock::new(|| KeyPair::generate(KeySize::Rsa2048).unwrap());

const KEY_NAME: &str = "key-1";

pub(super) struct Issuer {
    pub(super) url: String,
}

impl Issuer {
    pub(super) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let discovery = json!({ "issuer": url, "jwks_uri": format!("{url}/keys") }).to_string();
        // PKCS #1: a sequence of the modulus (257 bytes, the first of them zero) and the exponent 65537.
        let der = KEY.public_key().as_ref();
        assert_eq!(der.len(), 270);
        let (n, e) = (base64url(&der[9..265]), base64url(&der[267..]));
        let key = json!({ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": KEY_NAME, "n": n, "e": e });
        let keys = json!({ "keys": [key] }).to_string();
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(|| async { discovery }))
            .route("/keys", get(|| async { keys }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url }
    }

    /// A good token of alice's, but for these claims; null leaves a claim out.
    pub(super) fn token(&self, changes: &Value) -> String {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs();
        let mut claims = json!({
            "iss": self.url,
            "sub": "alice",
            "aud": "http://gateway.example/mcp",
            "client_id": "assistant",
            "scope": SCOPE,
            "iat": now,
            "exp": now + 600,
        });
        let members = claims.as_object_mut().unwrap();
        for (name, value) in changes.as_object().unwrap() {
            members.insert(name.clone(), value.clone());
        }
        members.retain(|_, value| !value.is_null());
        sign(&claims)
    }
}

fn sign(claims: &Value) -> String {
    let header = json!({ "alg": "RS256", "typ": "at+jwt", "kid": KEY_NAME });
    let message = format!("{}.{}", base64url(header.to_string()), base64url(claims.to_string()));
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", base64url(signature))
}

pub(super) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
