//! The authorizer as it is deployed, with an identity provider and a Secrets Manager on loopback.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use agentcore::runtime::{Context, ErrorReply, Invocation};
use authorizer::{Authorizer, Configuration};
use aws_clients::SecretsManager;
use environment::Environment;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};
use transaction_token::KeySet;

use crate::Key;
use crate::server::serve;
use crate::token::filled;

const MCP_URL: &str = "https://gateway.example/mcp";
const API: &str = "https://api.example";

/// An authorizer that permits one tool, `profile___who_am_i`, to everybody who has signed in.
#[derive(Debug)]
pub struct World {
    authorizer: Authorizer,
    runtime: Runtime,
    /// Alice's access token for the gateway: `$TOKEN` in an input.
    pub token: String,
    /// Her access token for APIs: `$API_TOKEN`.
    pub api_token: String,
    /// What a tool verifies with.
    pub verification: KeySet,
}

impl World {
    /// With keys, tokens and servers of its own.
    #[must_use]
    pub fn start() -> Self {
        let (provider, signing) = (Key::generate(), Key::generate());
        let keys = json!({"keys": [provider.public_jwk()]}).to_string();
        let issuer = serve(move |host, path, _| match path {
            "/keys" => keys.clone(),
            _ => json!({"issuer": host, "jwks_uri": format!("{host}/keys")}).to_string(),
        });
        let secret = json!({"current": signing.private_jwk()}).to_string();
        let control = json!({"mcp_url": MCP_URL}).to_string();
        let secrets = serve(move |_, _, request| {
            let request: Value = serde_json::from_str(request).unwrap_or_default();
            let text = if request["SecretId"] == "signing" { &secret } else { &control };
            json!({"SecretString": text}).to_string()
        });
        let environment = Environment::new(|name| {
            let value = match name {
                "DISCOVERY_URL" => format!("{issuer}/.well-known/openid-configuration"),
                "PROVIDER_PROFILE" => "generic".to_owned(),
                "PERMITTED_TOOLS" => "profile___who_am_i".to_owned(),
                "ALLOWED_SCOPES" | "API_SCOPES" => "tools".to_owned(),
                "API_AUDIENCE" => API.to_owned(),
                "FORWARDED_GROUPS" => "*".to_owned(),
                "AUDIT_DETAIL" => "standard".to_owned(),
                "TRUST_DOMAIN" => "stack".to_owned(),
                "SIGNING_SECRET" => "signing".to_owned(),
                "CONTROL_SECRET" => "control".to_owned(),
                "AWS_ENDPOINT_URL_SECRETS_MANAGER" => secrets.clone(),
                "AWS_REGION" | "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => "test".to_owned(),
                _ => return None,
            };
            Some(value)
        });
        let configuration = Configuration::read(&environment).expect("a configuration");
        let client = SecretsManager::new(&environment).expect("a client");
        let authorizer = Authorizer::new(configuration, &client).expect("an authorizer");
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(authorizer.prefetch());

        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs();
        let token = |audience: &str| {
            let claims = json!({
                "iss": issuer, "sub": "alice", "aud": audience, "client_id": "assistant", "scope": "tools",
                "iat": now, "exp": now + 24 * 60 * 60, "groups": ["engineering"],
            });
            provider.sign(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"current"}"#, &claims.to_string())
        };
        let verification = KeySet::parse(&json!({"keys": [signing.public_jwk()]}).to_string()).expect("a key set");
        Self { token: token(MCP_URL), api_token: token(API), authorizer, runtime, verification }
    }

    /// The event that an input describes.
    #[must_use]
    pub fn event(&self, input: &str) -> String {
        filled(input, &[("$API_TOKEN", &self.api_token), ("$TOKEN", &self.token)])
    }

    /// What the authorizer makes of an event.
    ///
    /// # Errors
    ///
    /// As the function itself.
    pub fn answer(&self, event: &str) -> Result<Vec<u8>, ErrorReply> {
        let context = Context::new("request", Instant::now() + Duration::from_secs(10));
        let invocation = Invocation { event: event.to_owned().into(), context };
        self.runtime.block_on(self.authorizer.answer(invocation))
    }
}
