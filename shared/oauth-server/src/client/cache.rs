//! Documents that were fetched, kept for a while.
//!
//! Whoever opens an authorization URL can name any document. So one URL is fetched once at a time and a few in all, a
//! failure is kept for half a minute, and the number of those kept is bounded.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as StdMutex, PoisonError};
use std::time::Duration;

use tokio::sync::{Mutex, Semaphore};
use tokio::time::timeout;
use url::Url;

use super::Client;
use super::document::{self, DocumentError};
use super::fetch::{FetchPolicy, Fetcher};
use crate::ConfigurationError;
use crate::clock::Clock;

const BUDGET: Duration = Duration::from_secs(3);
const AT_ONCE: usize = 8;
const MAX_KEPT: usize = 256;

/// How long a document is kept that does not say, in seconds.
const DEFAULT_AGE: u64 = 60 * 60;
const MAX_AGE: u64 = 24 * 60 * 60;
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
    outcome: Result<Arc<Client>, DocumentError>,
    until: u64,
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
    pub(crate) async fn find(&self, id: &str) -> Result<Arc<Client>, DocumentError> {
        let url = self.policy.admit(id).ok_or(DocumentError::Connection)?;
        let slot = self.slot(&url)?;
        let mut kept = slot.lock().await;
        if let Some(kept) = kept.as_ref().filter(|kept| self.clock.now() < kept.until) {
            return kept.outcome.clone();
        }
        let fetched = timeout(BUDGET, self.fetch(url)).await.unwrap_or(Err(DocumentError::Timeout));
        let (outcome, age) = match fetched {
            Ok((client, age)) => (Ok(Arc::new(client)), age),
            Err(error) => {
                // The URL is the caller's text, and stays out of the log.
                tracing::info!(%error, "a client id metadata document cannot be used");
                (Err(error), FAILURE_AGE)
            }
        };
        *kept = Some(Kept { outcome: outcome.clone(), until: self.clock.now().saturating_add(age) });
        outcome
    }

    async fn fetch(&self, url: Url) -> Result<(Client, u64), DocumentError> {
        let _permit = self.permits.acquire().await.map_err(|_| DocumentError::Busy)?;
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
            slots.retain(|_, slot| is_in_use(slot) || slot.try_lock().is_ok_and(|kept| is_fresh(kept.as_ref(), now)));
        }
        if slots.len() >= MAX_KEPT {
            // Any one: the order of a hash map is not the sender's to choose.
            let unused = slots.iter().find(|(_, slot)| !is_in_use(slot)).map(|(url, _)| url.clone());
            slots.remove(&unused.ok_or(DocumentError::Busy)?);
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

/// How long a document may be kept, in seconds (RFC 9111 §5.2.2).
fn age(cache_control: &str) -> u64 {
    let mut age = DEFAULT_AGE;
    for directive in cache_control.split(',') {
        let directive = directive.trim().to_ascii_lowercase();
        match directive.split_once('=') {
            Some(("max-age", seconds)) => age = seconds.trim_matches('"').parse().unwrap_or(0),
            None if matches!(directive.as_str(), "no-store" | "no-cache") => return 0,
            _ => {}
        }
    }
    age.min(MAX_AGE)
}
