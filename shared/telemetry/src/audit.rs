//! One line for each decision and for each call: who did what, and why it was allowed or not.

use std::io::Write as _;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

/// The longest JSON-RPC id that is recorded, in bytes.
const MAX_MESSAGE_ID: usize = 64;

/// An audit record. It never holds a token, a code, a secret or an argument.
///
/// The authorizer's `decision` and the tool's `call` of one request have the same `txn`.
#[derive(Debug, Serialize)]
#[non_exhaustive]
pub struct Audit<'a> {
    /// Milliseconds since 1970.
    timestamp: u64,
    /// What the record is about. Its presence tells an audit line from a log line.
    audit: Event,
    /// How it ended.
    outcome: Outcome,
    /// Why, as a stable name.
    reason: &'a str,
    /// The API and its stage, `<api id>/<stage>`, if API Gateway asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api: Option<&'a str>,
    /// The MCP method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<&'a str>,
    /// The tool's full name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<&'a str>,
    /// Who asked, if it is known.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub person: Option<Person<'a>>,
    /// The transaction identifier.
    #[serde(rename = "txn", skip_serializing_if = "Option::is_none")]
    pub transaction: Option<&'a str>,
    /// The JSON-RPC id. The client chooses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    message_id: Option<&'a str>,
    /// The AWS X-Ray trace.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<&'a str>,
    /// How many tools a list held, and how many were left after filtering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<(usize, usize)>,
    /// From the arrival of the event to its end, in microseconds.
    #[serde(rename = "duration_us")]
    duration: u64,
}

/// What a record is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A tool was called.
    Call,
    /// The authorizer decided.
    Decision,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// The tool answered.
    Answered,
    /// Not allowed.
    Denied,
    /// The tool answered with an error of its own.
    Failed,
    /// Allowed.
    Permitted,
}

/// The person of a record.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Person<'a> {
    /// `sub` of the access token.
    pub subject: &'a str,
    /// `iss` of the access token.
    pub issuer: &'a str,
    /// Under which name the provider's directory knows the person, where that is not the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory_id: Option<&'a str>,
    /// The OAuth client.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_id: Option<&'a str>,
    /// What all access tokens of one sign-in share, if the provider says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<&'a str>,
    /// Only with [`AuditDetail::Full`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<&'a str>,
    /// Only with [`AuditDetail::Full`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<&'a [String]>,
}

/// How much of a person an audit record shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditDetail {
    /// E-mail address and groups too.
    Full,
    /// Subject, issuer and client: enough to find the person at the identity provider.
    #[default]
    Standard,
}

impl std::str::FromStr for AuditDetail {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "full" => Ok(Self::Full),
            "standard" => Ok(Self::Standard),
            _ => Err("`standard` or `full`"),
        }
    }
}

impl<'a> Person<'a> {
    /// The person with as much detail as the deployment asks for.
    #[must_use]
    pub fn with_detail(self, detail: AuditDetail, email: Option<&'a str>, groups: &'a [String]) -> Self {
        match detail {
            AuditDetail::Full => Self { email, groups: Some(groups), ..self },
            AuditDetail::Standard => self,
        }
    }
}

impl<'a> Audit<'a> {
    /// A record of something that took `duration` and ends now.
    #[must_use]
    pub fn new(audit: Event, outcome: Outcome, reason: &'a str, duration: Duration) -> Self {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self {
            timestamp: u64::try_from(now.as_millis()).unwrap_or(u64::MAX),
            audit,
            outcome,
            reason,
            api: None,
            method: None,
            tool: None,
            person: None,
            transaction: None,
            message_id: None,
            trace_id: None,
            listed: None,
            duration: u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
        }
    }

    /// Adds the JSON-RPC id, unless it is longer than 64 bytes or not printable ASCII: no client needs more, the client is
    /// free to choose it, and somebody will read the record in a terminal.
    #[must_use]
    pub fn with_message_id(mut self, id: Option<&'a str>) -> Self {
        self.message_id =
            id.filter(|id| id.len() <= MAX_MESSAGE_ID && id.bytes().all(|byte| matches!(byte, b' '..=b'~')));
        self
    }

    /// Writes the record to standard output as one line.
    pub fn write(&self) {
        let Ok(mut line) = serde_json::to_vec(self) else { return };
        line.push(b'\n');
        // One write, so that lines of one process do not mix. If standard output is gone there is nobody to tell.
        let _ = std::io::stdout().lock().write_all(&line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(detail: AuditDetail) -> serde_json::Value {
        let groups = ["support".to_owned()];
        let person = Person {
            subject: "alice",
            issuer: "https://id.example",
            client_id: Some("assistant"),
            ..Person::default()
        };
        let mut audit = Audit::new(Event::Decision, Outcome::Denied, "tool_not_permitted", Duration::from_millis(2));
        audit.person = Some(person.with_detail(detail, Some("alice@example.com"), &groups));
        audit.transaction = Some("t");
        serde_json::to_value(&audit).unwrap()
    }

    #[test]
    fn a_record_is_one_flat_object_with_stable_names() {
        let record = record(AuditDetail::Full);
        assert_eq!(record["audit"], "decision");
        assert_eq!(record["outcome"], "denied");
        assert_eq!(record["reason"], "tool_not_permitted");
        assert_eq!(record["subject"], "alice");
        assert_eq!(record["email"], "alice@example.com");
        assert_eq!(record["groups"][0], "support");
        assert_eq!(record["txn"], "t");
        assert_eq!(record["duration_us"], 2_000);
        assert!(record.get("tool").is_none());
    }

    #[test]
    fn a_message_id_is_recorded_within_bounds() {
        let record = |id: &str| {
            let audit = Audit::new(Event::Call, Outcome::Answered, "ok", Duration::ZERO).with_message_id(Some(id));
            serde_json::to_value(&audit).unwrap().get("message_id").cloned()
        };
        assert_eq!(record("7"), Some("7".into()));
        assert_eq!(record(&"7".repeat(65)), None);
        assert_eq!(record("\u{9b}31m"), None);
        assert_eq!(record("\u{202e}7"), None);
    }

    #[test]
    fn e_mail_and_groups_are_left_out_unless_asked_for() {
        let record = record(AuditDetail::Standard);
        assert!(record.get("email").is_none());
        assert!(record.get("groups").is_none());
    }
}
