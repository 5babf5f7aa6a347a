//! What an operator can get wrong.

/// Why the verifier cannot be set up as configured. The caller adds the name of the setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigurationError {
    /// Two trusted issuers have the same discovery URL.
    #[error("the same discovery URL occurs twice")]
    DuplicateIssuer,
    /// No issuer is trusted, so that no token could ever pass.
    #[error("at least one trusted issuer is required")]
    NoTrustedIssuer,
    /// The path does not end as OpenID Connect Discovery §4 says.
    #[error("a discovery URL ends in `/.well-known/openid-configuration`")]
    NotADiscoveryUrl,
    /// Not an absolute URL.
    #[error("a discovery URL is an absolute https URL")]
    NotAUrl,
    /// Plain http to another host than this one. Whoever sits between could swap the keys.
    #[error("a discovery URL is https; plain http is for loopback addresses only")]
    NotHttps,
    /// Two spellings of one URL would be two issuers.
    #[error(
        "a discovery URL is written in its normal form: lower-case host, no default port, no `.` or empty segments"
    )]
    NotNormalised,
    /// The client for TLS could not be built.
    #[error("the TLS client could not be built")]
    Tls,
    /// The URL has user information, a query or a fragment.
    #[error("a discovery URL has no user information, no query and no fragment")]
    UnexpectedUrlPart,
    /// No issuer that is known here names its clients in a claim of this name.
    #[error("the claim that names the client is one of: client_id, cid, azp")]
    UnknownClientClaim,
    /// No provider profile has this name.
    #[error("a provider profile is one of: cognito, generic")]
    UnknownProfile,
}
