//! The keys of one issuer over time.
//!
//! Anybody can send a token with an invented key identifier, a provider can be down, and Lambda freezes a function
//! between two calls for as long as it likes. None of them may turn calls to us into calls to the provider, nor keep a
//! withdrawn key alive:
//!
//! 1. One fetch at a time. Whoever waited for it looks again before starting another.
//! 2. A fetch is a task of its own. A caller who runs out of time or hangs up stops waiting; the fetch goes on within
//!    its own bounds, so that nobody can spoil it for the others or start it over and over.
//! 3. From the start of one fetch to that of the next it is 30 s at least, 5 s while there are no keys to serve,
//!    whatever became of the first one and whatever the reason for the second.
//! 4. A set replaces the one before it whole, discovery included, and is not used beyond an hour (a set that is only
//!    added to keeps every key for ever). Its age counts from when it was asked for: an answer that lay in a frozen
//!    function is as old as the question.
//! 5. A set that is 5 minutes old is fetched anew behind the call that finds it so, and nobody waits. A withdrawn key
//!    is gone soon where there are calls, and an outage of most of an hour goes unnoticed. `Cache-Control` is not read:
//!    the providers' own figures are hours, and a smaller one would gain nothing on this.
//! 6. A stale window, off unless configured, keeps the last set in use while the provider cannot be read.

use std::error::Error;
use std::iter::successors;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwapOption;
use refreshed::Moment;
use strict_json::Object;
use tokio::sync::{Mutex, OwnedMutexGuard};
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::clock::Clock;
use crate::discovery::{DiscoveryUrl, Metadata};
use crate::fetch::{FetchError, Fetcher};
use crate::header::Header;
use crate::jwk::Key;
use crate::key_set::KeySet;
use crate::{Rejection, TrustedIssuer};

const MAX_AGE: Duration = Duration::from_secs(60 * 60);
const PERIOD: Duration = Duration::from_secs(5 * 60);
const COOL_DOWN: Duration = Duration::from_secs(30);
const COOL_DOWN_WITHOUT_KEYS: Duration = Duration::from_secs(5);

/// The fetch that runs and the one after it, with two documents of two seconds each, are over by then.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

pub(crate) struct KeyStore {
    source: DiscoveryUrl,
    expected_keys: Option<Url>,
    stale_window: Duration,
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    held: ArcSwapOption<Held>,
    /// The start of the last fetch that failed.
    failed_at: ArcSwapOption<Moment>,
    /// The start of the last fetch. Held as long as one runs; noted before it begins, so that no way to end counts less.
    attempted_at: Arc<Mutex<Option<Moment>>>,
}

struct Held {
    keys: KeySet,
    asked_at: Moment,
}

impl KeyStore {
    pub(crate) fn new(trusted: &TrustedIssuer, fetcher: Fetcher, clock: Arc<dyn Clock>) -> Self {
        Self {
            source: trusted.discovery_url().clone(),
            expected_keys: trusted.expected_keys(),
            stale_window: trusted.stale_window(),
            fetcher,
            clock,
            held: ArcSwapOption::empty(),
            failed_at: ArcSwapOption::empty(),
            attempted_at: Arc::default(),
        }
    }

    /// The key that the token of `issuer` names. Waits for a fetch, for `budget` at most, if there is no other way.
    pub(crate) async fn find(
        self: &Arc<Self>,
        issuer: &str,
        header: &Header,
        budget: Duration,
    ) -> Result<Arc<Key>, Rejection> {
        let deadline = Instant::now() + budget.min(LONGEST_WAIT);
        let held = self.held(deadline).await?;
        match held.keys.find(issuer, header) {
            Err(Rejection::UnknownKey) if self.age(held.asked_at) >= COOL_DOWN => {
                self.replace(Some(&held), deadline).await?.keys.find(issuer, header)
            }
            outcome => outcome,
        }
    }

    /// Waits for keys, for `budget` at most, unless there are some.
    pub(crate) async fn prefetch(self: &Arc<Self>, budget: Duration) {
        // The outcome is in the store and in the log.
        let _ = self.held(Instant::now() + budget.min(LONGEST_WAIT)).await;
    }

    async fn held(self: &Arc<Self>, deadline: Instant) -> Result<Arc<Held>, Rejection> {
        let Some(held) = self.usable() else {
            return self.replace(None, deadline).await;
        };
        if self.age(held.asked_at) >= PERIOD
            && let Ok(attempted_at) = Arc::clone(&self.attempted_at).try_lock_owned()
        {
            self.start(attempted_at);
        }
        Ok(held)
    }

    /// What may be verified with. A failure counts until the refresh after it would have been due.
    fn usable(&self) -> Option<Arc<Held>> {
        let fails = || self.failed_at.load().as_deref().is_some_and(|at| self.age(*at) < PERIOD);
        self.held.load_full().filter(|held| match self.age(held.asked_at) {
            age if age < MAX_AGE => true,
            age => age < MAX_AGE + self.stale_window && fails(),
        })
    }

    /// Other keys than the unsuitable ones, fetched unless somebody else just did, or the last fetch is too recent.
    async fn replace(
        self: &Arc<Self>,
        unsuitable: Option<&Arc<Held>>,
        deadline: Instant,
    ) -> Result<Arc<Held>, Rejection> {
        let suitable = || self.usable().filter(|held| unsuitable.is_none_or(|old| !Arc::ptr_eq(old, held)));
        let fetched = async {
            let attempted_at = Arc::clone(&self.attempted_at).lock_owned().await;
            if let Some(held) = suitable() {
                return Some(held);
            }
            self.start(attempted_at)?.await.ok()?;
            suitable()
        };
        // Who has no time left starts nothing.
        if deadline <= Instant::now() {
            return Err(Rejection::KeysUnavailable);
        }
        timeout_at(deadline, fetched).await.ok().flatten().ok_or(Rejection::KeysUnavailable)
    }

    /// Fetches in a task of its own, unless the last fetch is too recent.
    fn start(self: &Arc<Self>, mut attempted_at: OwnedMutexGuard<Option<Moment>>) -> Option<JoinHandle<()>> {
        let now = self.clock.now();
        let cool_down = if self.usable().is_some() { COOL_DOWN } else { COOL_DOWN_WITHOUT_KEYS };
        if attempted_at.is_some_and(|at| at.age(now) < cool_down) {
            return None;
        }
        *attempted_at = Some(now);
        let store = Arc::clone(self);
        Some(tokio::spawn(async move {
            match store.fetch().await {
                Ok(keys) => store.held.store(Some(Arc::new(Held { keys, asked_at: now }))),
                Err(error) => {
                    store.failed_at.store(Some(Arc::new(now)));
                    store.report(&error);
                }
            }
            drop(attempted_at);
        }))
    }

    async fn fetch(&self) -> Result<KeySet, KeysError> {
        // A first call waits for both: at once, where it is known beforehand where the keys will be.
        let (metadata, expected) = tokio::join!(self.metadata(), self.expected_set());
        let metadata = metadata?;
        let set = match expected {
            Some((url, set)) if url == metadata.jwks_uri => set,
            _ => self.fetcher.object(metadata.jwks_uri).await,
        };
        KeySet::read(&metadata.issuer, &set.map_err(KeysError::Set)?).ok_or(KeysError::NotASet)
    }

    async fn metadata(&self) -> Result<Metadata, KeysError> {
        let document = self.fetcher.object(self.source.url().clone()).await;
        Metadata::read(&document.map_err(KeysError::Discovery)?, &self.source).ok_or(KeysError::Metadata)
    }

    async fn expected_set(&self) -> Option<(Url, Result<Object, FetchError>)> {
        let url = self.expected_keys.clone()?;
        let set = self.fetcher.object(url.clone()).await;
        Some((url, set))
    }

    /// A fetch carries no credentials, so that its error can be told with all its causes.
    fn report(&self, error: &KeysError) {
        let causes = successors(Some(error as &(dyn Error + 'static)), |error| (*error).source());
        let causes = causes.map(ToString::to_string).collect::<Vec<_>>().join(": ");
        let serving = match self.usable() {
            Some(held) if self.age(held.asked_at) >= MAX_AGE => "stale keys",
            Some(_) => "known keys",
            None => "none",
        };
        let discovery_url = self.source.as_str();
        tracing::warn!(discovery_url, causes, serving, "the issuer's keys could not be read");
    }

    fn age(&self, since: Moment) -> Duration {
        since.age(self.clock.now())
    }

    /// Returns once no fetch runs.
    #[cfg(test)]
    pub(crate) async fn at_rest(&self) {
        drop(self.attempted_at.lock().await);
    }
}

/// Why an issuer's keys are not known. Goes to the log; the caller learns that it may try again.
#[derive(Debug, thiserror::Error)]
enum KeysError {
    #[error("the discovery document cannot be read")]
    Discovery(#[source] FetchError),
    #[error("the discovery document names another issuer, or a `jwks_uri` that is not plain https")]
    Metadata,
    #[error("the key set is not one of at most 32 keys")]
    NotASet,
    #[error("the key set cannot be read")]
    Set(#[source] FetchError),
}
