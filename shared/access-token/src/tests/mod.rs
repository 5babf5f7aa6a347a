//! The rules, held against a provider on loopback with real keys. Time is set by hand; nothing waits for it.

mod audience;
mod bearer;
mod claims;
mod configuration;
mod form;
mod jwk;
mod key_store;
mod kind;
mod provider;
mod secrecy;
mod signature;
mod signer;
mod times;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::{
    AccessToken, AudienceRule, Claims, ClientClaim, DiscoveryUrl, Profile, Rejection, TrustedIssuer, Verifier,
};
use provider::Provider;
use signer::Signer;

const NOW: u64 = 1_800_000_000;
const AUDIENCE: &str = "https://gateway.example/mcp";
const KEY: &str = "key-1";
/// Long enough that no test of another rule meets it.
const BUDGET: Duration = Duration::from_secs(60);

/// A clock that stands still until it is set.
struct TestClock(AtomicU64);

impl Clock for TestClock {
    fn now(&self) -> Duration {
        Duration::from_secs(self.0.load(Ordering::Relaxed))
    }
}

/// One issuer, one Ed25519 key of it, and a verifier that trusts it and has fetched nothing yet.
struct Setup {
    clock: Arc<TestClock>,
    provider: Provider,
    signer: Signer,
    verifier: Verifier,
}

impl Setup {
    async fn new() -> Self {
        Self::with(Profile::Generic, Signer::ed25519()).await
    }

    async fn with(profile: Profile, signer: Signer) -> Self {
        let provider = Provider::start(&[signer.jwk(KEY)]).await;
        let clock = Arc::new(TestClock(NOW.into()));
        let verifier = Verifier::with_clock(vec![trusted(&provider, profile)], clock.clone()).unwrap();
        Self { clock, provider, signer, verifier }
    }

    /// A good access token's claims, with these changes; `null` takes a claim away.
    fn claims(&self, changes: Value) -> Value {
        let mut claims = json!({
            "iss": self.provider.issuer(), "username": "user-1", "sub": "user-1", "aud": AUDIENCE, "client_id": "assistant",
            "scope": "tools:read tools:write", "iat": NOW - 10, "exp": NOW + 3600,
        });
        merge(&mut claims, changes);
        claims
    }

    fn header(&self, changes: Value) -> Value {
        let mut header = json!({"alg": self.signer.algorithm(), "typ": "JWT", "kid": KEY});
        merge(&mut header, changes);
        header
    }

    fn token(&self, changes: Value) -> String {
        self.sign(&self.header(json!({})), &self.claims(changes))
    }

    fn token_with_header(&self, changes: Value) -> String {
        self.sign(&self.header(changes), &self.claims(json!({})))
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        self.signer.sign(&header.to_string(), &claims.to_string())
    }

    async fn verify(&self, token: &str) -> Result<Claims, Rejection> {
        self.verify_for(token, &AudienceRule::accept([AUDIENCE])).await
    }

    async fn verify_for(&self, token: &str, rule: &AudienceRule) -> Result<Claims, Rejection> {
        let token = AccessToken::from_authorization(&format!("Bearer {token}"))?;
        self.verifier.verify(&token, rule, BUDGET).await
    }

    /// The token is refused for exactly this, after so many reads of the key set.
    async fn refuses(&self, token: &str, expected: Rejection, fetches: usize) {
        assert_eq!(self.verify(token).await.unwrap_err(), expected);
        assert_eq!(self.provider.fetches(), (fetches, fetches));
    }

    fn advance(&self, seconds: u64) {
        self.clock.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

fn trusted(provider: &Provider, profile: Profile) -> TrustedIssuer {
    TrustedIssuer {
        discovery_url: DiscoveryUrl::parse(&provider.discovery_url()).unwrap(),
        profile,
        client_claim: ClientClaim::default(),
    }
}

fn merge(object: &mut Value, changes: Value) {
    let (Value::Object(object), Value::Object(changes)) = (object, changes) else {
        panic!("both are objects");
    };
    for (name, value) in changes {
        if value.is_null() {
            object.remove(&name);
        } else {
            object.insert(name, value);
        }
    }
}
