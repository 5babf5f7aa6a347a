//! A rotation, as Secrets Manager calls for it in four steps.

use serde::Deserialize;
use transaction_token::{PrivateKey, SigningKeys};

use crate::plan::{Next, Refusal, Secret, Write};
use crate::state::{Content, State};

/// How long a public key is known before it signs and after, in seconds: as long as a function believes what it has
/// read of a secret that it cannot read again.
pub(crate) const PERIOD: u64 = 24 * 60 * 60;

/// How long a rotation may take, in seconds. It counts from the moment when it was begun, and so does the next period.
pub(crate) const COMPLETION: u64 = 60 * 60;

/// A step of a rotation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) enum Step {
    /// Makes the keys of the next period.
    #[serde(rename = "createSecret")]
    Create,
    /// Lets the tools know them.
    #[serde(rename = "setSecret")]
    Set,
    /// Looks whether the tools know them.
    #[serde(rename = "testSecret")]
    Test,
    /// Lets the authorizer sign with them.
    #[serde(rename = "finishSecret")]
    Finish,
}

pub(crate) fn next(step: Step, token: &str, fresh: &PrivateKey, now: u64, state: &State) -> Result<Next, Refusal> {
    let version = state.current.as_ref().ok_or(Refusal::NoKeys)?;
    let current = version.whole().ok_or(Refusal::Damaged(Secret::Signing))?;
    if version.id == token {
        return Ok(Next::Done);
    }
    let pending = state.pending.as_ref().filter(|version| version.id == token).ok_or(Refusal::NotPending)?;
    let lately = |keys: &SigningKeys| now <= keys.rotated_at().saturating_add(COMPLETION);
    let staged = pending.whole().filter(|keys| lately(keys));
    let published = state.published_if_whole()?;
    let known = published.is_some_and(|known| known.hold(current.in_use()));

    // Nothing is staged that could still be used.
    let Some(staged) = staged else {
        return match (step, &pending.content) {
            (Step::Create, Content::Damaged | Content::Whole(_)) => Ok(Write::Discard.into()),
            (Step::Create, _) if now < current.rotated_at().saturating_add(PERIOD + COMPLETION) => {
                Err(Refusal::TooEarly)
            }
            (Step::Create | Step::Test, Content::Empty) if !known => Err(Refusal::NotPublished),
            // Something was given up: a rotation, an emergency, a first deployment.
            (Step::Create, _) if !state.publishes(&current.verification()) => {
                Ok(Write::Publish(current.verification()).into())
            }
            (Step::Create, _) => Ok(Write::Stage(Some(token.to_owned()), current.rotated(fresh.clone(), now)).into()),
            // Secrets Manager tries a new configuration with this step alone. The version that it makes for that may be
            // empty: what is in use is looked at then.
            (Step::Test, Content::Empty) => Ok(Next::Done),
            _ => Err(Refusal::Stale),
        };
    };
    // An emergency stages keys too. It may be under way.
    if !staged.succeed(current) {
        return Err(Refusal::Stale);
    }
    let wanted = staged.verification();
    match step {
        Step::Set if state.publishes(&wanted) => Ok(Next::Done),
        // Keys that are of neither period are those of an emergency, and must not go.
        Step::Set if published.is_some_and(|known| !current.verification().beside(&wanted).hold(known)) => {
            Err(Refusal::Emergency)
        }
        Step::Set => Ok(Write::Publish(wanted).into()),
        Step::Test | Step::Finish if !state.publishes(&wanted) => Err(Refusal::NotPublished),
        Step::Create | Step::Test => Ok(Next::Done),
        Step::Finish => Ok(Write::Promote.into()),
    }
}
