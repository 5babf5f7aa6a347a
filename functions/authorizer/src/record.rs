//! The audit line of one decision.

use std::time::Instant;

use access_token::Claims;
use agentcore::jsonrpc::Id;
use telemetry::{Audit, AuditDetail, Event, Outcome, Person};

/// What is known of a decision while it is made. Written once, at its end.
pub(crate) struct Record<'a> {
    started: Instant,
    detail: AuditDetail,
    trace_id: Option<&'a str>,
    /// The API and its stage, if it is no call of the Gateway's.
    pub(crate) api: Option<&'a str>,
    pub(crate) method: Option<&'static str>,
    pub(crate) message_id: Option<Id>,
    pub(crate) tool: Option<String>,
    pub(crate) claims: Option<Claims>,
    pub(crate) transaction: Option<String>,
    pub(crate) listed: Option<(usize, usize)>,
}

impl<'a> Record<'a> {
    pub(crate) fn new(detail: AuditDetail, trace_id: Option<&'a str>) -> Self {
        Self {
            started: Instant::now(),
            detail,
            trace_id,
            api: None,
            method: None,
            message_id: None,
            tool: None,
            claims: None,
            transaction: None,
            listed: None,
        }
    }

    pub(crate) fn write(&self, outcome: Outcome, reason: &str) {
        let message_id = self.message_id.as_ref().map(ToString::to_string);
        let mut audit =
            Audit::new(Event::Decision, outcome, reason, self.started.elapsed()).with_message_id(message_id.as_deref());
        audit.api = self.api;
        audit.method = self.method;
        audit.tool = self.tool.as_deref();
        audit.transaction = self.transaction.as_deref();
        audit.trace_id = self.trace_id;
        audit.listed = self.listed;
        audit.person = self.claims.as_ref().map(|claims| {
            let person = Person {
                subject: claims.subject(),
                issuer: claims.issuer(),
                directory_id: claims.directory_id(),
                client_id: claims.client_id(),
                session: claims.session_id(),
                ..Person::default()
            };
            person.with_detail(self.detail, claims.email(), claims.groups())
        });
        audit.write();
    }
}
