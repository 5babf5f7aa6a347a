//! What the provider says of itself.

use serde_json::{Value, json};

use crate::provider::Inner;

/// The document of OpenID Connect Discovery 1.0 and of RFC 8414, one for both.
///
/// It names neither an authorization nor a token endpoint, and so no response type: there is none to be found.
pub(crate) fn document(provider: &Inner) -> Value {
    let issuer = &provider.config.issuer;
    json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}{}", crate::router::JWKS),
        "response_types_supported": [],
        "grant_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "scopes_supported": provider.config.scope.split_whitespace().collect::<Vec<_>>(),
        "claims_supported": ["sub", "name", "email", "groups"],
    })
}

pub(crate) fn key_set(provider: &Inner) -> Value {
    json!({"keys": [provider.key.jwk]})
}
