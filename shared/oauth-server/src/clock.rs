//! What time it is.

use std::time::{SystemTime, UNIX_EPOCH};

/// The one source of time for everything that expires; tests have their own.
pub trait Clock: Send + Sync {
    /// Seconds since 1970.
    fn now(&self) -> u64;
}

/// The wall clock. A monotonic one may stand still while a function is frozen.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> u64 {
        SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
    }
}
