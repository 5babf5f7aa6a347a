//! One call, from the invocation to the answer.

use std::time::{Instant, SystemTime};

use agentcore::runtime::{Context, ErrorReply, Invocation};
use agentcore::tool::ToolName;
use refreshed::Refreshed;
use serde_json::Value;
use strict_json::Object;
use telemetry::{Audit, Event, Outcome, Person};
use transaction_token::{self as txn, Caller, KeySet, Presented, Rejection, Verifier};

use crate::answer::Answer;
use crate::{Call, ToolError, Tools};

/// A target at work.
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) tools: Tools,
    pub(crate) verifier: Verifier,
    pub(crate) keys: Refreshed<KeySet>,
}

impl Target {
    /// Answers one invocation.
    ///
    /// An invocation that the Gateway cannot have made is an error reply; whatever the Gateway can bring is answered with
    /// data, so that the assistant can read it.
    pub(crate) async fn answer(&self, invocation: Invocation) -> Result<Vec<u8>, ErrorReply> {
        let started = Instant::now();
        let size = invocation.event.len();
        let arguments = strict_json::parse_object(&invocation.event)
            .map_err(|_| ErrorReply::new("Target.BadEvent", "the event is not an object of arguments"))?;
        let tool = match invocation.context.client_context.tool_name() {
            Ok(ToolName::Target { target, tool }) if target.as_str() == self.name => tool,
            Ok(_) => return Err(ErrorReply::new("Target.WrongTarget", "the tool belongs to another target")),
            Err(error) => return Err(ErrorReply::new("Target.BadContext", error.to_string())),
        };

        let tool = tool.as_str();
        let mut record = Record::new(format!("{}___{tool}", self.name), started);
        let outcome = self.call(tool, arguments, &invocation.context, &mut record).await;
        let outcome = outcome.and_then(|answer| answer.fitting(size));
        record.write(&outcome, &invocation.context);
        Ok(outcome.unwrap_or_else(|error| Answer::error(&error)).into_bytes())
    }

    async fn call(
        &self,
        tool: &str,
        arguments: Object,
        context: &Context,
        record: &mut Record,
    ) -> Result<Answer, ToolError> {
        let arguments = Value::Object(arguments);
        let caller = self.caller(tool, &arguments, context).await?;
        record.identify(&caller);
        if caller.arguments_differ() {
            tracing::warn!(txn = caller.transaction(), "the arguments are not those that were judged");
        }
        let tool =
            self.tools.find(tool).ok_or_else(|| ToolError::new("unknown_tool", "This target has no such tool."))?;
        tool.call(arguments, Call::new(caller, context.remaining())).await
    }

    /// The verified caller, after a second look at the keys if they do not have the one that signed.
    async fn caller(&self, tool: &str, arguments: &Value, context: &Context) -> Result<Caller, ToolError> {
        let headers = context.client_context.propagated_headers();
        let headers = headers.map_err(|_| refused(Rejection::Missing))?;
        let token = Presented::among(headers.iter()).map_err(refused)?;
        let call = txn::Call { tool, arguments };
        let keys = self.keys.current().await.ok_or_else(no_keys)?;
        let verdict = match self.verifier.verify(token, &keys, call, SystemTime::now()) {
            Err(Rejection::UnknownKey) => {
                let keys = self.keys.anew().await.ok_or_else(no_keys)?;
                self.verifier.verify(token, &keys, call, SystemTime::now())
            }
            verdict => verdict,
        };
        verdict.map_err(refused)
    }
}

/// The model learns that it is not to blame and cannot help it; the log learns the reason.
fn refused(rejection: Rejection) -> ToolError {
    ToolError::new(
        rejection.reason(),
        format!("This call does not prove who is calling: {rejection}. Call through the gateway."),
    )
}

fn no_keys() -> ToolError {
    ToolError::retryable(
        "keys_unavailable",
        "The keys that prove who is calling cannot be read now. Try again shortly.",
    )
}

/// What the audit line will say.
struct Record {
    tool: String,
    started: Instant,
    caller: Option<Identity>,
}

struct Identity {
    subject: String,
    issuer: String,
    client_id: Option<String>,
    transaction: String,
}

impl Record {
    fn new(tool: String, started: Instant) -> Self {
        Self { tool, started, caller: None }
    }

    fn identify(&mut self, caller: &Caller) {
        self.caller = Some(Identity {
            subject: caller.subject().to_owned(),
            issuer: caller.issuer().to_owned(),
            client_id: caller.client_id().map(str::to_owned),
            transaction: caller.transaction().to_owned(),
        });
    }

    fn write(&self, outcome: &Result<Answer, ToolError>, context: &Context) {
        let (outcome, reason) = match (outcome, &self.caller) {
            (Ok(_), _) => (Outcome::Answered, "ok"),
            (Err(error), Some(_)) => (Outcome::Failed, error.code),
            (Err(error), None) => (Outcome::Denied, error.code),
        };
        let mut audit = Audit::new(Event::Call, outcome, reason, self.started.elapsed())
            .with_message_id(context.client_context.message_id().ok());
        audit.tool = Some(&self.tool);
        audit.trace_id = context.trace_id.as_deref();
        if let Some(caller) = &self.caller {
            audit.transaction = Some(&caller.transaction);
            audit.person = Some(Person {
                subject: &caller.subject,
                issuer: &caller.issuer,
                client_id: caller.client_id.as_deref(),
                ..Person::default()
            });
        }
        audit.write();
    }
}
