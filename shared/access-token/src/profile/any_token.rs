//! Whatever an issuer signs.

use super::Rules;
use crate::audience::AbsentAudience;

pub(super) const RULES: Rules = Rules {
    // No claim has this name: who goes by this profile decides nothing by groups.
    groups: "",
    session: "",
    absent_audience: AbsentAudience::Refused,
    kind: |_| Ok(()),
};
