//! What a check has found.

use serde::{Deserialize, Serialize};

/// The result of a check that could be made.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Outcome {
    /// What was looked at, with its number.
    pub(crate) covered: String,
    /// Each with what is wrong and why it matters. Empty if all is well.
    pub(crate) defects: Vec<String>,
}
