//! The control record: what a stack learnt after it was made. It is one secret, `<stack>/control`.
//!
//! The gateway's URL is known when the gateway exists, and the authorizer must exist before. CloudFormation has no way
//! out of that circle, so the stack writes this record at the end, and the functions read it while they run. What must
//! reach them in seconds rather than by a deployment stands here too: whose access was withdrawn.
//!
//! Whoever can have a revocation overlooked is back in. So:
//!
//! 1. A record is read whole or not at all: a name twice, or a revocation that is not understood to its last member,
//!    refuses all of it. A reader that is older than the writer denies rather than passes over a rule.
//! 2. Beside the revocations a record may hold what this version does not know. It is kept when the record is written
//!    again. What restricts anybody belongs below `revocations`, never beside it.
//! 3. Nothing falls out by itself, not by age and not for want of room: a record that is full refuses to grow.
//! 4. Revocations add up: what one withdraws no other gives back, and to undo one undoes that one alone.
//! 5. What could be meant is withdrawn: a token that names no client falls under each revocation of a client, one that
//!    names no session under each revocation of a session, if its issuer is the one that is meant.
//! 6. A name shows as it is, so that an operator can compare it and give it again.
//! 7. No error repeats the record.
//!
//! ```json
//! {
//!   "gateway_id": "countersign-a1b2c3d4e5",
//!   "gateway_arn": "arn:aws:bedrock-agentcore:eu-central-1:111122223333:gateway/countersign-a1b2c3d4e5",
//!   "mcp_url": "https://countersign-a1b2c3d4e5.gateway.bedrock-agentcore.eu-central-1.amazonaws.com/mcp",
//!   "revocations": [
//!     { "subject": "6d3a91f0", "issuer": "https://login.example", "made_at": 1795462517, "note": "ticket 4711" },
//!     { "client": "assistant", "made_at": 1795462517 },
//!     { "session": "fE3xq", "made_at": 1795462517 },
//!     { "subject": "0b7e", "before": 1795462517, "made_at": 1795462518 },
//!     { "before": 1795462517, "made_at": 1795462518 }
//!   ]
//! }
//! ```
//!
//! Times are in seconds since 1970.

mod record;
mod revocation;
mod revocations;

pub use record::{Control, ControlError, Full, Gateway, MAX_BYTES, MAXIMUM_AGE, PERIOD};
pub use revocation::{Revocation, RevocationError, SignIn, Whom};
pub use revocations::Revocations;

#[cfg(test)]
mod tests;
