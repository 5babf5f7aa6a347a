//! What the server says of itself: the document of RFC 8414 §2 and of OpenID Connect Discovery §3, one for both.

use serde_json::{Value, json};

use crate::Configuration;
use crate::dialect::AnswerIssuer;
use crate::endpoint::{AUTHORIZATION, Endpoint};

pub(crate) fn document(configuration: &Configuration) -> Value {
    let issuer = &configuration.issuer;
    let url_of = |endpoint: Endpoint| issuer.url_of(endpoint.path());
    let mut document = json!({
        "issuer": issuer.as_str(),
        "authorization_endpoint": issuer.url_of(AUTHORIZATION),
        "token_endpoint": url_of(Endpoint::Token),
        "revocation_endpoint": url_of(Endpoint::Revocation),
        "jwks_uri": url_of(Endpoint::Keys),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        // Clients refuse a server that does not say this (MCP authorization), or use a secret if `none` is missing.
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["none"],
        "revocation_endpoint_auth_methods_supported": ["none"],
        "authorization_response_iss_parameter_supported": configuration.dialect.answer_issuer == AnswerIssuer::Named,
        "request_uri_parameter_supported": false,
        "scopes_supported": configuration.scopes.advertised(),
        // Discovery requires these two, although there are no ID tokens.
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "client_id_metadata_document_supported": configuration.documents.is_some(),
    });
    if let (Some(_), Some(members)) = (&configuration.registration, document.as_object_mut()) {
        members.insert("registration_endpoint".to_owned(), url_of(Endpoint::Registration).into());
    }
    document
}
