//! What Lambda bounds, and what we bound on the laptop.

use std::time::Duration;

/// The longest event in bytes (Lambda quotas: 6 MB for a synchronous invocation).
pub const REQUEST_LIMIT: usize = 6 * 1024 * 1024;

/// The longest answer in bytes. Lambda allows a hundred more than for an event and names this figure in its error.
pub const RESPONSE_LIMIT: usize = REQUEST_LIMIT + 100;

/// The longest client context in bytes of base64 (Lambda API, `Invoke`).
pub const CLIENT_CONTEXT_LIMIT: usize = 3583;

/// How many events may wait for one function.
pub const QUEUE_LENGTH: usize = 64;

/// How much of an answer that is too large is still read, so that the runtime sees the 413 and not a broken pipe.
pub(crate) const DRAIN_LIMIT: usize = 64 * 1024 * 1024;

/// How long the life of a process is allowed to take in its parts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// From start to the first `next`. Lambda's init phase has the same.
    pub(crate) init: Duration,
    /// From SIGTERM to SIGKILL, and from an init error to SIGKILL.
    pub(crate) grace: Duration,
    /// For what a process left in its sockets and pipes when it ended.
    pub(crate) drain: Duration,
    /// The pause before the first restart. It doubles with every process that served nothing.
    pub(crate) shortest_pause: Duration,
    /// Where the doubling ends.
    pub(crate) longest_pause: Duration,
}

impl Limits {
    pub(crate) const STANDARD: Self = Self {
        init: Duration::from_secs(10),
        grace: Duration::from_secs(2),
        drain: Duration::from_secs(1),
        shortest_pause: Duration::from_millis(100),
        longest_pause: Duration::from_secs(5),
    };
}
