//! Whatever an issuer signs.

use super::{Rules, generic};

pub(super) const RULES: Rules = Rules {
    // Who goes by this profile decides nothing by groups and sessions.
    groups: &[],
    session: None,
    kind: |_| Ok(()),
    ..generic::RULES
};
