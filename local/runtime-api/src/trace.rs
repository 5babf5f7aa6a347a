//! The trace id that Lambda hands to a function with every event.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

use http::HeaderValue;
use uuid::Uuid;

/// An AWS X-Ray tracing header: `Root=1-<time>-<24 hex digits>;Parent=<16 hex digits>;Sampled=0`.
///
/// One for each request that reaches the gateway, so that the log lines of all functions that take part in it join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceId(String);

impl TraceId {
    /// A new one. Nothing is sampled: there is no X-Ray on the laptop.
    #[must_use]
    pub fn random() -> Self {
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let (root, parent) = (Uuid::new_v4().as_u128() >> 32, Uuid::new_v4().as_u128() >> 64);
        Self(format!("Root=1-{seconds:08x}-{root:024x};Parent={parent:016x};Sampled=0"))
    }

    /// As it stands in the header.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn header(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.0).ok()
    }
}

impl fmt::Display for TraceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
