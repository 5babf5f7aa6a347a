//! The first keys of a deployment. Once there are some, this only sees to it that tools know them.

use transaction_token::SigningKeys;

use crate::plan::{Next, Refusal, Secret, Write};
use crate::state::State;

pub(crate) fn next(fresh: &SigningKeys, state: &State) -> Result<Next, Refusal> {
    let published = state.published_if_whole()?;
    let beside = |keys: &SigningKeys| match published {
        Some(others) => keys.verification().beside(others),
        None => keys.verification(),
    };
    let Some(version) = &state.current else {
        // The public keys that may be there have signed nothing yet. But their owner may be about to begin with them.
        let ready = published.is_some_and(|known| known.hold(fresh.in_use()));
        return Ok(if ready { Write::Begin(fresh.clone()) } else { Write::Publish(beside(fresh)) }.into());
    };
    let keys = version.whole().ok_or(Refusal::Damaged(Secret::Signing))?;
    let known = published.is_some_and(|known| known.hold(keys.in_use()));
    Ok(if known { Next::Done } else { Write::Publish(beside(keys)).into() })
}
