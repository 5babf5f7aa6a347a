//! What must be remembered, and the few ways in which it is touched.
//!
//! The trait asks for what a key-value database with conditional writes does in one request: every item has one key, no
//! operation looks for anything by another, and none needs more than one item. Three items have a condition, since two
//! requests may come at once and each may reach another instance.
//!
//! Items expire. A store may remove one from its time on, and may also be late: who reads looks at the time again.

use crate::authorization::{AuthorizationCode, AuthorizationRequest};
use crate::opaque::TokenHash;
use crate::session::{Family, Session};

/// The memory of an authorization server. Reads see every earlier write (in `DynamoDB`: consistent reads).
pub trait Store: Send + Sync + 'static {
    /// Keeps a request that waits for its person.
    fn put_request(
        &self,
        handle: &TokenHash,
        request: AuthorizationRequest,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The request, which stays.
    fn request(
        &self,
        handle: &TokenHash,
    ) -> impl Future<Output = Result<Option<AuthorizationRequest>, StoreError>> + Send;

    /// The request, which is gone afterwards. Of two callers at once one gets it.
    fn take_request(
        &self,
        handle: &TokenHash,
    ) -> impl Future<Output = Result<Option<AuthorizationRequest>, StoreError>> + Send;

    /// Keeps a code that was issued.
    fn put_code(
        &self,
        code: &TokenHash,
        issued: AuthorizationCode,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Redeems a code for the session `family`, which does not exist yet, and notes the family at the code. Of two callers
    /// at once one gets [`Redemption::First`]. The code stays until it expires.
    fn redeem_code(
        &self,
        code: &TokenHash,
        family: &Family,
    ) -> impl Future<Output = Result<Redemption, StoreError>> + Send;

    /// Keeps a new session, unless something has this family already: a session, or the mark of its end.
    fn create_session(&self, session: Session) -> impl Future<Output = Result<Written, StoreError>> + Send;

    /// The session; `None` also if it has ended.
    fn session(&self, family: &Family) -> impl Future<Output = Result<Option<Session>, StoreError>> + Send;

    /// Puts `session` in place of the one of its family, if that has not ended and [`Session::revision`] of it is still
    /// `revision`.
    fn replace_session(
        &self,
        revision: u64,
        session: Session,
    ) -> impl Future<Output = Result<Written, StoreError>> + Send;

    /// Ends a session, also one that does not exist yet, and remembers that until the time `until`.
    fn end_session(&self, family: &Family, until: u64) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What became of a code.
#[derive(Debug)]
pub enum Redemption {
    /// Nobody had redeemed it.
    First(Box<AuthorizationCode>),
    /// It was redeemed before, for this session.
    Again(Family),
    /// There is none.
    Unknown,
}

/// What became of a conditional write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// Somebody else was first; nothing was written.
    No,
    /// It was written.
    Yes,
}

/// The store did not do what it was asked to. Whether it did it in part is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the store failed: {0}")]
pub struct StoreError(&'static str);

impl StoreError {
    /// `reason` appears in the log. What else there is to say, the store says itself, without anything of the item.
    #[must_use]
    pub const fn new(reason: &'static str) -> Self {
        Self(reason)
    }
}
