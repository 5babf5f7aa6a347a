//! From what is there to the next thing to do. Nothing here talks to anybody.

use transaction_token::{PrivateKey, SigningKeys, VerificationKeys};

use crate::rotation::Step;
use crate::state::State;
use crate::{emergency, first_keys, rotation};

/// What is to be reached. New keys are made beforehand, so that looking again does not make others.
#[derive(Debug, Clone)]
pub(crate) enum Goal {
    /// Keys of which nothing has been derived from the old ones are in use, and no others are believed.
    Emergency { fresh: SigningKeys },
    /// There are keys, and tools believe them.
    FirstKeys { fresh: SigningKeys },
    /// A step of a rotation is done.
    Rotation { step: Step, token: String, fresh: PrivateKey, now: u64 },
}

/// The way there.
#[derive(Debug)]
pub(crate) enum Next {
    Done,
    Write(Write),
}

/// One change. It happens as a whole or not at all, and only if what it replaces is still there.
#[derive(Debug, Clone)]
pub(crate) enum Write {
    /// The first value of `signing`.
    Begin(SigningKeys),
    /// A value of `signing` that is not in use yet, in the version that Secrets Manager has made for it, or in a new one.
    Stage(Option<String>, SigningKeys),
    /// The staged value was made for other keys than those in use, or too long ago. It is given up.
    Discard,
    /// What tools believe.
    Publish(VerificationKeys),
    /// The staged value is in use from now on.
    Promote,
}

/// A secret of ours, as messages call it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Secret {
    /// What the functions learn about the gateway.
    Control,
    /// The private keys.
    Signing,
    /// The public keys.
    Verification,
}

impl std::fmt::Display for Secret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Control => "control",
            Self::Signing => "signing",
            Self::Verification => "verification",
        })
    }
}

impl Secret {
    /// What else can be done when it is damaged.
    fn hint(self) -> &'static str {
        match self {
            Self::Control => "",
            Self::Signing | Self::Verification => r#", or replace all keys with the event {"action": "emergency"}"#,
        }
    }
}

/// Why something is not done. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// A secret holds something else than this function writes.
    #[error("the secret `{0}` is damaged and was left as it is: restore its last good version{hint}", hint = .0.hint())]
    Damaged(Secret),
    /// Tools are told of keys that belong to no period.
    #[error("an emergency is under way")]
    Emergency,
    /// There is nothing to rotate.
    #[error("the secret `signing` holds no keys yet")]
    NoKeys,
    /// Rotation is for the version that Secrets Manager has labelled for it.
    #[error("the version has neither AWSPENDING nor AWSCURRENT in the secret `signing`")]
    NotPending,
    /// A step was left out.
    #[error("the secret `verification` does not hold the keys that are to be used")]
    NotPublished,
    /// The staged keys do not follow those in use, or have been waiting for more than an hour.
    #[error("the staged keys are out of date: rotate again")]
    Stale,
    /// A public key must be known for a day before it signs, and for a day after.
    #[error("the keys were rotated less than 25 hours ago; only an emergency replaces them sooner")]
    TooEarly,
}

impl Goal {
    /// What to do now. Whoever has done it asks again.
    pub(crate) fn next(&self, state: &State) -> Result<Next, Refusal> {
        match self {
            Self::Emergency { fresh } => emergency::next(fresh, state),
            Self::FirstKeys { fresh } => first_keys::next(fresh, state),
            Self::Rotation { step, token, fresh, now } => rotation::next(*step, token, fresh, *now, state),
        }
    }
}

impl From<Write> for Next {
    fn from(write: Write) -> Self {
        Self::Write(write)
    }
}

#[cfg(test)]
mod tests;
