//! The keys of one issuer over time.
//!
//! Anybody can send a token with an invented key identifier, and a provider can be down. Neither may turn calls to us
//! into calls to the provider, nor keep a withdrawn key alive:
//!
//! 1. One fetch at a time. Whoever waited for it looks again before starting another.
//! 2. A fetch is a task of its own. A caller who runs out of time or hangs up stops waiting; the fetch goes on within
//!    its own bounds, so that nobody can spoil it for the others or start it over and over.
//! 3. After a failure, none for 5 s. For an unknown key, none until the set is 30 s old.
//! 4. A set replaces the one before it whole, discovery included, and is not used beyond an hour (a set that is only
//!    added to keeps every key for ever). There is no grace: no newer set means no verification.

use std::error::Error;
use std::iter::successors;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use tokio::sync::Mutex;

use crate::Rejection;
use crate::clock::Clock;
use crate::discovery::{DiscoveryUrl, Metadata};
use crate::fetch::{FetchError, Fetcher};
use crate::header::Header;
use crate::jwk::Key;
use crate::key_set::KeySet;

const MAX_AGE: Duration = Duration::from_secs(60 * 60);
const UNKNOWN_KEY_COOL_DOWN: Duration = Duration::from_secs(30);
const FAILURE_COOL_DOWN: Duration = Duration::from_secs(5);

pub(crate) struct KeyStore {
    source: DiscoveryUrl,
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    published: ArcSwapOption<Published>,
    /// Held as long as a fetch runs; holds the time of the last failure, if nothing succeeded since.
    failed_at: Arc<Mutex<Option<Duration>>>,
}

/// What the issuer had published when it was last asked.
pub(crate) struct Published {
    issuer: String,
    keys: KeySet,
    fetched_at: Duration,
}

impl Published {
    /// The key, if the token's issuer is this one to the byte.
    fn find(&self, issuer: &str, header: &Header) -> Result<Arc<Key>, Rejection> {
        if self.issuer == issuer { self.keys.find(header) } else { Err(Rejection::UnknownIssuer) }
    }
}

impl KeyStore {
    pub(crate) fn new(source: DiscoveryUrl, fetcher: Fetcher, clock: Arc<dyn Clock>) -> Self {
        Self { source, fetcher, clock, published: ArcSwapOption::empty(), failed_at: Arc::default() }
    }

    pub(crate) fn source(&self) -> &DiscoveryUrl {
        &self.source
    }

    /// The key that the token of `issuer` names. Waits for a fetch if there is no other way; the caller sets the limit.
    pub(crate) async fn find(self: &Arc<Self>, issuer: &str, header: &Header) -> Result<Arc<Key>, Rejection> {
        let published = self.published().await?;
        match published.find(issuer, header) {
            Err(Rejection::UnknownKey) if !self.is_within(published.fetched_at, UNKNOWN_KEY_COOL_DOWN) => {
                self.replace(Some(&published)).await?.find(issuer, header)
            }
            outcome => outcome,
        }
    }

    /// What the issuer published within the last hour.
    pub(crate) async fn published(self: &Arc<Self>) -> Result<Arc<Published>, Rejection> {
        match self.current() {
            Some(published) => Ok(published),
            None => self.replace(None).await,
        }
    }

    fn current(&self) -> Option<Arc<Published>> {
        self.published.load_full().filter(|published| self.is_within(published.fetched_at, MAX_AGE))
    }

    /// Fetches anew, unless somebody else just replaced `unsuitable`, or a failure is too recent.
    async fn replace(self: &Arc<Self>, unsuitable: Option<&Arc<Published>>) -> Result<Arc<Published>, Rejection> {
        let mut failed_at = Arc::clone(&self.failed_at).lock_owned().await;
        let replaced = |published: &Arc<Published>| unsuitable.is_none_or(|old| !Arc::ptr_eq(old, published));
        if let Some(published) = self.current().filter(replaced) {
            return Ok(published);
        }
        if failed_at.is_some_and(|at| self.is_within(at, FAILURE_COOL_DOWN)) {
            return Err(Rejection::KeysUnavailable);
        }
        let store = Arc::clone(self);
        let fetch = tokio::spawn(async move {
            let outcome = store.fetch().await;
            *failed_at = outcome.is_err().then(|| store.clock.now());
            let published = Arc::new(outcome.inspect_err(|error| store.report(error)).ok()?);
            store.published.store(Some(Arc::clone(&published)));
            Some(published)
        });
        fetch.await.ok().flatten().ok_or(Rejection::KeysUnavailable)
    }

    async fn fetch(&self) -> Result<Published, KeysError> {
        let document = self.fetcher.object(self.source.url().clone()).await;
        let document = document.map_err(KeysError::Discovery)?;
        let metadata = Metadata::read(&document, &self.source).ok_or(KeysError::Metadata)?;
        let set = self.fetcher.object(metadata.jwks_uri).await.map_err(KeysError::Set)?;
        Ok(Published {
            issuer: metadata.issuer,
            keys: KeySet::read(&set).ok_or(KeysError::NotASet)?,
            fetched_at: self.clock.now(),
        })
    }

    /// A fetch carries no credentials, so that its error can be told with all its causes.
    fn report(&self, error: &KeysError) {
        let causes = successors(Some(error as &(dyn Error + 'static)), |error| (*error).source());
        let causes = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        tracing::warn!(discovery_url = self.source.as_str(), causes, "the issuer's keys could not be read");
    }

    /// A clock that was set back counts as "long ago": a set is then too old, and a cool-down over.
    fn is_within(&self, since: Duration, limit: Duration) -> bool {
        self.clock.now().checked_sub(since).is_some_and(|age| age < limit)
    }
}

/// Why an issuer's keys are not known. Goes to the log; the caller learns that it may try again.
#[derive(Debug, thiserror::Error)]
enum KeysError {
    #[error("the discovery document cannot be read")]
    Discovery(#[source] FetchError),
    #[error("the discovery document names another issuer, or a `jwks_uri` that is not https")]
    Metadata,
    #[error("the key set is not one of at most 32 keys")]
    NotASet,
    #[error("the key set cannot be read")]
    Set(#[source] FetchError),
}
