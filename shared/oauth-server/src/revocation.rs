//! Token revocation (RFC 7009).

use http::request::Parts;
use http::{Response, StatusCode};

use crate::answer;
use crate::authorization::CODE_LIFETIME;
use crate::grant::Error;
use crate::server::Inner;
use crate::session::{Family, RefreshToken};
use crate::store::{Store, StoreError};

/// For how long an end is remembered, in seconds: until no code can be redeemed any more that could make the session.
const REMEMBERED: u64 = 2 * CODE_LIFETIME;

impl<S: Store, P> Inner<S, P> {
    /// Any refresh token of a session ends it, also one that was replaced.
    pub(crate) async fn revoke(&self, parts: &Parts, body: &[u8]) -> Response<String> {
        match self.revoked(parts, body).await {
            Ok(()) => answer::done(),
            Err(Refused::Request(error)) => {
                tracing::info!(reason = %error, "a token was not revoked");
                error.answer(&parts.headers)
            }
            // An access token is valid until it expires: nobody is asked about it (§2.2.1).
            Err(Refused::AccessToken) => {
                answer::error(StatusCode::BAD_REQUEST, "unsupported_token_type", "only refresh tokens can be revoked")
            }
        }
    }

    async fn revoked(&self, parts: &Parts, body: &[u8]) -> Result<(), Refused> {
        let form = self.form(parts, body)?;
        let text = form.required("token")?;
        if text.matches('.').count() == 2 {
            return Err(Refused::AccessToken);
        }
        // A token that is not valid any more needs no revocation, and that is no error (§2.2).
        let Some(token) = RefreshToken::parse(text) else { return Ok(()) };
        let Some(session) = self.store.session(&token.family).await.map_err(Error::from)? else { return Ok(()) };
        if session.client_id != form.client_id {
            return Err(Error::TokenNotValid.into());
        }
        Ok(self.end(&token.family).await.map_err(Error::from)?)
    }

    /// Ends a session, or keeps it from beginning.
    pub(crate) async fn end(&self, family: &Family) -> Result<(), StoreError> {
        self.store.end_session(family, self.clock.now().saturating_add(REMEMBERED)).await
    }
}

enum Refused {
    AccessToken,
    Request(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Request(error)
    }
}
