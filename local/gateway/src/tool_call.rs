//! `tools/call`: arguments to a target, and what comes back.
//!
//! Every failure is a result (`isError: true`, status 200), which the model reads and carries on from. What it says
//! depends on `ExceptionLevel`; the log always knows more than the client.

use std::collections::BTreeMap;

use agentcore::header::Headers;
use agentcore::jsonrpc::{self, Id};
use agentcore::target::OutgoingContext;
use agentcore::tool::refusal;
use bytes::Bytes;
use local_template::ExceptionLevel;
use serde::de::IgnoredAny;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::answer::Answer;
use crate::catalog::Tool;
use crate::invoke::{Functions, Invocation};
use crate::propagation::propagate;
use crate::unknowns::{ArgumentFaults, StructuredContent, Switches};

/// What a client reads of any failure behind the gateway (developer guide, "Debug messages").
pub(crate) const GENERIC_FAILURE: &str = "An internal error occurred. Please retry later.";

/// One call of one tool.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) id: &'a Id,
    pub(crate) tool: &'a Tool,
    pub(crate) arguments: &'a Value,
    /// The headers of the client.
    pub(crate) client: &'a Headers,
    /// The headers of the REQUEST interceptor.
    pub(crate) injected: &'a Headers,
    pub(crate) request_id: Uuid,
}

/// Calls the tools of one gateway.
pub(crate) struct Caller {
    pub(crate) functions: Functions,
    pub(crate) gateway_id: String,
    pub(crate) exception_level: ExceptionLevel,
    pub(crate) switches: Switches,
}

impl Caller {
    pub(crate) async fn call(&self, call: Call<'_>) -> Answer {
        let faults = call.tool.definition.input_schema().validate(call.arguments);
        if !faults.is_empty() {
            let reason = format!("arguments do not fit the schema: {} fault(s)", faults.len());
            let named = match self.switches.argument_faults {
                ArgumentFaults::Named => true,
                ArgumentFaults::NamedWhenDebugging => self.exception_level == ExceptionLevel::Debug,
            };
            let text = if named { refusal(&faults) } else { GENERIC_FAILURE.to_owned() };
            return Answer::ok(jsonrpc::tool_error(call.id, &text)).because(reason);
        }

        let target = &call.tool.target;
        let propagated =
            propagate(&target.allowed_request_headers, call.client, call.injected, self.switches.client_headers);
        let context = OutgoingContext {
            request_id: &call.request_id.to_string(),
            message_id: call.id,
            gateway_id: &self.gateway_id,
            target_id: &target.id,
            tool_name: &call.tool.name,
            propagated_headers: &propagated.headers,
            query_parameters: &BTreeMap::new(),
        };
        let client_context = match context.encode() {
            Ok(context) => context,
            Err(too_large) => {
                let reason = format!("{too_large}: the headers that AllowedRequestHeaders lets through are too long");
                return self.failed(call.id, &too_large.to_string()).because(reason);
            }
        };
        let invocation = Invocation {
            function: &target.function,
            event: call.arguments.to_string().into(),
            client_context: Some(client_context),
            request_id: call.request_id,
        };
        let mut answer = match self.functions.invoke(invocation).await {
            Ok(output) => self.result(call, &output),
            Err(error) => {
                let text = format!("Lambda function {}: {error}", target.function);
                self.failed(call.id, &text).because(format!("target {}: {}", target.name, error.reason()))
            }
        };
        if answer.reason.is_none() && propagated.dropped > 0 {
            let reason = format!("{} header(s) not forwarded: not printable ASCII, or over 4 KB", propagated.dropped);
            answer.reason = Some(reason);
        }
        answer
    }

    /// The whole return value as one block of text, whatever it looks like: nothing of it is interpreted.
    fn result(&self, call: Call<'_>, output: &Bytes) -> Answer {
        let output: &[u8] = if output.is_empty() { b"null" } else { output };
        let text = std::str::from_utf8(output).ok().filter(|text| serde_json::from_str::<IgnoredAny>(text).is_ok());
        let Some(text) = text else {
            let reason = format!("target {}: it returned something that is not JSON", call.tool.target.name);
            return self.failed(call.id, "The Lambda function did not return valid JSON").because(reason);
        };
        let mut body = jsonrpc::tool_text(call.id, text);
        let structured = match (self.switches.structured_content, call.tool.definition.output_schema()) {
            (StructuredContent::WithOutputSchema, Some(_)) => serde_json::from_str(text).ok().filter(Value::is_object),
            _ => None,
        };
        if let (Some(structured), Some(result)) = (structured, body.get_mut("result").and_then(Value::as_object_mut)) {
            result.insert("structuredContent".to_owned(), structured);
        }
        Answer::ok(body)
    }

    /// A failure: what `text` says, if clients may read it.
    fn failed(&self, id: &Id, text: &str) -> Answer {
        Answer::ok(match self.exception_level {
            ExceptionLevel::Generic => jsonrpc::tool_error(id, GENERIC_FAILURE),
            ExceptionLevel::Debug => {
                let mut body = jsonrpc::tool_error(id, text);
                if let Some(result) = body.get_mut("result").and_then(Value::as_object_mut) {
                    result.insert("_meta".to_owned(), json!({ "debug": { "type": "text", "text": text } }));
                }
                body
            }
        })
    }
}
