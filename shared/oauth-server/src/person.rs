//! Who signed in.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A person as the host established them. Every access token of the session says this.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The claim `sub`: stable, never given to somebody else.
    pub subject: String,
    /// The claim `name`.
    pub name: Option<String>,
    /// The claim `email`: verified, or absent.
    pub email: Option<String>,
    /// The claim `groups`.
    pub groups: Vec<String>,
    /// The claim `auth_time`: when the person signed in, in seconds since 1970.
    pub authenticated_at: u64,
}

impl fmt::Debug for Person {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Person(..)")
    }
}
