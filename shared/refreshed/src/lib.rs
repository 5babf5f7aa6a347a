//! A value that is fetched from elsewhere, kept, and fetched anew in time: keys, and what the stack learnt after it was made.
//!
//! A function must start when the source of such a value is down, must not ask for it at every call, and must not be
//! made to ask by whoever sends it nonsense.
//!
//! 1. One fetch at a time; who comes meanwhile waits for it and shares what it brought.
//! 2. Between two fetches lies the cool-down, also after a failed or a cancelled one.
//! 3. A fetch has a budget. A failed one leaves the old value, which serves until its maximum age and no longer.
//! 4. A value is as old as the older of two clocks says. A monotonic clock may stand still while Lambda keeps a function
//!    frozen, and would keep a withdrawn key alive; the wall clock may be set back.

use std::fmt::Display;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::future::BoxFuture;
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// When to fetch, and how long to believe what was fetched.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// The longest a fetch may take.
    pub budget: Duration,
    /// A value of this age is fetched anew at its next use.
    pub period: Duration,
    /// A value of this age is not used any more. At least `period`.
    pub maximum_age: Duration,
    /// The shortest time from the start of one fetch to the start of the next.
    pub cool_down: Duration,
}

type Fetch<T> = Box<dyn Fn() -> BoxFuture<'static, Option<T>> + Send + Sync>;

/// A value with its source.
pub struct Refreshed<T> {
    name: &'static str,
    fetch: Fetch<T>,
    schedule: Schedule,
    // Held across the fetch: that is what makes it one at a time.
    state: Mutex<State<T>>,
}

struct State<T> {
    held: Option<(Arc<T>, Moment)>,
    attempted: Option<Moment>,
}

/// A point in time on both clocks.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// On the clock that is never set, and may stand still.
    pub monotonic: Instant,
    /// On the clock that may be set.
    pub wall: SystemTime,
}

impl Moment {
    /// This one.
    #[must_use]
    pub fn now() -> Self {
        Self { monotonic: Instant::now(), wall: SystemTime::now() }
    }

    /// How long ago it was. If the wall clock was set back nobody can tell, so it was long ago.
    #[must_use]
    pub fn age(self, now: Self) -> Duration {
        let wall = now.wall.duration_since(self.wall).unwrap_or(Duration::MAX);
        wall.max(now.monotonic.saturating_duration_since(self.monotonic))
    }
}

impl<T: 'static> Refreshed<T> {
    /// A value that has not been fetched yet. `name` appears in the log when a fetch fails, with the error's text.
    pub fn new<F, R, E>(name: &'static str, schedule: Schedule, fetch: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<T, E>> + Send + 'static,
        E: Display,
    {
        let fetch: Fetch<T> = Box::new(move || {
            let fetched = fetch();
            Box::pin(async move {
                fetched.await.inspect_err(|error| tracing::warn!(value = name, %error, "fetch failed")).ok()
            })
        });
        Self { name, fetch, schedule, state: Mutex::new(State { held: None, attempted: None }) }
    }

    /// The value, fetched first if it is due. `None` if there is none that is young enough to be believed.
    pub async fn current(&self) -> Option<Arc<T>> {
        let mut state = self.state.lock().await;
        if state.younger_than(self.schedule.period).is_none() {
            self.refresh(&mut state).await;
        }
        state.younger_than(self.schedule.maximum_age)
    }

    /// The value, fetched anew unless the cool-down forbids it: for who found the held one wanting.
    pub async fn anew(&self) -> Option<Arc<T>> {
        let mut state = self.state.lock().await;
        self.refresh(&mut state).await;
        state.younger_than(self.schedule.maximum_age)
    }

    async fn refresh(&self, state: &mut State<T>) {
        let started = Moment::now();
        if state.attempted.is_some_and(|attempted| attempted.age(started) < self.schedule.cool_down) {
            return;
        }
        // Noted before the fetch begins, so that one that is cancelled counts too.
        state.attempted = Some(started);
        match timeout(self.schedule.budget, (self.fetch)()).await {
            Ok(Some(value)) => state.held = Some((Arc::new(value), started)),
            Ok(None) => {}
            Err(_) => tracing::warn!(value = self.name, error = "out of time", "fetch failed"),
        }
    }
}

impl<T> State<T> {
    fn younger_than(&self, age: Duration) -> Option<Arc<T>> {
        let now = Moment::now();
        self.held.as_ref().filter(|(_, since)| since.age(now) < age).map(|(value, _)| Arc::clone(value))
    }
}

impl<T> std::fmt::Debug for Refreshed<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Refreshed").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
