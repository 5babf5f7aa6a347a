//! Dynamic client registration (RFC 7591), which stores nothing: it costs one MAC, and the identifier is the record.

use http::request::Parts;
use http::{Response, StatusCode};
use serde::Serialize;
use serde_json::Value;
use strict_json::Object;

use crate::answer;
use crate::client::{ClientName, MAX_REDIRECT_URIS, TooLong};
use crate::opaque::NoRandomness;
use crate::redirect::RedirectUri;
use crate::scope::Scopes;
use crate::server::Inner;
use crate::store::Store;

/// Why a client is not registered (RFC 7591 §3.2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
enum Error {
    #[error("the metadata must be one JSON object, sent as application/json")]
    NotMetadata,
    #[error("registration is not possible at the moment")]
    NoRandomness,
    #[error("{0}")]
    Metadata(&'static str),
    #[error("{0}")]
    RedirectUri(&'static str),
}

/// The answer (§3.2.1).
#[derive(Serialize)]
struct Registered {
    client_id: String,
    client_id_issued_at: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_name: Option<String>,
    redirect_uris: Vec<RedirectUri>,
    token_endpoint_auth_method: &'static str,
    grant_types: [&'static str; 2],
    response_types: [&'static str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    application_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
}

impl<S: Store, P> Inner<S, P> {
    pub(crate) fn register(&self, parts: &Parts, body: &[u8]) -> Response<String> {
        match self.registered(parts, body) {
            Ok(registered) => answer::private(StatusCode::CREATED, &registered),
            Err(error) => {
                tracing::info!(reason = %error, "a client was not registered");
                let (status, code) = match error {
                    Error::NotMetadata | Error::Metadata(_) => (StatusCode::BAD_REQUEST, "invalid_client_metadata"),
                    Error::RedirectUri(_) => (StatusCode::BAD_REQUEST, "invalid_redirect_uri"),
                    Error::NoRandomness => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
                };
                answer::error(status, code, &error.to_string())
            }
        }
    }

    /// The answer holds what was registered, which need not be what was asked for (§3.2.1): every client is public and
    /// gets both grants. An identifier or a secret that a client chose is passed over, as is what is only decoration.
    fn registered(&self, parts: &Parts, body: &[u8]) -> Result<Registered, Error> {
        if !answer::is_of_type(&parts.headers, "application/json") {
            return Err(Error::NotMetadata);
        }
        let metadata = strict_json::parse_object(body).map_err(|_| Error::NotMetadata)?;
        let key = self.clients.registration_key().ok_or(Error::Metadata("clients cannot register here"))?;
        self.check_flow(&metadata)?;
        let redirect_uris = self.redirect_uris(&metadata)?;
        let name = text(&metadata, "client_name")?.and_then(ClientName::of);
        let issued = key.issue(self.configuration.issuer.as_str(), name.as_ref(), &redirect_uris);
        let client_id = issued
            .map_err(|NoRandomness| Error::NoRandomness)?
            .map_err(|TooLong| Error::Metadata("name and redirect URIs are too long together: some 350 bytes fit"))?;
        let scope = text(&metadata, "scope")?.filter(|scope| !Scopes::is_too_long(scope));
        let scope = scope.map(|scope| self.configuration.scopes.registrable(scope)).transpose();
        Ok(Registered {
            client_id,
            client_id_issued_at: self.clock.now(),
            client_name: name.map(|name| name.as_str().to_owned()),
            redirect_uris,
            token_endpoint_auth_method: "none",
            grant_types: ["authorization_code", "refresh_token"],
            response_types: ["code"],
            application_type: text(&metadata, "application_type")?
                .filter(|kind| matches!(*kind, "native" | "web"))
                .map(str::to_owned),
            scope: scope.map_err(|_| Error::Metadata("scope is malformed"))?.map(|scope| scope.to_string()),
        })
    }

    /// What a client says that it will use must contain the one flow that there is.
    fn check_flow(&self, metadata: &Object) -> Result<(), Error> {
        let missing = |name, needed: &str| match metadata.get(name) {
            None | Some(Value::Null) => false,
            Some(listed) => !listed.as_array().is_some_and(|listed| listed.iter().any(|one| one == needed)),
        };
        if missing("grant_types", "authorization_code") || missing("response_types", "code") {
            return Err(Error::Metadata("only the authorization code flow is offered"));
        }
        Ok(())
    }

    /// One that could never be used refuses them all: it shows what the client is about. One of a web site or a program
    /// that this server does not send codes to is left out, and the answer says so: some clients list one for another
    /// way to run them.
    fn redirect_uris(&self, metadata: &Object) -> Result<Vec<RedirectUri>, Error> {
        let listed = metadata.get("redirect_uris").and_then(Value::as_array);
        let listed = listed.filter(|listed| (1..=MAX_REDIRECT_URIS).contains(&listed.len()));
        let listed = listed.ok_or(Error::RedirectUri("redirect_uris must be an array of 1 to 16 texts"))?;
        let mut uris: Vec<RedirectUri> = Vec::with_capacity(listed.len());
        for uri in listed {
            let uri = uri.as_str().and_then(|uri| RedirectUri::parse(uri).ok());
            let uri = uri.ok_or(Error::RedirectUri(
                "a redirect URI is https, http to a loopback host, or of a custom scheme; in its normal form, without \
                 fragment, user information and parameters of an answer",
            ))?;
            if self.configuration.redirects.permits(&uri) && !uris.contains(&uri) {
                uris.push(uri);
            }
        }
        if uris.is_empty() {
            return Err(Error::RedirectUri("codes go to none of these: list one of http to a loopback host"));
        }
        Ok(uris)
    }
}

fn text<'a>(metadata: &'a Object, name: &str) -> Result<Option<&'a str>, Error> {
    match metadata.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text)),
        Some(_) => Err(Error::Metadata("client_name, scope and application_type must be texts")),
    }
}
