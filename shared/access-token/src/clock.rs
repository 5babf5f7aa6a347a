//! What time it is.

use std::time::{Duration, SystemTime};

/// The one source of time for the checks and for the age of the keys; tests have their own.
///
/// It is the wall clock, since a monotonic one may stand still while a function is frozen, and would keep a withdrawn
/// key alive for that long.
pub(crate) trait Clock: Send + Sync {
    /// Since 1970.
    fn now(&self) -> Duration;
}

pub(crate) struct SystemClock;

impl Clock for SystemClock {
    /// A clock that stands before 1970 reads as 1970, where every token is from the future and refused.
    fn now(&self) -> Duration {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
    }
}
