//! One call, from the invocation to the answer.

use std::time::SystemTime;

use agentcore::runtime::{Context, ErrorReply, Invocation};
use agentcore::tool::{BareName, ToolName};
use refreshed::Refreshed;
use serde_json::Value;
use strict_json::Object;
use telemetry::Outcome;
use transaction_token::{self as txn, Caller, KeySet, Presented, Rejection, Verifier};

use crate::answer::Answer;
use crate::record::Record;
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
        let Invocation { event, mut context } = invocation;
        let arguments = read(&event, &mut context);
        let mut record = Record::new(&context);
        let (tool, arguments) = arguments
            .and_then(|arguments| Ok((self.tool(&context)?, arguments)))
            .inspect_err(|_| record.end(Outcome::Denied, "bad_event"))?;
        record.tool = Some(format!("{}___{tool}", self.name));

        let outcome = self.call(tool.as_str(), arguments, &context, &mut record).await;
        match outcome.and_then(|answer| answer.fitting(event.len())) {
            Ok(answer) => {
                record.end(Outcome::Answered, "ok");
                Ok(answer.into_bytes())
            }
            Err(error) => {
                let outcome = if record.caller.is_some() { Outcome::Failed } else { Outcome::Denied };
                record.end(outcome, error.code);
                Ok(Answer::error(&error).into_bytes())
            }
        }
    }

    /// The tool that is called.
    fn tool(&self, context: &Context) -> Result<BareName, ErrorReply> {
        match context.client_context.tool_name() {
            Ok(ToolName::Target { target, tool }) if target.as_str() == self.name => Ok(tool),
            Ok(_) => Err(ErrorReply::new("Target.WrongTarget", "the tool belongs to another target")),
            Err(error) => Err(ErrorReply::new("Target.BadContext", error.to_string())),
        }
    }

    async fn call(
        &self,
        tool: &str,
        arguments: Object,
        context: &Context,
        record: &mut Record<'_>,
    ) -> Result<Answer, ToolError> {
        let caller = self.caller(tool, &arguments, context).await?;
        record.caller = Some(caller.clone());
        if caller.arguments_differ() {
            tracing::warn!(txn = caller.transaction(), "the arguments are not those that were judged");
        }
        let tool =
            self.tools.find(tool).ok_or_else(|| ToolError::new("unknown_tool", "This target has no such tool."))?;
        tool.call(Value::Object(arguments), Call::new(caller, context.remaining())).await
    }

    /// The verified caller, after a second look at the keys if they do not have the one that signed.
    async fn caller(&self, tool: &str, arguments: &Object, context: &Context) -> Result<Caller, ToolError> {
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

/// The arguments. An envelope's context takes the place of the one that is not there.
fn read(event: &[u8], context: &mut Context) -> Result<Object, ErrorReply> {
    let event = strict_json::parse_object(event)
        .map_err(|_| ErrorReply::new("Target.BadEvent", "the event is not an object of arguments"))?;
    let (client_context, arguments) = context.client_context.clone().open(event);
    context.client_context = client_context;
    Ok(arguments)
}

/// Says which rule the proof breaks, and nothing of anybody.
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
