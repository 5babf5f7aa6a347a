//! Identity to token. The authorizer alone has the key for it.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use strict_json::Object;

use crate::claims::{Claims, RequestContext, TransactionContext};
use crate::{Digest, LIFETIME_SECONDS, MAX_BYTES, TYPE, client_id};

/// What the verified access token said of the person.
#[derive(Clone, Copy)]
pub struct Identity<'a> {
    /// `sub`: the person.
    pub subject: &'a str,
    /// `iss`: the identity provider.
    pub issuer: &'a str,
    /// The OAuth client. The token carries it as [`Caller::client_id`](crate::Caller::client_id) says.
    pub client_id: Option<&'a str>,
    /// For display.
    pub name: Option<&'a str>,
    /// For display and mail.
    pub email: Option<&'a str>,
    /// The access token's scopes, separated by spaces (RFC 6749 §3.3).
    pub scope: &'a str,
    /// The groups to forward: already chosen by the caller, and forwarded all or not at all.
    pub groups: &'a [String],
    /// `auth_time`, in seconds since 1970.
    pub authenticated_at: Option<u64>,
}

impl std::fmt::Debug for Identity<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Identity(..)")
    }
}

/// A transaction token that was issued, and the name of its transaction.
#[derive(Debug)]
pub struct Issued {
    /// The value of the header [`HEADER`](crate::HEADER).
    pub token: SecretString,
    /// `txn`: 128 random bits in base64url, for the audit line.
    pub transaction: String,
}

/// Why no token was issued.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The arguments hold a number that the canonical form would merge with another.
    #[error(transparent)]
    Arguments(#[from] strict_json::NotInteroperable),
    /// The machine has no time, no randomness or no memory to sign.
    #[error("a transaction token could not be made")]
    Internal,
    /// The identity does not fit. Nothing is cut, since a tool could not tell a missing group from a cut one.
    #[error("the identity needs {bytes} bytes, {MAX_BYTES} fit; it has {groups} groups")]
    TooLarge {
        /// The size that the token would have.
        bytes: usize,
        /// How many groups were to be forwarded.
        groups: usize,
    },
}

/// Why the secret `signing` was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the secret `signing` is not {{\"current\": a private Ed25519 key, ...}}")]
pub struct SigningKeyError;

/// The transaction token service of one trust domain.
pub struct Issuer {
    key: Ed25519KeyPair,
    header: String,
    trust_domain: String,
    workload: String,
}

impl Issuer {
    /// Reads the secret `signing`, `{"current": JWK, "next": JWK}`, and signs with `current`.
    ///
    /// # Errors
    ///
    /// [`SigningKeyError`] if the secret is anything else, or the public half is not that of the private one.
    pub fn new(
        signing: &SecretString,
        trust_domain: impl Into<String>,
        workload: impl Into<String>,
    ) -> Result<Self, SigningKeyError> {
        let secret = strict_json::parse_object(signing.expose_secret().as_bytes()).map_err(|_| SigningKeyError)?;
        let jwk = secret.get("current").ok_or(SigningKeyError)?;
        let member = |name| jwk.get(name).and_then(Value::as_str).ok_or(SigningKeyError);
        let bytes = |name| URL_SAFE_NO_PAD.decode(member(name)?).map_err(|_| SigningKeyError);
        let fits = member("kty")? == "OKP" && member("crv")? == "Ed25519" && !member("kid")?.is_empty();
        if !fits {
            return Err(SigningKeyError);
        }
        let key = Ed25519KeyPair::from_seed_and_public_key(&bytes("d")?, &bytes("x")?).map_err(|_| SigningKeyError)?;
        let header = json!({ "alg": "EdDSA", "kid": member("kid")?, "typ": TYPE });
        Ok(Self {
            key,
            header: URL_SAFE_NO_PAD.encode(header.to_string()),
            trust_domain: trust_domain.into(),
            workload: workload.into(),
        })
    }

    /// Issues a token for one call: this person, this tool of this target, these arguments.
    ///
    /// # Errors
    ///
    /// [`IssueError`]; the call must then be denied.
    pub fn issue(
        &self,
        identity: Identity<'_>,
        (target, tool): (&str, &str),
        arguments: &Object,
        now: SystemTime,
    ) -> Result<Issued, IssueError> {
        let now = now.duration_since(UNIX_EPOCH).map_err(|_| IssueError::Internal)?.as_secs();
        let transaction = random_identifier()?;
        let claims = Claims {
            aud: self.trust_domain.clone(),
            exp: now.saturating_add(LIFETIME_SECONDS),
            iat: now,
            rctx: RequestContext {
                auth_time: identity.authenticated_at,
                client_id: identity.client_id.map(|id| client_id(id).into_owned()),
                email: identity.email.map(str::to_owned),
                groups: identity.groups.to_vec(),
                iss: identity.issuer.to_owned(),
                name: identity.name.map(str::to_owned),
                scope: identity.scope.to_owned(),
            },
            req_wl: self.workload.clone(),
            scope: format!("{target}___{tool}"),
            sub: identity.subject.to_owned(),
            tctx: TransactionContext { args: Digest::of(arguments)?, target: target.to_owned(), tool: tool.to_owned() },
            txn: transaction.clone(),
        };
        let payload = serde_json::to_vec(&claims).map_err(|_| IssueError::Internal)?;
        let mut token = format!("{}.{}", self.header, URL_SAFE_NO_PAD.encode(payload));
        let signature = self.key.try_sign(token.as_bytes()).map_err(|_| IssueError::Internal)?;
        token.push('.');
        URL_SAFE_NO_PAD.encode_string(signature, &mut token);
        if token.len() > MAX_BYTES {
            return Err(IssueError::TooLarge { bytes: token.len(), groups: identity.groups.len() });
        }
        Ok(Issued { token: token.into(), transaction })
    }
}

impl std::fmt::Debug for Issuer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Issuer").field("trust_domain", &self.trust_domain).finish_non_exhaustive()
    }
}

fn random_identifier() -> Result<String, IssueError> {
    let mut bytes = [0; 16];
    aws_lc_rs::rand::fill(&mut bytes).map_err(|_| IssueError::Internal)?;
    Ok(URL_SAFE_NO_PAD.encode(bytes))
}

#[cfg(test)]
mod tests;
