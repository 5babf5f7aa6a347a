//! Why a token was refused.

/// Why a token was refused. `Display` is for the caller, [`reason`](Self::reason) for the log; neither repeats the
/// token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// `alg` is not one of RS256, PS256, ES256 and `EdDSA`.
    #[error("the token's signature algorithm is not accepted")]
    AlgorithmNotAllowed,
    /// The key that the token names is meant for another algorithm.
    #[error("the token's signature algorithm is not that of its key")]
    AlgorithmMismatch,
    /// There is no `aud`, and the client is not one of those that may stand in for it.
    #[error("the token's client is not accepted here")]
    ClientNotAllowed,
    /// `exp` has passed.
    #[error("the token has expired")]
    Expired,
    /// The signature is not that of the key.
    #[error("the token's signature is not valid")]
    InvalidSignature,
    /// The groups are not in the token, only where to ask for them (Entra ID, "groups overage"). None would look the same
    /// as these.
    #[error("the token does not hold your groups, because they are too many")]
    GroupsOverage,
    /// `iat` lies in the future.
    #[error("the token was issued in the future")]
    IssuedInTheFuture,
    /// The issuer's keys could not be had in time. The token may be good: try again.
    #[error("the issuer's keys cannot be read at the moment; try again")]
    KeysUnavailable,
    /// From `iat` to `exp` it is more than 25 hours.
    #[error("the token is valid for too long")]
    LifetimeTooLong,
    /// A claim has a type or a value that its definition does not allow.
    #[error("the token's claim `{0}` is malformed")]
    MalformedClaim(&'static str),
    /// The credentials are not exactly one token (RFC 6750 §2.1).
    #[error("the credentials are not one bearer token")]
    MalformedCredentials,
    /// Not a compact JWS with strict base64url and strict JSON.
    #[error("the token is malformed")]
    MalformedToken,
    /// A required claim is absent.
    #[error("the token has no claim `{0}`")]
    MissingClaim(&'static str),
    /// The header names no key.
    #[error("the token names no key")]
    MissingKeyIdentifier,
    /// The authorization scheme is not `Bearer`.
    #[error("a bearer token is required")]
    NotABearerToken,
    /// The token is signed but is no access token: an ID token, a logout token, a client assertion.
    #[error("the token is not an access token")]
    NotAnAccessToken,
    /// The token was issued to a client in its own name (client credentials grant): nobody has signed in.
    #[error("the token is not that of a person")]
    NotAPerson,
    /// `nbf` lies in the future.
    #[error("the token is not valid yet")]
    NotYetValid,
    /// Longer than 16 KiB.
    #[error("the token is too long")]
    TokenTooLong,
    /// The issuer is not one of those that are trusted, byte for byte.
    #[error("the token's issuer is not trusted here")]
    UnknownIssuer,
    /// The issuer publishes no usable key of this name, or two.
    #[error("the token's key is not known")]
    UnknownKey,
    /// The header asks for something that changes how the token is read: `crit`, `b64` or `zip`.
    #[error("the token's header asks for an extension that is not supported")]
    UnsupportedHeader,
    /// `aud` is present and does not hold ours.
    #[error("the token is meant for another audience")]
    WrongAudience,
}

impl Rejection {
    /// The name under which the log knows it. It never changes.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::AlgorithmNotAllowed => "algorithm_not_allowed",
            Self::AlgorithmMismatch => "algorithm_mismatch",
            Self::ClientNotAllowed => "client_not_allowed",
            Self::Expired => "expired",
            Self::InvalidSignature => "invalid_signature",
            Self::GroupsOverage => "groups_overage",
            Self::IssuedInTheFuture => "issued_in_the_future",
            Self::KeysUnavailable => "keys_unavailable",
            Self::LifetimeTooLong => "lifetime_too_long",
            Self::MalformedClaim(_) => "malformed_claim",
            Self::MalformedCredentials => "malformed_credentials",
            Self::MalformedToken => "malformed_token",
            Self::MissingClaim(_) => "missing_claim",
            Self::MissingKeyIdentifier => "missing_key_identifier",
            Self::NotABearerToken => "not_a_bearer_token",
            Self::NotAnAccessToken => "not_an_access_token",
            Self::NotAPerson => "not_a_person",
            Self::NotYetValid => "not_yet_valid",
            Self::TokenTooLong => "token_too_long",
            Self::UnknownIssuer => "unknown_issuer",
            Self::UnknownKey => "unknown_key",
            Self::UnsupportedHeader => "unsupported_header",
            Self::WrongAudience => "wrong_audience",
        }
    }

    /// Whether the same token may pass a few seconds later (503), or is refused for good (401).
    #[must_use]
    pub const fn retryable(self) -> bool {
        matches!(self, Self::KeysUnavailable)
    }
}

impl From<jws::Error> for Rejection {
    fn from(error: jws::Error) -> Self {
        match error {
            jws::Error::TooLong => Self::TokenTooLong,
            _ => Self::MalformedToken,
        }
    }
}
