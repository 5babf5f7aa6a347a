//! A no, for two readers.

use std::borrow::Cow;

use access_token::Rejection;
use control::{Revocation, Whom};
use transaction_token::IssueError;

/// Why something was not allowed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Denial {
    /// The stable name, for the audit line.
    pub(crate) reason: &'static str,
    /// For the person: what is missing, and who can help.
    pub(crate) message: Cow<'static, str>,
    /// Whether the same request may be allowed a few seconds later.
    pub(crate) retryable: bool,
}

impl Denial {
    pub(crate) fn new(reason: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { reason, message: message.into(), retryable: false }
    }
}

impl From<Rejection> for Denial {
    fn from(rejection: Rejection) -> Self {
        let message = if rejection.retryable() {
            "Your sign-in cannot be checked right now. Try again shortly.".to_owned()
        } else {
            format!("Your sign-in was not accepted: {rejection}. Sign in again.")
        };
        Self { retryable: rejection.retryable(), ..Self::new(rejection.reason(), message) }
    }
}

impl From<&Revocation> for Denial {
    fn from(revocation: &Revocation) -> Self {
        let (reason, ends_with_the_sign_in) = match revocation.whom() {
            Whom::Subject(_) => ("subject_revoked", false),
            Whom::Client(_) => ("client_revoked", false),
            Whom::Session(_) => ("session_revoked", true),
            Whom::Everybody => ("sign_in_revoked", true),
        };
        let message = if ends_with_the_sign_in || revocation.before().is_some() {
            "Your sign-in was withdrawn. Sign out at your identity provider, and sign in again."
        } else if matches!(revocation.whom(), Whom::Client(_)) {
            "This assistant's access was withdrawn. Use another one, or ask whoever runs this gateway."
        } else {
            "Your access was withdrawn. Ask whoever runs this gateway."
        };
        Self::new(reason, message)
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
    let message = "This gateway is not ready to decide. Try again shortly; if it lasts, tell whoever runs it.";
    Denial { retryable: true, ..Denial::new(reason, message) }
}

#[cfg(test)]
mod tests {
    use control::{Revocation, Whom};
    use rstest::rstest;

    use super::Denial;

    #[rstest]
    #[case::person(Whom::Subject("a".to_owned()), "subject_revoked")]
    #[case::client(Whom::Client("a".to_owned()), "client_revoked")]
    #[case::session(Whom::Session("a".to_owned()), "session_revoked")]
    #[case::everybody(Whom::Everybody, "sign_in_revoked")]
    fn an_audit_line_says_what_was_withdrawn(#[case] whom: Whom, #[case] reason: &str) {
        let revocation = Revocation::new(whom, None, Some(1), 1, Some("PRIVATE".to_owned())).unwrap();
        let denial = Denial::from(&revocation);
        assert_eq!(denial.reason, reason);
        assert!(!denial.message.contains("PRIVATE"), "the note is for operators");
    }
}
