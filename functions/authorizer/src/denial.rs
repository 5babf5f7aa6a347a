//! A no, for two readers.

use std::borrow::Cow;

use access_token::Rejection;
use transaction_token::IssueError;

/// Why something was not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// The stable name, for the audit line.
    pub(crate) reason: &'static str,
    /// For the person: what is missing, and who can help.
    pub(crate) message: Cow<'static, str>,
}

impl Denial {
    pub(crate) fn new(reason: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { reason, message: message.into() }
    }
}

impl From<Rejection> for Denial {
    fn from(rejection: Rejection) -> Self {
        let message = if rejection.retryable() {
            "Your sign-in cannot be checked right now. Try again shortly.".to_owned()
        } else {
            format!("Your sign-in was not accepted: {rejection}. Sign in again.")
        };
        Self::new(rejection.reason(), message)
    }
}

impl From<policy::Denial> for Denial {
    fn from(denial: policy::Denial) -> Self {
        Self::new(denial.reason, denial.message)
    }
}

impl From<IssueError> for Denial {
    fn from(error: IssueError) -> Self {
        match error {
            IssueError::Arguments(problem) => {
                Self::new("arguments_not_interoperable", format!("The arguments hold {problem}."))
            }
            IssueError::TooLarge { bytes, groups } => Self::new(
                "identity_too_large",
                format!(
                    "What the tools must be told about you needs {bytes} bytes, and {} fit. You have {groups} groups: if \
                     they are many, whoever runs this gateway can narrow ForwardedGroups.",
                    transaction_token::MAX_BYTES,
                ),
            ),
            _ => Self::new("not_countersigned", "The call could not be countersigned. Try again shortly."),
        }
    }
}

/// The function has not yet read what it needs to decide.
pub(crate) fn not_ready(reason: &'static str) -> Denial {
    Denial::new(reason, "This gateway is not ready to decide. Try again shortly; if it lasts, tell whoever runs it.")
}
