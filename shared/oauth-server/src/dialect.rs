//! What a host may have this server do otherwise, because the provider that it stands for does.

use serde_json::Value;

use crate::access_token::{Grant, standard_claims};

/// How the server speaks. The default is what MCP clients like best.
#[derive(Debug, Clone, Copy)]
pub struct Dialect {
    /// Writes the claims of an access token: a JSON object. By default [`standard_claims`].
    pub claims: fn(&Grant<'_>) -> Value,
    /// Whether a client is told whose answer it gets.
    pub answer_issuer: AnswerIssuer,
}

/// Whether the answer to an authorization request names the issuer (RFC 9207).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AnswerIssuer {
    /// It does.
    #[default]
    Named,
    /// It does not, and metadata does not say so.
    Omitted,
}

impl Default for Dialect {
    fn default() -> Self {
        Self { claims: standard_claims, answer_issuer: AnswerIssuer::default() }
    }
}
