//! The authorization code grant (RFC 6749 §4.1.3, RFC 7636 §4.5).

use serde_json::Value;

use super::{Error, Form};
use crate::authorization::AuthorizationCode;
use crate::opaque::Opaque;
use crate::pkce::Verifier;
use crate::server::Inner;
use crate::session::{Family, NewSession, Session};
use crate::store::{Redemption, Store, Written};

impl<S: Store, P> Inner<S, P> {
    /// The code is used up by the first request that presents it in due form, whatever that request gets: one that has
    /// the code and not the rest is not the client's.
    pub(super) async fn redeem(&self, form: &Form) -> Result<Value, Error> {
        let verifier = Verifier::parse(form.required("code_verifier")?).ok_or(Error::Invalid("code_verifier"))?;
        let redirect_uri = form.parameters.one("redirect_uri")?;
        let code = Opaque::parse(form.required("code")?).ok_or(Error::CodeNotValid)?;
        let family = Family::random()?;
        let issued = match self.store.redeem_code(&code.hash(), &family).await? {
            Redemption::First(issued) => issued,
            Redemption::Again(family) => {
                tracing::warn!("an authorization code came again; the session that was made from it has ended");
                self.end(&family).await?;
                return Err(Error::CodeAgain);
            }
            Redemption::Unknown => return Err(Error::CodeNotValid),
        };
        if !self.is_for(&issued, form, redirect_uri, &verifier) {
            return Err(Error::CodeNotValid);
        }
        let scopes = issued.scopes.clone();
        let new = NewSession {
            family,
            client_id: issued.client_id,
            resource: issued.resource,
            resource_indicator: issued.resource_indicator,
            scopes: issued.scopes,
            person: issued.person,
            host_data: issued.host_data,
        };
        let lifetimes = self.configuration.lifetimes;
        let lengths = (lifetimes.session.as_secs(), lifetimes.idle.as_secs());
        let (session, refresh_token) = Session::begin(new, self.clock.now(), lengths)?;
        let tokens = self.tokens(&session, &scopes, &refresh_token)?;
        match self.store.create_session(session).await? {
            Written::Yes => Ok(tokens),
            // The code came again while this was going on.
            Written::No => Err(Error::CodeAgain),
        }
    }

    /// A client of OAuth 2.1 leaves `redirect_uri` out, since the verifier says the same; one of OAuth 2.0 sends it, and
    /// it must be right (OAuth 2.1 §10.2).
    fn is_for(&self, code: &AuthorizationCode, form: &Form, redirect_uri: Option<&str>, verifier: &Verifier) -> bool {
        self.clock.now() < code.expires_at
            && code.client_id == form.client_id
            && redirect_uri.is_none_or(|uri| uri == code.redirect_uri.as_str())
            && code.resource == self.configuration.resource.as_str()
            && code.challenge.is_met_by(verifier)
    }
}
