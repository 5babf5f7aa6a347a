//! When a token counts.

use strict_json::Object;

use crate::Rejection;
use crate::claim::{required, seconds};

/// How far two clocks may be apart, in seconds. RFC 7519 §4.1.4 allows "no more than a few minutes".
const LEEWAY: u64 = 60;

/// The longest lifetime that is accepted, in seconds: 25 hours. Nobody can take a token back before `exp`, and the
/// providers' own longest setting is a day (Cognito, Okta) or starts there (Auth0); the hour is for an `iat` set back.
const MAX_LIFETIME: u64 = 25 * 60 * 60;

/// The times of a token, in seconds since 1970.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Validity {
    pub(crate) issued_at: u64,
    not_before: Option<u64>,
    pub(crate) expires_at: u64,
}

impl Validity {
    /// `exp` and `iat` are required (RFC 9068 §2.2), `nbf` is not.
    pub(crate) fn read(claims: &Object) -> Result<Self, Rejection> {
        Ok(Self {
            issued_at: required("iat", seconds(claims, "iat")?)?,
            not_before: seconds(claims, "nbf")?,
            expires_at: required("exp", seconds(claims, "exp")?)?,
        })
    }

    pub(crate) fn check(self, now: u64) -> Result<(), Rejection> {
        let latest = now.saturating_add(LEEWAY);
        if now >= self.expires_at.saturating_add(LEEWAY) {
            Err(Rejection::Expired)
        } else if self.not_before.is_some_and(|not_before| not_before > latest) {
            Err(Rejection::NotYetValid)
        } else if self.issued_at > latest {
            Err(Rejection::IssuedInTheFuture)
        } else if self.expires_at.saturating_sub(self.issued_at) > MAX_LIFETIME {
            Err(Rejection::LifetimeTooLong)
        } else {
            Ok(())
        }
    }
}
