//! The credential as the caller sent it.

use secrecy::{ExposeSecret as _, SecretString};

use crate::Rejection;

/// The longest token that is looked at, in bytes. Those with two hundred group identifiers stay below 12 KiB.
const MAX_LENGTH: usize = 16 * 1024;

/// A bearer token, not yet verified. Its text leaves this type for the verifier only.
#[derive(Debug, Clone)]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// Reads the value of an `Authorization` header (RFC 6750 §2.1): `Bearer`, in any case, one space, one token.
    ///
    /// A second token, a comma or white space is refused rather than cut off: somebody else may have read the other
    /// half. For the same reason a request with two `Authorization` headers is the caller's to refuse.
    ///
    /// # Errors
    ///
    /// [`Rejection::NotABearerToken`] for another scheme, [`Rejection::MalformedCredentials`] if what follows is not
    /// one token, [`Rejection::TokenTooLong`] beyond 16 KiB.
    pub fn from_authorization(value: &str) -> Result<Self, Rejection> {
        let (scheme, token) = value.split_once(' ').unwrap_or((value, ""));
        if !scheme.eq_ignore_ascii_case("Bearer") {
            return Err(Rejection::NotABearerToken);
        }
        if token.len() > MAX_LENGTH {
            return Err(Rejection::TokenTooLong);
        }
        if !is_b64token(token) {
            return Err(Rejection::MalformedCredentials);
        }
        Ok(Self(token.into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

/// `1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="`
fn is_b64token(token: &str) -> bool {
    let body = token.trim_end_matches('=');
    !body.is_empty() && body.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}
