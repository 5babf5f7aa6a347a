//! From a token to claims.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::clock::{Clock, SystemClock};
use crate::fetch::Fetcher;
use crate::key_store::KeyStore;
use crate::unverified::Unverified;
use crate::{AccessToken, AudienceRule, Claims, ClientClaim, ConfigurationError, DiscoveryUrl, Profile, Rejection};

/// An issuer whose tokens count here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedIssuer {
    /// Where it says who it is.
    pub discovery_url: DiscoveryUrl,
    /// How its access tokens look.
    pub profile: Profile,
    /// Where they name the client.
    pub client_claim: ClientClaim,
}

struct Issuer {
    profile: Profile,
    client_claim: ClientClaim,
    keys: Arc<KeyStore>,
}

/// Verifies access tokens of the trusted issuers. Made once; shared by all calls.
pub struct Verifier {
    issuers: Vec<Issuer>,
    clock: Arc<dyn Clock>,
}

impl Verifier {
    /// Fetches nothing yet: a provider that is down must not keep the function from starting.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoTrustedIssuer`], [`ConfigurationError::DuplicateIssuer`], [`ConfigurationError::Tls`].
    pub fn new(trusted: Vec<TrustedIssuer>) -> Result<Self, ConfigurationError> {
        Self::with_clock(trusted, Arc::new(SystemClock))
    }

    pub(crate) fn with_clock(trusted: Vec<TrustedIssuer>, clock: Arc<dyn Clock>) -> Result<Self, ConfigurationError> {
        let fetcher = Fetcher::new()?;
        let mut issuers: Vec<Issuer> = Vec::with_capacity(trusted.len());
        for TrustedIssuer { discovery_url, profile, client_claim } in trusted {
            if issuers.iter().any(|issuer| *issuer.keys.source() == discovery_url) {
                return Err(ConfigurationError::DuplicateIssuer);
            }
            let keys = KeyStore::new(discovery_url, fetcher.clone(), Arc::clone(&clock));
            issuers.push(Issuer { profile, client_claim, keys: Arc::new(keys) });
        }
        if issuers.is_empty() {
            return Err(ConfigurationError::NoTrustedIssuer);
        }
        Ok(Self { issuers, clock })
    }

    /// Starts to fetch the keys of every issuer at once and waits for them for `budget` at most.
    ///
    /// Whatever fails or is late is fetched when a token needs it. Must be called on a Tokio runtime.
    pub async fn prefetch(&self, budget: Duration) {
        let mut fetches = JoinSet::new();
        for issuer in &self.issuers {
            let keys = Arc::clone(&issuer.keys);
            fetches.spawn(async move { keys.published().await.is_ok() });
        }
        // The outcome is in the stores; a late fetch goes on in its own task.
        let _ = timeout(budget, fetches.join_all()).await;
    }

    /// The claims of the token, if a trusted issuer signed it as an access token for the audience of `rule`.
    ///
    /// Waits for keys for `budget` at most, and mostly not at all. Must be called on a Tokio runtime.
    ///
    /// # Errors
    ///
    /// The first [`Rejection`] in the order: form, header, issuer, times, key, signature, audience, kind. What needs no
    /// key is judged first, so that a token which cannot pass costs no fetch.
    pub async fn verify(
        &self,
        token: &AccessToken,
        rule: &AudienceRule,
        budget: Duration,
    ) -> Result<Claims, Rejection> {
        let token = Unverified::read(token)?;
        let issuer = self
            .issuers
            .iter()
            .find(|issuer| issuer.keys.source().may_speak_for(token.issuer()))
            .ok_or(Rejection::UnknownIssuer)?;
        token.validity.check(self.clock.now().as_secs())?;
        let key = timeout(budget, issuer.keys.find(token.issuer(), &token.header))
            .await
            .map_err(|_| Rejection::KeysUnavailable)??;
        Claims::judge(token.verify(&key)?, issuer.profile.rules(), issuer.client_claim, rule)
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuers = self.issuers.iter().map(|issuer| issuer.keys.source().as_str());
        formatter.debug_tuple("Verifier").field(&issuers.collect::<Vec<_>>()).finish()
    }
}
