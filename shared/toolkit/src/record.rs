//! The audit line of one call.

use std::time::Instant;

use agentcore::runtime::Context;
use telemetry::{Audit, Event, Outcome, Person};
use transaction_token::Caller;

/// What is known of a call while it goes on. Written when it is dropped, so that a call that runs into its deadline or
/// panics leaves its line too: it may have done its work by then.
pub(crate) struct Record<'a> {
    context: &'a Context,
    started: Instant,
    ending: (Outcome, &'static str),
    pub(crate) tool: Option<String>,
    pub(crate) caller: Option<Caller>,
}

impl<'a> Record<'a> {
    pub(crate) fn new(context: &'a Context) -> Self {
        let ending = (Outcome::Failed, "interrupted");
        Self { context, started: Instant::now(), ending, tool: None, caller: None }
    }

    pub(crate) fn end(&mut self, outcome: Outcome, reason: &'static str) {
        self.ending = (outcome, reason);
    }

    fn audit(&self) -> Audit<'_> {
        let (outcome, reason) = self.ending;
        let mut audit = Audit::new(Event::Call, outcome, reason, self.started.elapsed())
            .with_message_id(self.context.client_context.message_id().ok());
        audit.tool = self.tool.as_deref();
        audit.trace_id = self.context.trace_id.as_deref();
        if let Some(caller) = &self.caller {
            audit.transaction = Some(caller.transaction());
            audit.person = Some(Person {
                subject: caller.subject(),
                issuer: caller.issuer(),
                client_id: caller.client_id(),
                ..Person::default()
            });
        }
        audit
    }
}

impl Drop for Record<'_> {
    fn drop(&mut self) {
        self.audit().write();
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use agentcore::runtime::Context;
    use telemetry::Outcome;

    use super::Record;

    fn ending(end: impl FnOnce(&mut Record<'_>)) -> (String, String) {
        let context = Context::new("request", Instant::now() + Duration::from_secs(1));
        let mut record = Record::new(&context);
        end(&mut record);
        let line = serde_json::to_value(record.audit()).unwrap();
        (line["outcome"].as_str().unwrap().to_owned(), line["reason"].as_str().unwrap().to_owned())
    }

    #[test]
    fn a_call_that_nobody_ended_was_interrupted() {
        assert_eq!(ending(|_| {}), ("failed".to_owned(), "interrupted".to_owned()));
    }

    #[test]
    fn a_call_that_ended_says_how() {
        assert_eq!(ending(|record| record.end(Outcome::Answered, "ok")), ("answered".to_owned(), "ok".to_owned()));
    }
}
