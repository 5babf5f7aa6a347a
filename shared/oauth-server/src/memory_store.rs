//! A store that forgets everything when its process ends.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::authorization::{AuthorizationCode, AuthorizationRequest};
use crate::clock::{Clock, SystemClock};
use crate::opaque::TokenHash;
use crate::session::{Family, Session};
use crate::store::{Redemption, Store, StoreError, Written};

/// The most items of each kind.
const MAX_ITEMS: usize = 10_000;

/// A store in memory, for the laptop and for tests. Clones are the same store.
#[derive(Clone)]
pub struct MemoryStore {
    items: Arc<Mutex<Items>>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Items {
    requests: HashMap<TokenHash, AuthorizationRequest>,
    codes: HashMap<TokenHash, Code>,
    sessions: HashMap<Family, Held>,
}

struct Code {
    issued: AuthorizationCode,
    redeemed_for: Option<Family>,
}

enum Held {
    Ended { until: u64 },
    Session(Box<Session>),
}

impl MemoryStore {
    /// An empty store.
    #[must_use]
    pub fn new() -> Self {
        Self::with_clock(Arc::new(SystemClock))
    }

    /// An empty store that removes expired items by this clock.
    #[must_use]
    pub fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self { items: Arc::default(), clock }
    }

    /// All sessions that have not ended or expired, for who keeps them elsewhere.
    #[must_use]
    pub fn sessions(&self) -> Vec<Session> {
        let now = self.clock.now();
        let items = self.items();
        let sessions = items.sessions.values().filter_map(|held| match held {
            Held::Session(session) if now < session.expires_at() => Some((**session).clone()),
            Held::Ended { .. } | Held::Session(_) => None,
        });
        sessions.collect()
    }

    /// Puts back a session that was kept elsewhere.
    pub fn restore(&self, session: Session) {
        self.items().sessions.insert(session.family().clone(), Held::Session(Box::new(session)));
    }

    fn items(&self) -> MutexGuard<'_, Items> {
        self.items.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryStore {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MemoryStore(..)")
    }
}

impl Store for MemoryStore {
    async fn put_request(&self, handle: &TokenHash, request: AuthorizationRequest) -> Result<(), StoreError> {
        let now = self.clock.now();
        let requests = &mut self.items().requests;
        if make_room(requests, |request| now < request.expires_at()).is_err() {
            // Anybody can open requests; a person who comes now is not to be turned away for those.
            let first = requests.iter().min_by_key(|(_, request)| request.expires_at());
            let first = first.map(|(handle, _)| handle.clone());
            first.and_then(|handle| requests.remove(&handle));
        }
        requests.insert(handle.clone(), request);
        Ok(())
    }

    async fn request(&self, handle: &TokenHash) -> Result<Option<AuthorizationRequest>, StoreError> {
        Ok(self.items().requests.get(handle).cloned())
    }

    async fn take_request(&self, handle: &TokenHash) -> Result<Option<AuthorizationRequest>, StoreError> {
        Ok(self.items().requests.remove(handle))
    }

    async fn put_code(&self, code: &TokenHash, issued: AuthorizationCode) -> Result<(), StoreError> {
        let now = self.clock.now();
        let codes = &mut self.items().codes;
        make_room(codes, |code| now < code.issued.expires_at())?;
        codes.insert(code.clone(), Code { issued, redeemed_for: None });
        Ok(())
    }

    async fn redeem_code(&self, code: &TokenHash, family: &Family) -> Result<Redemption, StoreError> {
        let codes = &mut self.items().codes;
        Ok(match codes.get_mut(code) {
            None => Redemption::Unknown,
            Some(Code { redeemed_for: Some(family), .. }) => Redemption::Again(family.clone()),
            Some(Code { issued, redeemed_for }) => {
                *redeemed_for = Some(family.clone());
                Redemption::First(Box::new(issued.clone()))
            }
        })
    }

    async fn create_session(&self, session: Session) -> Result<Written, StoreError> {
        let now = self.clock.now();
        let sessions = &mut self.items().sessions;
        make_room(sessions, |held| now < held.until())?;
        if sessions.contains_key(session.family()) {
            return Ok(Written::No);
        }
        sessions.insert(session.family().clone(), Held::Session(Box::new(session)));
        Ok(Written::Yes)
    }

    async fn session(&self, family: &Family) -> Result<Option<Session>, StoreError> {
        Ok(match self.items().sessions.get(family) {
            Some(Held::Session(session)) => Some((**session).clone()),
            Some(Held::Ended { .. }) | None => None,
        })
    }

    async fn replace_session(&self, revision: u64, session: Session) -> Result<Written, StoreError> {
        Ok(match self.items().sessions.get_mut(session.family()) {
            Some(Held::Session(held)) if held.revision() == revision => {
                **held = session;
                Written::Yes
            }
            Some(Held::Ended { .. } | Held::Session(_)) | None => Written::No,
        })
    }

    async fn end_session(&self, family: &Family, until: u64) -> Result<(), StoreError> {
        self.items().sessions.insert(family.clone(), Held::Ended { until });
        Ok(())
    }
}

impl Held {
    fn until(&self) -> u64 {
        match self {
            Self::Ended { until } => *until,
            Self::Session(session) => session.expires_at(),
        }
    }
}

/// Removes what has expired once the store is full.
fn make_room<K: Eq + Hash, V>(items: &mut HashMap<K, V>, is_alive: impl Fn(&V) -> bool) -> Result<(), StoreError> {
    if items.len() >= MAX_ITEMS {
        items.retain(|_, item| is_alive(item));
    }
    if items.len() >= MAX_ITEMS { Err(StoreError::new("the in-memory store is full")) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
