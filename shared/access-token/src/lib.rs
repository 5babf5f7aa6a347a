//! Access token in, verified claims out.
//!
//! Whoever can make this crate return [`Claims`] is let in under that name. The token, and every name in it, comes from
//! the network; the signing keys come from a server that may be slow, broken or impersonated; both may be sent a
//! thousand times a second. So (RFC 8725, RFC 9068, RFC 6750):
//!
//! 1. [`Claims`] come out of [`Verifier::verify`] and out of nothing else, after every check has passed.
//! 2. Only configured issuers count, compared byte for byte. The token can choose among them and never add one: `jku`,
//!    `x5u`, `x5c` and `jwk` in a header are never read (§3.8, §3.10). Keys are those that the issuer's discovery document
//!    names.
//! 3. RS256, PS256, ES256 and `EdDSA` with Ed25519, each bound to the kind of key that it needs. No HMAC, no `none`
//!    (§3.1, §3.2).
//! 4. If `aud` is present it must hold ours, whatever else matches. Only where the provider's [`Profile`] says that its
//!    access tokens may lack `aud` does a client on the list stand in ([`AudienceRule`], §3.9).
//! 5. ID tokens, refresh tokens, client assertions and the like are not access tokens, and what a client got in its own
//!    name is not a person's. How to tell, the [`Profile`] of the issuer knows (§3.11, §3.12).
//! 6. Keys are fetched over https with compiled-in roots, no redirect, no proxy, at most 64 KiB, 32 keys and 2 s a
//!    document. A set replaces the one before it whole, and is not used after an hour: if no newer one can be had,
//!    every token is refused, retryably ([`Rejection::retryable`]). Keys may be [pinned](PinnedKeys) instead. Weak
//!    ones are left out: RSA under 2,048 bits or with an exponent of 1, Ed25519 keys under which anybody can sign, and
//!    those whose private part is public.
//! 7. A token costs a fetch only if its form, header, issuer and times pass; unsigned as they are then, they may refuse it
//!    and never admit it. One fetch runs at a time for an issuer, and the next begins 30 s later at the earliest, 5 s if
//!    there are no keys; a caller who leaves changes none of it.
//! 8. No error, log line or `Debug` output holds any part of a token.
//!
//! What it does not do: it keeps no list of revoked tokens, and it takes a token that is bound to a key of the client
//! (`cnf`) for a plain bearer token, as the Gateway does.
//!
//! ```no_run
//! # async fn example(authorization: &str) -> Result<(), Box<dyn std::error::Error>> {
//! use access_token::{AccessToken, AudienceRule, DiscoveryUrl, Profile, TrustedIssuer, Verifier};
//! use std::time::Duration;
//!
//! let discovery_url = DiscoveryUrl::parse("https://login.example/.well-known/openid-configuration")?;
//! let verifier = Verifier::new(vec![TrustedIssuer::new(discovery_url, Profile::Generic)?])?;
//! verifier.prefetch(Duration::from_secs(2)).await;
//!
//! let token = AccessToken::from_authorization(authorization)?;
//! let rule = AudienceRule::accept(["https://gateway.example/mcp"]);
//! let claims = verifier.verify(&token, &rule, Duration::from_secs(2)).await?;
//! assert!(!claims.subject().is_empty());
//! # Ok(())
//! # }
//! ```
//!
#![doc = include_str!("faults.md")]

mod algorithm;
mod audience;
mod bearer;
mod claim;
mod claims;
mod clock;
mod configuration;
mod discovery;
mod fetch;
#[cfg(fuzzing)]
pub mod fuzzing;
mod header;
mod jwk;
mod key_set;
mod key_store;
mod pinned_keys;
mod profile;
mod rejection;
mod trusted_issuer;
mod unverified;
mod validity;
mod verifier;

pub use audience::AudienceRule;
pub use bearer::AccessToken;
pub use claims::Claims;
pub use configuration::ConfigurationError;
pub use discovery::DiscoveryUrl;
pub use pinned_keys::PinnedKeys;
pub use profile::Profile;
pub use rejection::Rejection;
pub use trusted_issuer::TrustedIssuer;
pub use verifier::Verifier;

#[cfg(test)]
mod tests;
