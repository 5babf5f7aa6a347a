//! The dialect of Amazon Cognito user pools, for whoever deploys with one: what an assistant trips over there, it trips
//! over here.
//!
//! As the Cognito developer guide says, or its live discovery documents:
//!
//! 1. One client, known beforehand. Nobody registers, and no client is described by a document.
//! 2. Redirect URIs are compared to the letter, the port included.
//! 3. Metadata is OpenID Connect's, below the issuer, and there is no other. It says nothing of PKCE, and lists scopes
//!    that the client may not ask for.
//! 4. An access token names no person but by `sub` and `username`, groups by `cognito:groups`. It has `aud` if the client
//!    named a resource (RFC 8707), also after a refresh.
//!
//! As users report it, against the guide, which says that a scope is ignored if the client may not have it: who asks for
//! one, or for `offline_access`, gets `invalid_scope`.
//!
//! Inferred, for nobody has said it: the answer does not name the issuer (RFC 9207); who is in no group has no
//! `cognito:groups`; whose name is an e-mail address has `sub` as `username`.
//!
//! What differs: Cognito does not insist on PKCE, asks nobody for consent, and would bind a token to any https URL. It
//! would not to this gateway's, which is plain http to 127.0.0.1.

use oauth_server::{AnswerIssuer, ConfigurationError, Dialect, Grant, PreRegisteredClients, ResourceIndicator};
use serde_json::{Map, Value, json};
use uuid::Uuid;

pub(crate) const DIALECT: Dialect = Dialect { claims, answer_issuer: AnswerIssuer::Omitted };

/// The client of a user pool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserPoolClient {
    /// Its identifier.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// Where an answer may go.
    pub callback_urls: Vec<String>,
}

impl UserPoolClient {
    pub(crate) fn registered(&self) -> Result<PreRegisteredClients, ConfigurationError> {
        let client = json!({
            "client_id": self.id,
            "client_name": self.name,
            "redirect_uris": self.callback_urls,
            "loopback_port": "exact",
        });
        PreRegisteredClients::parse(&json!({ "clients": [client] }).to_string())
    }
}

fn claims(grant: &Grant<'_>) -> Value {
    let person = grant.person;
    let mut claims = json!({
        "sub": person.subject,
        "iss": grant.issuer,
        "version": 2,
        "client_id": grant.client_id,
        "origin_jti": grant.session_id,
        "event_id": Uuid::new_v4().to_string(),
        "token_use": "access",
        "scope": grant.scope,
        "auth_time": person.authenticated_at,
        "exp": grant.expires_at,
        "iat": grant.issued_at,
        "jti": grant.token_id,
        "username": person.subject,
    });
    if let Some(claims) = claims.as_object_mut() {
        if grant.resource_indicator == ResourceIndicator::Given {
            claims.insert("aud".to_owned(), grant.resource.into());
        }
        if !person.groups.is_empty() {
            claims.insert("cognito:groups".to_owned(), person.groups.as_slice().into());
        }
    }
    claims
}

/// What Cognito says of itself, as far as it is here, of what the server says. `None` if that is no metadata.
pub(crate) fn metadata(document: &str) -> Option<String> {
    const SAID: [&str; 8] = [
        "authorization_endpoint",
        "id_token_signing_alg_values_supported",
        "issuer",
        "jwks_uri",
        "response_types_supported",
        "revocation_endpoint",
        "subject_types_supported",
        "token_endpoint",
    ];
    let document: Map<String, Value> = serde_json::from_str(document).ok()?;
    let mut said: Map<_, _> = document.into_iter().filter(|(member, _)| SAID.contains(&member.as_str())).collect();
    said.insert("scopes_supported".to_owned(), json!(["openid", "email", "phone", "profile"]));
    let methods = json!(["client_secret_basic", "client_secret_post"]);
    said.insert("token_endpoint_auth_methods_supported".to_owned(), methods);
    Some(Value::Object(said).to_string())
}
