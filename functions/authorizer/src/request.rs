//! The REQUEST point: may this message go on, and with what.

use std::time::SystemTime;

use agentcore::header::Headers;
use agentcore::interceptor::{GatewayRequest, RequestOutput};
use agentcore::jsonrpc::{self, Code, Id, Request};
use agentcore::runtime::Context;
use agentcore::tool::ToolName;
use http::StatusCode;
use policy::{Decision, Purpose};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use strict_json::Object;
use telemetry::Outcome;
use transaction_token::Issued;

use crate::Authorizer;
use crate::access::Entrance;
use crate::denial::{Denial, not_ready};
use crate::identity::{countersigned, principal};
use crate::record::Record;

/// The longest arguments, in bytes of JSON. The event holds the message twice, and Lambda takes 6 MB.
const MAX_ARGUMENTS: usize = 2_400_000;

impl Authorizer {
    /// Judges a message on its way in.
    pub(crate) async fn request(&self, request: GatewayRequest, context: &Context) -> RequestOutput {
        let mut record = Record::new(self.configuration.audit_detail, context.trace_id.as_deref());
        let message = match request.body.map_err(jsonrpc::Error::from).and_then(Request::from_value) {
            Ok(message) => message,
            Err(error) => {
                record.write(Outcome::Denied, "not_a_request");
                return refuse(StatusCode::BAD_REQUEST, None, error.code(), &error.to_string());
            }
        };
        record.method = Some(known(message.method()));
        record.message_id = message.id().cloned();
        match (message.method(), message.id()) {
            ("tools/call", Some(id)) => {
                let id = id.clone();
                self.call(message, &id, &request.headers, context, &mut record).await
            }
            ("tools/call", None) => {
                record.write(Outcome::Denied, "call_without_id");
                refuse(StatusCode::BAD_REQUEST, None, Code::INVALID_REQUEST, "tools/call needs an id")
            }
            // They show nothing and do nothing. Lists are filtered on their way back.
            ("initialize" | "ping" | "tools/list" | "server/discover", _) => pass(message),
            (method, _) if method.starts_with("notifications/") => pass(message),
            (_, id) => {
                record.write(Outcome::Denied, "method_not_allowed");
                refuse(StatusCode::OK, id, Code::METHOD_NOT_FOUND, "this gateway does not offer the method")
            }
        }
    }

    async fn call(
        &self,
        message: Request,
        id: &Id,
        headers: &Headers,
        context: &Context,
        record: &mut Record<'_>,
    ) -> RequestOutput {
        let none = Object::new();
        let (tool, arguments) = match parameters(message.params(), &none) {
            Ok(parameters) => parameters,
            Err(problem) => {
                record.write(Outcome::Denied, "invalid_parameters");
                return refuse(StatusCode::OK, Some(id), Code::INVALID_PARAMS, problem);
            }
        };
        record.tool = Some(tool.to_string());
        match self.decide(&tool, arguments, headers, context, record).await {
            Ok(None) => {
                record.write(Outcome::Permitted, "permitted");
                pass(message)
            }
            Ok(Some(issued)) => {
                record.transaction = Some(issued.transaction);
                record.write(Outcome::Permitted, "permitted");
                RequestOutput::PassWith {
                    body: message.into_object(),
                    name: transaction_token::HEADER,
                    value: issued.token.expose_secret().to_owned(),
                }
            }
            Err(denial) => {
                record.write(Outcome::Denied, denial.reason);
                let body = jsonrpc::tool_error(id, &denial.message);
                RequestOutput::Answer { status: StatusCode::OK, body }
            }
        }
    }

    /// Who is it, may they, and if the tool is a target's: the proof of both.
    async fn decide(
        &self,
        tool: &ToolName,
        arguments: &Object,
        headers: &Headers,
        context: &Context,
        record: &mut Record<'_>,
    ) -> Result<Option<Issued>, Denial> {
        if serde_json::to_vec(arguments).is_ok_and(|text| text.len() > MAX_ARGUMENTS) {
            return Err(Denial::new(
                "arguments_too_large",
                format!(
                    "The arguments are larger than {MAX_ARGUMENTS} bytes, the most that fits through this gateway."
                ),
            ));
        }
        let claims = self.admitted(Entrance::Gateway(&self.configuration.gateway), headers, context, record).await?;
        let decision = self.configuration.policy.decide(principal(claims), tool, Purpose::Call(arguments));
        if let Decision::Deny(denial) = decision {
            return Err(denial.into());
        }
        let ToolName::Target { target, tool } = tool else { return Ok(None) };
        let issuer = self.issuer.current().await.ok_or_else(|| not_ready("signing_key_unavailable"))?;
        let groups = self.configuration.forwarded_groups.of(claims.groups());
        let scope = claims.scopes().iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        let identity = countersigned(claims, &scope, &groups);
        Ok(Some(issuer.issue(identity, (target.as_str(), tool.as_str()), arguments, SystemTime::now())?))
    }
}

/// The tool and its arguments. Absent arguments are `none`; that is what the Gateway gives to the tool.
fn parameters<'a>(params: Option<&'a Object>, none: &'a Object) -> Result<(ToolName, &'a Object), &'static str> {
    let params = params.ok_or("tools/call needs params")?;
    let name = params.get("name").and_then(Value::as_str).ok_or("params.name must be the name of a tool")?;
    let name = name.parse().map_err(|_| "params.name is not the name of a tool; expected <target>___<tool>")?;
    match params.get("arguments") {
        None => Ok((name, none)),
        Some(Value::Object(arguments)) => Ok((name, arguments)),
        Some(_) => Err("params.arguments must be an object"),
    }
}

/// A method as it may stand in a log. The client writes the name, so one that we do not know is just another.
pub(crate) fn known(method: &str) -> &'static str {
    match method {
        "initialize" => "initialize",
        "ping" => "ping",
        "server/discover" => "server/discover",
        "tools/call" => "tools/call",
        "tools/list" => "tools/list",
        _ if method.starts_with("notifications/") => "notifications/*",
        _ => "other",
    }
}

fn pass(message: Request) -> RequestOutput {
    RequestOutput::Pass { body: message.into_object() }
}

fn refuse(status: StatusCode, id: Option<&Id>, code: Code, message: &str) -> RequestOutput {
    RequestOutput::Answer { status, body: jsonrpc::error(id, code, message) }
}
