//! Whatever an issuer signs.

use super::Rules;
use crate::audience::AbsentAudience;

pub(super) const RULES: Rules = Rules {
    client_id: "client_id",
    // No claim has this name: who goes by this profile decides nothing by groups.
    groups: "",
    absent_audience: AbsentAudience::Refused,
    kind: |_| Ok(()),
};
