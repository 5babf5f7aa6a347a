//! The trace id that Lambda hands to a function with every event.

use std::fmt;

use http::HeaderValue;
use uuid::Uuid;

/// An AWS X-Ray tracing header: `Root=1-<8 hex digits>-<24 hex digits>;Parent=<16 hex digits>;Sampled=0`.
///
/// One for each request that reaches the gateway, so that the log lines of all functions that take part in it join.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceId(String);

impl TraceId {
    /// That of a request. Where X-Ray has the time there are more digits of the request's identifier, so that every
    /// function that takes part in the request gets the same id. Nothing is sampled: there is no X-Ray on the laptop.
    #[must_use]
    pub fn of(request: Uuid) -> Self {
        let digits = request.simple().to_string();
        let (time, identifier) = digits.split_at(8);
        let (parent, _) = identifier.split_at(16);
        Self(format!("Root=1-{time}-{identifier};Parent={parent};Sampled=0"))
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
