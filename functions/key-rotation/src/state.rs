//! What the two secrets hold at one moment.

use transaction_token::{SigningKeys, VerificationKeys};

use crate::plan::{Refusal, Secret};

/// The secrets `signing` and `verification`.
#[derive(Debug, Clone, Default)]
pub(crate) struct State {
    /// What tools believe.
    pub(crate) verification: Option<Version<VerificationKeys>>,
    /// What the authorizer signs with.
    pub(crate) current: Option<Version<SigningKeys>>,
    /// What it is to sign with, unless that is `current`.
    pub(crate) pending: Option<Version<SigningKeys>>,
}

/// A version of a secret.
#[derive(Debug, Clone)]
pub(crate) struct Version<T> {
    pub(crate) id: String,
    pub(crate) content: Content<T>,
}

#[derive(Debug, Clone)]
pub(crate) enum Content<T> {
    /// Not what this function writes.
    Damaged,
    /// Secrets Manager has made the version and waits for its value.
    Empty,
    Whole(T),
}

impl<T> Version<T> {
    pub(crate) fn whole(&self) -> Option<&T> {
        match &self.content {
            Content::Whole(value) => Some(value),
            Content::Damaged | Content::Empty => None,
        }
    }
}

impl State {
    /// Whether tools believe these keys and no other.
    pub(crate) fn publishes(&self, keys: &VerificationKeys) -> bool {
        self.published() == Some(keys)
    }

    pub(crate) fn published(&self) -> Option<&VerificationKeys> {
        self.verification.as_ref().and_then(Version::whole)
    }

    pub(crate) fn published_if_whole(&self) -> Result<Option<&VerificationKeys>, Refusal> {
        match &self.verification {
            None => Ok(None),
            Some(version) => version.whole().map(Some).ok_or(Refusal::Damaged(Secret::Verification)),
        }
    }
}
