//! The refresh token grant (RFC 6749 §6), with replacement (RFC 9700 §4.14.2).

use serde_json::Value;

use super::{Error, Form};
use crate::server::Inner;
use crate::session::{Presented, RefreshToken};
use crate::store::{Store, Written};

/// How often a session is read anew because another request replaced its token meanwhile. The second reading finds
/// the token to be the one before.
const ATTEMPTS: u32 = 3;

impl<S: Store> Inner<S> {
    pub(super) async fn refresh(&self, form: &Form) -> Result<Value, Error> {
        let token = RefreshToken::parse(form.required("refresh_token")?).ok_or(Error::TokenNotValid)?;
        let requested = form.parameters.one("scope")?;
        let idle = self.configuration.lifetimes.idle.as_secs();
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let session = self.store.session(&token.family).await?.ok_or(Error::TokenNotValid)?;
            let is_usable = now < session.expires_at()
                && session.client_id == form.client_id
                && session.resource == self.configuration.resource.as_str();
            if !is_usable {
                return Err(Error::TokenNotValid);
            }
            match session.judge(&token, now) {
                Presented::Current => {
                    let scopes = self.configuration.scopes.narrow(&session.scopes, requested)?;
                    let (replaced, successor) = session.replaced(&token, now, idle)?;
                    let tokens = self.tokens(&replaced, &scopes, &successor)?;
                    if self.store.replace_session(session.current(), replaced).await? == Written::Yes {
                        return Ok(tokens);
                    }
                }
                Presented::Previous(successor) => {
                    let scopes = self.configuration.scopes.narrow(&session.scopes, requested)?;
                    return self.tokens(&session, &scopes, &successor);
                }
                Presented::Old => {
                    tracing::warn!("a refresh token came again after it was replaced; its session has ended");
                    self.end(&token.family).await?;
                    return Err(Error::TokenAgain);
                }
            }
        }
        Err(Error::Unavailable)
    }
}
