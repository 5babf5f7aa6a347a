//! Why a token does not open the gateway.

use access_token::Rejection;

/// The rule that a request breaks. `Display` is for the developer at the terminal; the client reads none of it, and no
/// part of the token is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the request has no Authorization header")]
    NoCredentials,
    #[error("the request has more than one Authorization header")]
    SeveralCredentials,
    #[error(transparent)]
    Token(#[from] Rejection),
    #[error("none of the values of `aud` is one of AllowedAudience")]
    Audience,
    #[error("`client_id` is not one of AllowedClients (no other claim is looked at)")]
    Client,
    /// The name of the claim, which is the template's.
    #[error("the claim `{0}` does not match CustomClaims")]
    Claim(String),
    #[error("the token holds none of AllowedScopes")]
    Scope,
}

impl Refusal {
    /// The name under which the log knows it; where an authorizer function would say the same, it is the same.
    pub(crate) const fn reason(&self) -> &'static str {
        match self {
            Self::NoCredentials => "no_token",
            Self::SeveralCredentials => "malformed_credentials",
            Self::Token(rejection) => rejection.reason(),
            Self::Audience => "wrong_audience",
            Self::Client => "client_not_allowed",
            Self::Claim(_) => "claim_mismatch",
            Self::Scope => "insufficient_scope",
        }
    }
}
