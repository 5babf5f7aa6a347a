//! What time it is.

use std::time::SystemTime;

use refreshed::Moment;

/// The one source of time for the checks and for the age of the keys; tests have their own.
pub(crate) trait Clock: Send + Sync {
    fn now(&self) -> Moment;
}

pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment::now()
    }
}

/// As tokens state it, in seconds since 1970. A clock that stands before 1970 reads as 1970, where every token is from
/// the future and refused.
pub(crate) fn unix_seconds(moment: Moment) -> u64 {
    moment.wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs()
}
