//! May this caller see this tool, may they call it.
//!
//! 1. Default deny: a tool that the policy does not name is callable by nobody and visible to nobody.
//! 2. Seeing and calling are the same question asked for two purposes, so a list never shows what a call would not be
//!    allowed to try.
//! 3. A denial says what is missing and who can grant it, never what the policy looks like.

use std::collections::BTreeSet;

use agentcore::tool::{NameError, ToolName};
use strict_json::Object;

/// Who asks: what the verified access token says of them.
#[derive(Clone, Copy)]
pub struct Principal<'a> {
    /// The person.
    pub subject: &'a str,
    /// The identity provider that vouches for them.
    pub issuer: &'a str,
    /// Their assistant.
    pub client_id: Option<&'a str>,
    /// Their groups, all of them.
    pub groups: &'a [String],
    /// The scopes of their token.
    pub scopes: &'a BTreeSet<String>,
}

impl std::fmt::Debug for Principal<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Principal(..)")
    }
}

/// What they want.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    /// To call the tool with these arguments.
    Call(&'a Object),
    /// To see the tool in a list.
    List,
}

/// The answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub enum Decision {
    /// Yes.
    Permit,
    /// No.
    Deny(Denial),
}

/// A no, for two readers.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Denial {
    /// The stable name of the reason, for the log.
    pub reason: &'static str,
    /// What is missing and who can grant it, for the person: one sentence or two.
    pub message: String,
}

/// The policy of a deployment: the tools that every signed-in person may use.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    permitted: BTreeSet<ToolName>,
}

impl Policy {
    /// A policy that permits the named tools to everybody who is signed in, and nothing else.
    ///
    /// # Errors
    ///
    /// [`NameError`] for the first name that no tool can have: a misspelt permission must not pass unnoticed.
    pub fn permitting<'n>(names: impl IntoIterator<Item = &'n str>) -> Result<Self, NameError> {
        Ok(Self { permitted: names.into_iter().map(str::parse).collect::<Result<_, _>>()? })
    }

    /// Decides.
    pub fn decide(&self, _principal: Principal<'_>, tool: &ToolName, _purpose: Purpose<'_>) -> Decision {
        if self.permitted.contains(tool) {
            return Decision::Permit;
        }
        Decision::Deny(Denial {
            reason: "tool_not_permitted",
            message: format!("{tool} is not permitted here. Whoever runs this gateway can permit it."),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use rstest::rstest;

    use super::{Decision, Policy, Principal, Purpose};

    fn decide(policy: &Policy, tool: &str, purpose: Purpose<'_>) -> Decision {
        let scopes = BTreeSet::new();
        let alice =
            Principal { subject: "alice", issuer: "https://id.example", client_id: None, groups: &[], scopes: &scopes };
        policy.decide(alice, &tool.parse().unwrap(), purpose)
    }

    #[rstest]
    #[case::another_tool("profile___delete_everything")]
    #[case::another_target("profiles___who_am_i")]
    #[case::longer("profile___who_am_i_really")]
    #[case::other_case("profile___Who_Am_I")]
    #[case::search("x_amz_bedrock_agentcore_search")]
    fn what_is_not_named_is_denied_and_hidden(#[case] tool: &str) {
        let policy = Policy::permitting(["profile___who_am_i"]).unwrap();
        let arguments = strict_json::Object::new();
        for purpose in [Purpose::Call(&arguments), Purpose::List] {
            assert!(matches!(decide(&policy, tool, purpose), Decision::Deny(_)));
        }
    }

    #[test]
    fn what_is_named_is_permitted() {
        let policy = Policy::permitting(["profile___who_am_i", "x_amz_bedrock_agentcore_search"]).unwrap();
        assert_eq!(decide(&policy, "profile___who_am_i", Purpose::List), Decision::Permit);
        assert_eq!(decide(&policy, "x_amz_bedrock_agentcore_search", Purpose::List), Decision::Permit);
    }

    #[test]
    fn an_empty_policy_permits_nothing() {
        assert!(matches!(decide(&Policy::default(), "profile___who_am_i", Purpose::List), Decision::Deny(_)));
    }

    #[test]
    fn a_denial_names_the_tool_and_who_can_help() {
        let Decision::Deny(denial) = decide(&Policy::default(), "tickets___close", Purpose::List) else { panic!() };
        assert_eq!(denial.reason, "tool_not_permitted");
        assert!(denial.message.starts_with("tickets___close is not permitted"));
    }

    #[rstest]
    #[case("who_am_i")]
    #[case("*")]
    #[case("")]
    fn a_name_that_no_tool_can_have_is_refused(#[case] name: &str) {
        assert!(Policy::permitting([name]).is_err());
    }
}
