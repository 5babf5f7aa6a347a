//! Documents that were fetched, kept for a while.
//!
//! Whoever opens an authorization URL can name any document. So one URL is fetched once at a time and a few in all, also
//! when nobody waits for it any more; a failure is kept for half a minute, and the number of those kept is bounded. What
//! strangers ask for must not take away what is known of a client: its last good document outlives a failure.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, OwnedMutexGuard, Semaphore};
use tokio::time::timeout;
use url::Url;

use super::Client;
use super::document::{self, DocumentError};
use super::fetch::{FetchPolicy, Fetcher};
use crate::ConfigurationError;
use crate::clock::Clock;

/// One fetch, once it has begun.
const BUDGET: Duration = Duration::from_secs(3);
/// One request: its turn, and the fetch.
const PATIENCE: Duration = Duration::from_secs(6);
const AT_ONCE: usize = 8;
const MAX_KEPT: usize = 256;

/// How long a document is kept that does not say, in seconds.
const DEFAULT_AGE: u64 = 60 * 60;
const MAX_AGE: u64 = 24 * 60 * 60;
/// Also of one that must not be kept: those who asked while it was fetched share it.
const MIN_AGE: u64 = 10;
const FAILURE_AGE: u64 = 30;

pub(crate) struct Documents {
    policy: FetchPolicy,
    fetcher: Fetcher,
    clock: Arc<dyn Clock>,
    slots: StdMutex<HashMap<Url, Arc<Slot>>>,
    permits: Semaphore,
}

/// Held while the document is fetched: who comes meanwhile shares what it brought.
type Slot = Mutex<Option<Kept>>;

struct Kept {
    outcome: Result<Good, DocumentError>,
    until: u64,
}

/// A document that was in order.
#[derive(Clone)]
struct Good {
    client: Arc<Client>,
    fetched_at: u64,
}

impl Documents {
    pub(crate) fn new(policy: FetchPolicy, clock: Arc<dyn Clock>) -> Result<Self, ConfigurationError> {
        Ok(Self::with_fetcher(policy, Fetcher::new(policy)?, clock))
    }

    pub(super) fn with_fetcher(policy: FetchPolicy, fetcher: Fetcher, clock: Arc<dyn Clock>) -> Self {
        Self { policy, fetcher, clock, slots: StdMutex::default(), permits: Semaphore::new(AT_ONCE) }
    }

    /// Whether this identifier can be that of a document.
    pub(crate) fn may_name(&self, id: &str) -> bool {
        self.policy.admit(id).is_some()
    }

    /// The client that a document describes.
    pub(crate) async fn find(self: &Arc<Self>, id: &str) -> Result<Arc<Client>, DocumentError> {
        let url = self.policy.admit(id).ok_or(DocumentError::Connection)?;
        let slot = self.slot(&url)?;
        let found = async {
            let mut kept = slot.lock_owned().await;
            if !is_fresh(kept.as_ref(), self.clock.now()) {
                // In a task of its own: a request that is given up must not free the way for another fetch.
                let documents = Arc::clone(self);
                let renewal = tokio::spawn(async move {
                    documents.renew(url, &mut kept).await;
                    kept
                });
                kept = renewal.await.map_err(|_| DocumentError::Busy)?;
            }
            outcome(kept.as_ref())
        };
        timeout(PATIENCE, found).await.unwrap_or(Err(DocumentError::Timeout))
    }

    async fn renew(&self, url: Url, kept: &mut OwnedMutexGuard<Option<Kept>>) {
        let fetched = match timeout(BUDGET, self.permits.acquire()).await {
            Ok(Ok(_permit)) => timeout(BUDGET, self.fetch(url)).await.unwrap_or(Err(DocumentError::Timeout)),
            Ok(Err(_)) | Err(_) => Err(DocumentError::Busy),
        };
        let now = self.clock.now();
        let last_good = kept.take().and_then(|kept| kept.outcome.ok()).filter(|good| good.is_usable(now));
        **kept = match (fetched, last_good) {
            (Ok((client, age)), _) => {
                let good = Good { client: Arc::new(client), fetched_at: now };
                Some(Kept { outcome: Ok(good), until: now.saturating_add(age) })
            }
            (Err(error), last_good) => {
                // The URL is the caller's text, and stays out of the log.
                tracing::info!(%error, "a client id metadata document cannot be used");
                let outcome = last_good.ok_or(error);
                // That its turn did not come says nothing about a document.
                let is_telling = !matches!(outcome, Err(DocumentError::Busy));
                let end = outcome.as_ref().map_or(u64::MAX, |good| good.fetched_at.saturating_add(MAX_AGE));
                is_telling.then(|| Kept { outcome, until: now.saturating_add(FAILURE_AGE).min(end) })
            }
        };
    }

    async fn fetch(&self, url: Url) -> Result<(Client, u64), DocumentError> {
        let fetched = self.fetcher.fetch(url.clone()).await?;
        let age = age(fetched.cache_control.as_deref().unwrap_or_default());
        Ok((document::read(&url, &fetched.body)?, age))
    }

    fn slot(&self, url: &Url) -> Result<Arc<Slot>, DocumentError> {
        let mut slots = self.slots.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(slot) = slots.get(url) {
            return Ok(Arc::clone(slot));
        }
        if slots.len() >= MAX_KEPT {
            let now = self.clock.now();
            // Among equals any one: the order of a hash map is not the sender's to choose.
            let unused = slots.iter().filter(|(_, slot)| !is_in_use(slot));
            let least =
                unused.min_by_key(|(_, slot)| slot.try_lock().map_or(Worth::Good, |kept| worth(kept.as_ref(), now)));
            let least = least.map(|(url, _)| url.clone());
            slots.remove(&least.ok_or(DocumentError::Busy)?);
        }
        Ok(Arc::clone(slots.entry(url.clone()).or_default()))
    }
}

fn is_in_use(slot: &Arc<Slot>) -> bool {
    Arc::strong_count(slot) > 1
}

fn is_fresh(kept: Option<&Kept>, now: u64) -> bool {
    kept.is_some_and(|kept| now < kept.until)
}

/// What is lost with a slot, the least first. Failures cost a stranger nothing.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    Nothing,
    Failure,
    OldGood,
    Good,
}

fn worth(kept: Option<&Kept>, now: u64) -> Worth {
    match kept {
        Some(Kept { outcome: Ok(_), until }) if now < *until => Worth::Good,
        Some(Kept { outcome: Ok(good), .. }) if good.is_usable(now) => Worth::OldGood,
        Some(Kept { outcome: Err(_), until }) if now < *until => Worth::Failure,
        Some(_) | None => Worth::Nothing,
    }
}

impl Good {
    /// Whether it may still stand in for one that cannot be had.
    fn is_usable(&self, now: u64) -> bool {
        now < self.fetched_at.saturating_add(MAX_AGE)
    }
}

/// A slot is empty if its turn did not come.
fn outcome(kept: Option<&Kept>) -> Result<Arc<Client>, DocumentError> {
    let kept = kept.ok_or(DocumentError::Busy)?;
    kept.outcome.as_ref().map(|good| Arc::clone(&good.client)).map_err(|error| *error)
}

/// How long a document is kept, in seconds (RFC 9111 §5.2.2).
fn age(cache_control: &str) -> u64 {
    let mut age = DEFAULT_AGE;
    for directive in cache_control.split(',') {
        let directive = directive.trim().to_ascii_lowercase();
        match directive.split_once('=') {
            Some(("max-age", seconds)) => age = seconds.trim_matches('"').parse().unwrap_or(0),
            None if matches!(directive.as_str(), "no-store" | "no-cache") => return MIN_AGE,
            _ => {}
        }
    }
    age.clamp(MIN_AGE, MAX_AGE)
}

#[cfg(test)]
mod tests;
