//! New keys at once, because the old ones may be known to somebody. None of the old ones is believed in the end, damaged
//! secrets are replaced, and a rotation that is under way loses its version.

use transaction_token::SigningKeys;

use crate::plan::{Next, Refusal, Write};
use crate::state::{State, Version};

pub(crate) fn next(fresh: &SigningKeys, state: &State) -> Result<Next, Refusal> {
    let is_fresh = |version: &Version<SigningKeys>| version.whole().is_some_and(|keys| keys.in_use() == fresh.in_use());
    let current = state.current.as_ref().ok_or(Refusal::NoKeys)?;
    if is_fresh(current) {
        let keys = fresh.verification();
        return Ok(if state.publishes(&keys) { Next::Done } else { Write::Publish(keys).into() });
    }
    if !state.pending.as_ref().is_some_and(is_fresh) {
        return Ok(Write::Stage(None, fresh.clone()).into());
    }
    // The old keys are believed until the new ones sign. Their next one too: a rotation may be about to finish.
    let fresh_ones = fresh.verification();
    let old = current.whole();
    let signing = old.map(|old| old.in_use()[0]);
    let ready = state.published().is_some_and(|known| known.hold(&fresh_ones) && known.hold(signing.as_slice()));
    if ready {
        return Ok(Write::Promote.into());
    }
    let wanted = match old {
        Some(old) => fresh_ones.beside(&old.verification()),
        None => fresh_ones,
    };
    Ok(Write::Publish(wanted).into())
}
