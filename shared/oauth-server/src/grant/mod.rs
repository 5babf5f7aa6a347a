//! The token endpoint (RFC 6749 §3.2): the authorization code grant and the refresh token grant.

mod code;
mod refresh;

pub(crate) use refresh::WAITING;

use std::sync::Arc;

use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, Response, StatusCode};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::access_token::NotIssued;
use crate::answer;
use crate::opaque::NoRandomness;
use crate::parameters::{Malformed, Parameters, Repeated};
use crate::people::People;
use crate::scope::{InvalidScope, Scopes};
use crate::server::Inner;
use crate::session::{RefreshToken, Session};
use crate::store::{Store, StoreError};

/// Why no token is issued (RFC 6749 §5.2, RFC 8707 §2). The text is for the client's developer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Error {
    #[error("clients are public here: send client_id, and no secret, assertion or Authorization header")]
    ClientAuthentication,
    #[error("the code was redeemed before; the session that was made from it has ended")]
    CodeAgain,
    #[error("there is no such code, or it is for another client, redirect URI, resource or verifier, or too old")]
    CodeNotValid,
    #[error("{0} is missing or malformed")]
    Invalid(&'static str),
    #[error("the request must be a form, sent as application/x-www-form-urlencoded")]
    NotAForm,
    #[error("a parameter occurs twice")]
    Repeated,
    #[error("tokens are issued for one resource, and this is another")]
    Resource,
    #[error("more scopes than were granted, or none that exists")]
    Scope,
    #[error("the token was replaced long ago; the session has ended")]
    TokenAgain,
    #[error("the session is not there, has ended or expired, or belongs to another client")]
    TokenNotValid,
    #[error("no token can be issued at the moment")]
    Unavailable,
    #[error("there is no client with this client_id")]
    UnknownClient,
    #[error("the grant type must be authorization_code or refresh_token")]
    UnsupportedGrantType,
}

impl Error {
    /// `headers` are those of the request: a challenge answers an `Authorization` header, and a browser that got one
    /// without would ask its person for a password (§5.2).
    pub(crate) fn answer(self, headers: &HeaderMap) -> Response<String> {
        let (status, code) = match self {
            Self::ClientAuthentication | Self::UnknownClient => (StatusCode::UNAUTHORIZED, "invalid_client"),
            Self::CodeAgain | Self::CodeNotValid | Self::TokenAgain | Self::TokenNotValid => {
                (StatusCode::BAD_REQUEST, "invalid_grant")
            }
            Self::Invalid(_) | Self::NotAForm | Self::Repeated => (StatusCode::BAD_REQUEST, "invalid_request"),
            Self::Resource => (StatusCode::BAD_REQUEST, "invalid_target"),
            Self::Scope => (StatusCode::BAD_REQUEST, "invalid_scope"),
            Self::Unavailable => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
            Self::UnsupportedGrantType => (StatusCode::BAD_REQUEST, "unsupported_grant_type"),
        };
        let answer = answer::error(status, code, &self.to_string());
        let is_challenge = status == StatusCode::UNAUTHORIZED && headers.contains_key(AUTHORIZATION);
        if is_challenge { answer::challenging(answer) } else { answer }
    }
}

impl From<Malformed> for Error {
    fn from(Malformed: Malformed) -> Self {
        Self::NotAForm
    }
}

impl From<Repeated> for Error {
    fn from(_: Repeated) -> Self {
        Self::Repeated
    }
}

impl From<InvalidScope> for Error {
    fn from(InvalidScope: InvalidScope) -> Self {
        Self::Scope
    }
}

impl From<NoRandomness> for Error {
    fn from(NoRandomness: NoRandomness) -> Self {
        Self::Unavailable
    }
}

impl From<NotIssued> for Error {
    fn from(NotIssued: NotIssued) -> Self {
        Self::Unavailable
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "a request for a token could not be answered");
        Self::Unavailable
    }
}

/// The form of a client that is known and sent no secret.
pub(crate) struct Form {
    pub(crate) parameters: Parameters,
    pub(crate) client_id: String,
}

impl Form {
    /// A parameter that must be there.
    pub(crate) fn required(&self, name: &'static str) -> Result<&str, Error> {
        self.parameters.one(name)?.ok_or(Error::Invalid(name))
    }
}

impl<S: Store, P: People> Inner<S, P> {
    pub(crate) async fn token(self: &Arc<Self>, parts: &Parts, body: &[u8]) -> Response<String> {
        match self.grant(parts, body).await {
            Ok(tokens) => answer::private(StatusCode::OK, &tokens),
            Err(error) => {
                tracing::info!(reason = %error, "no token was issued");
                error.answer(&parts.headers)
            }
        }
    }

    async fn grant(self: &Arc<Self>, parts: &Parts, body: &[u8]) -> Result<Value, Error> {
        let form = self.form(parts, body)?;
        let configured = &self.configuration.resource;
        if !form.parameters.all("resource").all(|resource| configured.is_named_by(resource)) {
            return Err(Error::Resource);
        }
        match form.required("grant_type")? {
            "authorization_code" => self.redeem(&form).await,
            "refresh_token" => self.refresh(&form).await,
            _ => Err(Error::UnsupportedGrantType),
        }
    }
}

impl<S, P> Inner<S, P> {
    /// Also for the revocation endpoint (RFC 7009 §2.1).
    pub(crate) fn form(&self, parts: &Parts, body: &[u8]) -> Result<Form, Error> {
        if !answer::is_of_type(&parts.headers, "application/x-www-form-urlencoded") {
            return Err(Error::NotAForm);
        }
        let parameters = Parameters::parse(body)?;
        for credential in ["client_secret", "client_assertion", "client_assertion_type"] {
            if parameters.one(credential)?.is_some() {
                return Err(Error::ClientAuthentication);
            }
        }
        if parts.headers.contains_key(AUTHORIZATION) {
            return Err(Error::ClientAuthentication);
        }
        let client_id = parameters.one("client_id")?.ok_or(Error::Invalid("client_id"))?.to_owned();
        if !self.clients.admits(&client_id) {
            return Err(Error::UnknownClient);
        }
        Ok(Form { parameters, client_id })
    }

    /// RFC 6749 §5.1.
    fn tokens(&self, session: &Session, scopes: &Scopes, refresh_token: &RefreshToken) -> Result<Value, Error> {
        let access_token = self.access_token(session, scopes)?;
        Ok(json!({
            "access_token": access_token.text.expose_secret(),
            "token_type": "Bearer",
            "expires_in": access_token.expires_in,
            "refresh_token": refresh_token.expose(),
            "scope": scopes.to_string(),
        }))
    }
}
