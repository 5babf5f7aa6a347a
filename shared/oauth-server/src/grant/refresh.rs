//! The refresh token grant (RFC 6749 §6), with replacement (RFC 9700 §4.14.2).

use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::time::{sleep, timeout};

use super::{Error, Form};
use crate::people::{HostData, PATIENCE, People, Refresh, Standing};
use crate::person::Person;
use crate::scope::Scopes;
use crate::server::Inner;
use crate::session::{Presented, RefreshToken, Session, Step};
use crate::store::{Store, Written};

/// In milliseconds, after which a session is looked at again while another request replaces its token: longer together
/// than the host may take. Then the token is the one before.
const PAUSES: [u64; 8] = [100, 200, 400, 800, 1_000, 1_000, 1_000, 1_500];

/// The most refreshes that wait so at one time; one more is told at once to come again. Each is a task that reads the
/// store, goes on when its client has gone, and costs who has a refresh token one request.
pub(crate) const WAITING: usize = 64;

/// What a client asks for.
struct Request {
    token: RefreshToken,
    client_id: String,
    scope: Option<String>,
}

impl<S: Store, P: People> Inner<S, P> {
    pub(super) async fn refresh(self: &Arc<Self>, form: &Form) -> Result<Value, Error> {
        let request = Request {
            token: RefreshToken::parse(form.required("refresh_token")?).ok_or(Error::TokenNotValid)?,
            client_id: form.client_id.clone(),
            scope: form.parameters.one("scope")?.map(str::to_owned),
        };
        // In a task of its own: what the host answers must be stored, also if the client does not wait for it.
        tokio::spawn(Arc::clone(self).refreshed(request)).await.map_err(|_| Error::Unavailable)?
    }

    async fn refreshed(self: Arc<Self>, request: Request) -> Result<Value, Error> {
        if let Some(tokens) = self.attempt(&request).await? {
            return Ok(tokens);
        }
        let _waits = self.waiting.try_acquire().map_err(|_| Error::Unavailable)?;
        for pause in PAUSES {
            sleep(Duration::from_millis(pause)).await;
            if let Some(tokens) = self.attempt(&request).await? {
                return Ok(tokens);
            }
        }
        Err(Error::Unavailable)
    }

    /// `None` while another request replaces the token.
    async fn attempt(&self, Request { token, client_id, scope }: &Request) -> Result<Option<Value>, Error> {
        let now = self.clock.now();
        let session = self.store.session(&token.family).await?.ok_or(Error::TokenNotValid)?;
        let is_usable = now < session.expires_at()
            && session.client_id == *client_id
            && session.resource == self.configuration.resource.as_str();
        if !is_usable {
            return Err(Error::TokenNotValid);
        }
        match session.judge(token, now) {
            Presented::Current => {
                let scopes = self.configuration.scopes.narrow(&session.scopes, scope.as_deref())?;
                let Some(claimed) = session.claimed(now) else { return Ok(None) };
                // Before the host is asked: afterwards its answer would be lost for want of it.
                let step = Step::random()?;
                match self.store.replace_session(session.revision(), claimed.clone()).await? {
                    Written::Yes => self.replace(&claimed, token, step, &scopes).await.map(Some),
                    Written::No => Ok(None),
                }
            }
            Presented::Previous(successor) => {
                let scopes = self.configuration.scopes.narrow(&session.scopes, scope.as_deref())?;
                self.tokens(&session, &scopes, &successor).map(Some)
            }
            Presented::Old => {
                tracing::warn!("a refresh token came again after it was replaced; its session has ended");
                self.end(&token.family).await?;
                Err(Error::TokenAgain)
            }
        }
    }

    /// Replaces the current token of a session that this request has claimed.
    async fn replace(
        &self,
        session: &Session,
        token: &RefreshToken,
        step: Step,
        scopes: &Scopes,
    ) -> Result<Value, Error> {
        let Some(said) = self.person(session).await? else {
            self.store.replace_session(session.revision(), session.released()).await?;
            return Err(Error::Unavailable);
        };
        let idle = self.configuration.lifetimes.idle.as_secs();
        let (replaced, successor) = session.replaced(token, step, self.clock.now(), idle, said);
        match self.store.replace_session(session.revision(), replaced.clone()).await? {
            // Signed last: should that fail, asking again within the grace is enough.
            Written::Yes => self.tokens(&replaced, scopes, &successor),
            // It has ended meanwhile, or the claim has lapsed. The client finds out which by asking again.
            Written::No => Err(Error::Unavailable),
        }
    }

    /// The person of a session as the host knows them now; `None` if it cannot say.
    async fn person(&self, session: &Session) -> Result<Option<(Person, HostData)>, Error> {
        let Session { person: known, client_id, host_data, .. } = session;
        let session_id = session.family().hash();
        let refresh = Refresh { person: known, client_id, session_id: session_id.as_str(), host_data };
        let standing = timeout(PATIENCE, self.people.standing(&refresh)).await;
        match standing.unwrap_or(Standing::Unavailable) {
            Standing::Current { person, host_data } if person.subject == known.subject => {
                Ok(Some((Person { authenticated_at: known.authenticated_at, ..person }, host_data)))
            }
            Standing::Current { .. } => {
                tracing::error!("the host names another person than the one who signed in; the session has ended");
                self.end(session.family()).await?;
                Err(Error::TokenNotValid)
            }
            Standing::Ended => {
                tracing::info!("a session may not go on; it has ended");
                self.end(session.family()).await?;
                Err(Error::TokenNotValid)
            }
            Standing::Unavailable => {
                tracing::warn!("the host cannot say how it stands with a person");
                Ok(None)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each look is a read of the store.
    #[test]
    fn who_waits_looks_a_few_times_and_for_longer_than_the_host_may_take() {
        let whole: Duration = PAUSES.map(Duration::from_millis).iter().sum();
        assert!(PAUSES.len() < 10 && whole > PATIENCE, "{whole:?}");
    }
}
