//! From a token to claims.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::clock::{Clock, SystemClock, unix_seconds};
use crate::fetch::Fetcher;
use crate::header::Header;
use crate::jwk::Key;
use crate::key_set::KeySet;
use crate::key_store::KeyStore;
use crate::unverified::Unverified;
use crate::{AccessToken, AudienceRule, Claims, ConfigurationError, Rejection, TrustedIssuer};

struct Issuer {
    trusted: TrustedIssuer,
    keys: Keys,
}

/// Where the keys of an issuer come from.
enum Keys {
    Fetched(Arc<KeyStore>),
    Pinned(Arc<KeySet>),
}

impl Keys {
    async fn find(&self, issuer: &str, header: &Header, budget: Duration) -> Result<Arc<Key>, Rejection> {
        match self {
            Self::Fetched(store) => store.find(issuer, header, budget).await,
            Self::Pinned(set) => set.find(issuer, header),
        }
    }
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
        for trusted in trusted {
            let discovery_url = trusted.discovery_url();
            if issuers.iter().any(|issuer| issuer.trusted.discovery_url() == discovery_url) {
                return Err(ConfigurationError::DuplicateIssuer);
            }
            let keys = if let Some(pinned) = trusted.pinned_keys() {
                let discovery_url = discovery_url.as_str();
                tracing::warn!(discovery_url, "the issuer's keys are pinned: its rotations do not reach here");
                Keys::Pinned(Arc::clone(pinned.set()))
            } else {
                Keys::Fetched(Arc::new(KeyStore::new(&trusted, fetcher.clone(), Arc::clone(&clock))))
            };
            issuers.push(Issuer { trusted, keys });
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
            if let Keys::Fetched(store) = &issuer.keys {
                let store = Arc::clone(store);
                fetches.spawn(async move { store.prefetch(budget).await });
            }
        }
        fetches.join_all().await;
    }

    /// The claims of the token, if a trusted issuer signed it as an access token for the audience of `rule`.
    ///
    /// Waits for keys for `budget` at most, and mostly not at all; with a budget of zero it never waits, nor fetches
    /// what it would have to wait for. Must be called on a Tokio runtime.
    ///
    /// # Errors
    ///
    /// The first [`Rejection`] in the order: form, header, issuer, type, times, key, signature, audience, kind. What comes
    /// before the key costs no fetch.
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
            .find(|issuer| issuer.trusted.discovery_url().may_speak_for(token.issuer()))
            .ok_or(Rejection::UnknownIssuer)?;
        let rules = issuer.trusted.profile().rules();
        (rules.header)(&token.jose)?;
        token.validity.check(unix_seconds(self.clock.now()))?;
        let key = issuer.keys.find(token.issuer(), &token.header, budget).await?;
        Claims::judge(token.verify(&key)?, rules, rule)
    }

    /// Returns once no fetch runs, so that a test knows what was fetched.
    #[cfg(test)]
    pub(crate) async fn at_rest(&self) {
        for issuer in &self.issuers {
            if let Keys::Fetched(store) = &issuer.keys {
                store.at_rest().await;
            }
        }
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let issuers = self.issuers.iter().map(|issuer| issuer.trusted.discovery_url().as_str());
        formatter.debug_tuple("Verifier").field(&issuers.collect::<Vec<_>>()).finish()
    }
}
