//! Who is calling, proved: OAuth transaction tokens (draft-ietf-oauth-transaction-tokens-10).
//!
//! A tool must know for whom it works. The model writes the arguments and the client writes the headers, so neither may
//! say it. The authorizer verifies the person's access token, decides, and *countersigns*: it issues a short transaction
//! token for exactly this call. The tool verifies that token and gets a [`Caller`], which cannot be made in another way.
//!
//! 1. Only Ed25519, only `typ: txntoken+jwt`, only keys of this deployment's `verification` set.
//! 2. `aud` is this deployment (the trust domain); a token of another deployment is refused.
//! 3. The token names one target, one tool and the digest of the arguments; another call with it is refused.
//! 4. It lives [`LIFETIME_SECONDS`]; an issuer that signs longer ones is not believed.
//! 5. It carries neither the access token nor anything that could stand for it.
//! 6. No error and no `Debug` output shows a token, or a person's data.
//!
//! It is not proof against replay by itself (draft §"Replay"): within its life the same call can be repeated with it.

mod arguments;
mod caller;
mod claims;
mod client_id;
mod header;
#[cfg(feature = "issue")]
mod issuer;
mod keys;
#[cfg(feature = "rotate")]
mod signing_keys;
mod verifier;

pub use arguments::{BindArguments, Digest};
pub use caller::Caller;
pub use client_id::{MAX_CLIENT_ID, client_id};
pub use header::{HEADER, Presented};
#[cfg(feature = "issue")]
pub use issuer::{Identity, IssueError, Issued, Issuer, SigningKeyError};
pub use keys::{KeySet, KeySetError};
#[cfg(feature = "rotate")]
pub use signing_keys::{GenerateError, PrivateKey, PublicKey, SigningKeys, VerificationKeys};
pub use verifier::{Call, Rejection, Verifier};

/// How long a transaction token lives, in seconds. Long enough for a cold start of the tool, too short to be kept.
pub const LIFETIME_SECONDS: u64 = 30;

/// How far the clocks of two functions may differ, in seconds. AWS keeps its hosts within milliseconds.
pub const LEEWAY_SECONDS: u64 = 5;

/// The longest token, in bytes. Lambda takes about 2.6 KB of client context in all, and the Gateway's own members are in it.
pub const MAX_BYTES: usize = 1_500;

/// The media type of a transaction token, without `application/` (draft §"JWT Header").
const TYPE: &str = "txntoken+jwt";
