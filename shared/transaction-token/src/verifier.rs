//! Token to caller.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;
use strict_json::Object;

use crate::claims::Claims;
use crate::{BindArguments, Caller, Digest, KeySet, LEEWAY_SECONDS, LIFETIME_SECONDS, MAX_BYTES, Presented, TYPE};

/// The call that a tool is asked to do.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    /// The tool, without the target's prefix.
    pub tool: &'a str,
    /// The arguments as the tool received them.
    pub arguments: &'a Object,
}

impl std::fmt::Debug for Call<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Call").field("tool", &self.tool).finish_non_exhaustive()
    }
}

/// Verifies the transaction tokens that are meant for one target.
#[derive(Debug)]
pub struct Verifier {
    trust_domain: String,
    target: String,
    bind_arguments: BindArguments,
}

/// Why there is no caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The header `alg` is not `EdDSA`.
    #[error("the transaction token is not signed with EdDSA")]
    Algorithm,
    /// More than one header of the name, in whatever spelling.
    #[error("more than one transaction token")]
    Ambiguous,
    /// Issued for other arguments than these, or these have no canonical form.
    #[error("the transaction token was issued for other arguments")]
    Arguments,
    /// Issued in another trust domain.
    #[error("the transaction token is of another deployment")]
    Audience,
    /// A claim is missing or of the wrong type.
    #[error("the transaction token lacks a claim")]
    Claims,
    /// Past its time.
    #[error("the transaction token has expired")]
    Expired,
    /// Not a compact JWS, too long, or with header parameters that change its meaning.
    #[error("the transaction token is malformed")]
    Malformed,
    /// No header of the name.
    #[error("no transaction token")]
    Missing,
    /// Issued in the future, or for longer than tokens live.
    #[error("the transaction token is not valid at this time")]
    NotYetValid,
    /// The signature is not that of the key.
    #[error("the signature of the transaction token is wrong")]
    Signature,
    /// Issued for another target.
    #[error("the transaction token was issued for another target")]
    Target,
    /// Issued for another tool.
    #[error("the transaction token was issued for another tool")]
    Tool,
    /// Not a transaction token, but some other kind of JWT.
    #[error("not a transaction token")]
    Type,
    /// Signed by a key that is not in the set. A newer set may have it.
    #[error("the transaction token is signed by an unknown key")]
    UnknownKey,
}

impl Rejection {
    /// The stable name of the reason, for logs.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::Algorithm => "transaction_token_algorithm",
            Self::Ambiguous => "transaction_token_ambiguous",
            Self::Arguments => "transaction_token_arguments",
            Self::Audience => "transaction_token_audience",
            Self::Claims => "transaction_token_claims",
            Self::Expired => "transaction_token_expired",
            Self::Malformed => "transaction_token_malformed",
            Self::Missing => "transaction_token_missing",
            Self::NotYetValid => "transaction_token_not_yet_valid",
            Self::Signature => "transaction_token_signature",
            Self::Target => "transaction_token_target",
            Self::Tool => "transaction_token_tool",
            Self::Type => "transaction_token_type",
            Self::UnknownKey => "transaction_token_unknown_key",
        }
    }
}

impl Verifier {
    /// A verifier for one target of one trust domain. Both names come from configuration, never from an invocation.
    #[must_use]
    pub fn new(trust_domain: impl Into<String>, target: impl Into<String>, bind_arguments: BindArguments) -> Self {
        Self { trust_domain: trust_domain.into(), target: target.into(), bind_arguments }
    }

    /// Verifies the token for a call.
    ///
    /// # Errors
    ///
    /// [`Rejection`]: the first rule that the token breaks. Claims are read after the signature holds, never before.
    pub fn verify(
        &self,
        token: Presented<'_>,
        keys: &KeySet,
        call: Call<'_>,
        now: SystemTime,
    ) -> Result<Caller, Rejection> {
        let compact = jws::Compact::parse(token.0, MAX_BYTES).map_err(|_| Rejection::Malformed)?;
        let header = |name| compact.header.get(name).and_then(Value::as_str);
        // RFC 7515 §4.1.11: an extension that we do not understand must not be passed over.
        if compact.header.contains_key("crit") || compact.header.contains_key("b64") {
            return Err(Rejection::Malformed);
        }
        if header("typ") != Some(TYPE) {
            return Err(Rejection::Type);
        }
        if header("alg") != Some("EdDSA") {
            return Err(Rejection::Algorithm);
        }
        let key = header("kid").and_then(|kid| keys.find(kid)).ok_or(Rejection::UnknownKey)?;
        key.verify_sig(compact.signing_input, &compact.signature).map_err(|_| Rejection::Signature)?;

        let claims: Claims = serde_json::from_value(Value::Object(compact.payload)).map_err(|_| Rejection::Claims)?;
        self.check(&claims, call.tool, now)?;
        let arguments_differ = Digest::of(call.arguments).ok().as_ref() != Some(&claims.tctx.args);
        if arguments_differ && self.bind_arguments == BindArguments::Required {
            return Err(Rejection::Arguments);
        }
        Ok(Caller::new(claims, arguments_differ))
    }

    fn check(&self, claims: &Claims, tool: &str, now: SystemTime) -> Result<(), Rejection> {
        let now = now.duration_since(UNIX_EPOCH).map_err(|_| Rejection::NotYetValid)?.as_secs();
        if claims.aud != self.trust_domain {
            return Err(Rejection::Audience);
        }
        if claims.exp.saturating_add(LEEWAY_SECONDS) <= now {
            return Err(Rejection::Expired);
        }
        let lifetime = claims.exp.checked_sub(claims.iat).ok_or(Rejection::NotYetValid)?;
        if claims.iat > now.saturating_add(LEEWAY_SECONDS) || lifetime > LIFETIME_SECONDS {
            return Err(Rejection::NotYetValid);
        }
        if claims.sub.is_empty() || claims.txn.is_empty() || claims.req_wl.is_empty() || claims.rctx.iss.is_empty() {
            return Err(Rejection::Claims);
        }
        if claims.tctx.target != self.target {
            return Err(Rejection::Target);
        }
        // The scope says the same again in the draft's own words; a token in which the two differ is not ours.
        if claims.tctx.tool != tool || claims.scope != format!("{}___{tool}", self.target) {
            return Err(Rejection::Tool);
        }
        Ok(())
    }
}
