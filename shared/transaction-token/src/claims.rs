//! The claims as they travel (draft §"Txn-Token Claims").

use serde::{Deserialize, Serialize};

use crate::Digest;

/// The payload of a transaction token.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Claims {
    /// The trust domain.
    pub(crate) aud: String,
    pub(crate) exp: u64,
    pub(crate) iat: u64,
    pub(crate) rctx: RequestContext,
    /// The workload that asked for the token.
    pub(crate) req_wl: String,
    /// The purpose: the tool's full name, which is as narrow as it gets.
    pub(crate) scope: String,
    pub(crate) sub: String,
    pub(crate) tctx: TransactionContext,
    /// Joins the audit lines of authorizer and tool.
    pub(crate) txn: String,
}

/// What the authorizer decided on.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct TransactionContext {
    pub(crate) args: Digest,
    pub(crate) target: String,
    pub(crate) tool: String,
}

/// What the access token said of the person. Names as in the access token (OpenID Connect Core §2 and §5.1, RFC 9068).
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct RequestContext {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) auth_time: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) groups: Vec<String>,
    pub(crate) iss: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) scope: String,
}
