//! The rules, held against a provider on loopback with real keys. Time is set by hand; nothing waits for it.

mod audience;
mod bearer;
mod claims;
mod configuration;
mod expected_keys;
mod faults;
mod good_claims;
mod jwk;
mod key_store;
mod kind;
mod pinned_keys;
mod profile;
mod properties;
mod provider;
mod rotation;
mod signature;
mod signer;
mod times;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use refreshed::Moment;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::clock::Clock;
use crate::{AccessToken, AudienceRule, Claims, DiscoveryUrl, Profile, Rejection, TrustedIssuer, Verifier};
use good_claims::{good_claims, issuer_path, merge};
use provider::Provider;
use signer::Signer;

const NOW: u64 = 1_800_000_000;
const AUDIENCE: &str = "https://gateway.example/mcp";
const KEY: &str = "key-1";
/// Long enough that no test of another rule meets it.
const BUDGET: Duration = Duration::from_secs(60);

/// A pair of clocks that stand still until they are set.
struct TestClock {
    began: Instant,
    monotonic: AtomicU64,
    wall: AtomicU64,
}

impl TestClock {
    fn new() -> Arc<Self> {
        Arc::new(Self { began: Instant::now(), monotonic: 0.into(), wall: NOW.into() })
    }

    fn advance(&self, seconds: u64) {
        self.monotonic.fetch_add(seconds, Ordering::Relaxed);
        self.wall.fetch_add(seconds, Ordering::Relaxed);
    }

    /// As somebody who sets the clock does, and Lambda when it freezes a function.
    fn set_wall(&self, seconds: i64) {
        self.wall.fetch_add(seconds.cast_unsigned(), Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Moment {
        Moment {
            monotonic: self.began + Duration::from_secs(self.monotonic.load(Ordering::Relaxed)),
            wall: SystemTime::UNIX_EPOCH + Duration::from_secs(self.wall.load(Ordering::Relaxed)),
        }
    }
}

/// One issuer, one Ed25519 key of it, and a verifier that trusts it and has fetched nothing yet.
struct Setup {
    profile: Profile,
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
        Self::at(&issuer_path(profile), signer, |provider| trusted(provider, profile)).await
    }

    async fn trusting(signer: Signer, trusted: impl FnOnce(&Provider) -> TrustedIssuer) -> Self {
        Self::at("", signer, trusted).await
    }

    async fn at(path: &str, signer: Signer, trusted: impl FnOnce(&Provider) -> TrustedIssuer) -> Self {
        let provider = Provider::start_at(path, &[signer.jwk(KEY)]).await;
        Self::of(provider, signer, trusted)
    }

    fn of(provider: Provider, signer: Signer, trusted: impl FnOnce(&Provider) -> TrustedIssuer) -> Self {
        let clock = TestClock::new();
        let trusted = trusted(&provider);
        let profile = trusted.profile();
        let verifier = Verifier::with_clock(vec![trusted], clock.clone()).unwrap();
        Self { profile, clock, provider, signer, verifier }
    }

    /// A good access token's claims, with these changes; `null` takes a claim away.
    fn claims(&self, changes: Value) -> Value {
        let mut claims = good_claims(self.profile);
        merge(&mut claims, json!({"iss": self.provider.issuer(), "iat": NOW - 10, "exp": NOW + 3600}));
        merge(&mut claims, changes);
        claims
    }

    fn header(&self, changes: Value) -> Value {
        let media_type = if self.profile == Profile::SignIn { "at+jwt" } else { "JWT" };
        let mut header = json!({"alg": self.signer.algorithm(), "typ": media_type, "kid": KEY});
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
        self.signer.sign(header.to_string(), claims.to_string())
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
        self.clock.advance(seconds);
    }
}

fn trusted(provider: &Provider, profile: Profile) -> TrustedIssuer {
    TrustedIssuer::new(DiscoveryUrl::parse(&provider.discovery_url()).unwrap(), profile).unwrap()
}
