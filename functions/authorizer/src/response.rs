//! The RESPONSE point: what of this answer may its reader see.

use agentcore::header::Headers;
use agentcore::interceptor::{GatewayRequest, GatewayResponse, ResponseOutput};
use agentcore::jsonrpc::Request;
use agentcore::runtime::Context;
use agentcore::tool::ToolName;
use policy::{Decision, Purpose};
use serde_json::Value;
use strict_json::Object;
use telemetry::Outcome;

use crate::Authorizer;
use crate::access::Entrance;
use crate::denial::Denial;
use crate::identity::principal;
use crate::listing;
use crate::record::Record;
use crate::request::known;

impl Authorizer {
    /// Hides the tools that the reader of an answer may not call.
    pub(crate) async fn response(
        &self,
        request: GatewayRequest,
        response: GatewayResponse,
        context: &Context,
    ) -> ResponseOutput {
        // No answer to a notification, and in one region none after our own: an empty body is `{}`, never null.
        let Value::Object(mut body) = response.body else { return ResponseOutput { body: Object::new() } };
        let message = request.body.ok().and_then(|body| Request::from_value(body).ok());
        if message.as_ref().is_some_and(is_call_of_a_target) || !listing::may_be_in(&body) {
            return ResponseOutput { body };
        }

        let mut record = Record::new(self.configuration.audit_detail, context.trace_id.as_deref());
        record.method = message.as_ref().map(|message| known(message.method()));
        record.message_id = message.and_then(|message| message.id().cloned());
        match self.filter(&mut body, &request.headers, context, &mut record).await {
            Ok(counts) => {
                record.listed = Some(counts);
                record.write(Outcome::Permitted, "filtered");
            }
            Err(denial) => {
                record.listed = Some(listing::filter(&mut body, |_| false));
                record.write(Outcome::Denied, denial.reason);
            }
        }
        ResponseOutput { body }
    }

    async fn filter(
        &self,
        body: &mut Object,
        headers: &Headers,
        context: &Context,
        record: &mut Record<'_>,
    ) -> Result<(usize, usize), Denial> {
        let claims = self.admitted(Entrance::Gateway(&self.configuration.gateway), headers, context, record).await?;
        let policy = &self.configuration.policy;
        Ok(listing::filter(body, |tool| policy.decide(principal(claims), tool, Purpose::List) == Decision::Permit))
    }
}

/// The answer of a target's tool is the tool's own: it was allowed on the way in. Whatever else could hold a list may be one.
fn is_call_of_a_target(message: &Request) -> bool {
    let name = message.params().and_then(|params| params.get("name")).and_then(Value::as_str);
    message.method() == "tools/call" && matches!(name.map(str::parse), Some(Ok(ToolName::Target { .. })))
}
