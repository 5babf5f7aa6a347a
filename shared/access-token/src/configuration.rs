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
    /// The URL is well-formed, but no provider of the profile can have it. Says what it would look like.
    #[error("{0}")]
    NotOfTheProfile(&'static str),
    /// Nobody could say which of the keys would be used.
    #[error(
        "pinned keys are {{\"issuer\": \"…\", \"keys\": […]}} with 1 to 32 public keys, each with a `kid` of its own and fit to \
         verify a signature"
    )]
    NotPinnedKeys,
    /// Two spellings of one URL would be two issuers.
    #[error(
        "a discovery URL is written in its normal form: lower-case host, no default port, no `.` or empty segments"
    )]
    NotNormalised,
    /// They would never be found.
    #[error("the pinned keys are not those of the issuer that the discovery URL belongs to")]
    PinnedKeysOfAnotherIssuer,
    /// More than a day.
    #[error("keys are kept for a day at most while the provider cannot be read")]
    StaleWindowTooLong,
    /// The client for TLS could not be built.
    #[error("the TLS client could not be built")]
    Tls,
    /// The URL has user information, a query or a fragment.
    #[error("a discovery URL has no user information, no query and no fragment")]
    UnexpectedUrlPart,
    /// No provider profile has this name.
    #[error("a provider profile is one of: auth0, cognito, entra, generic, keycloak, okta, sign_in")]
    UnknownProfile,
}
