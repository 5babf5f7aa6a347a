//! A call of a tool in somebody's name, as far as the target and no further.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use agentcore::header::Headers;
use agentcore::interceptor::Event as Intercepted;
use agentcore::interceptor::received::RequestOutput;
use agentcore::jsonrpc::Id;
use agentcore::target::OutgoingContext;
use agentcore::tool::ToolName;
use bytes::Bytes;
use local_runtime_api::{Function, TraceId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde_json::{Value, json};
use strict_json::Object;
use uuid::Uuid;

use super::deployed::{Deployed, Provider, Target};
use crate::arguments::Event;
use crate::failure::Failure;
use crate::log::harmless;

/// How long the identity provider may take, which is on this machine, and how much it may say.
const PATIENCE: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: usize = 64 * 1024;

/// The JSON-RPC id of the call.
const ID: i64 = 1;

/// A call that nobody has judged yet.
pub(super) struct Call<'a> {
    target: &'a Target,
    tool: &'a str,
    message: Value,
    token: SecretString,
}

impl<'a> Call<'a> {
    /// The call that the options tell of, to a tool of this target or else of any. Signs the account in.
    pub(super) async fn read(
        options: &Event,
        stack: &'a Deployed,
        target: Option<&'a Target>,
    ) -> Result<Self, Failure> {
        let provider = stack.provider.as_ref().ok_or_else(|| {
            Failure::new(
                "people sign in at the provider of the parameter DiscoveryUrl, which gives no token to a program",
            )
        })?;
        let (target, tool) = match target {
            Some(target) => tool(options, [target].into_iter())?,
            None => tool(options, stack.targets())?,
        };
        let params = json!({ "name": tool, "arguments": options.arguments });
        let message = json!({ "jsonrpc": "2.0", "id": ID, "method": "tools/call", "params": params });
        Ok(Self { target, tool, message, token: provider.token(options).await? })
    }

    /// What the gateway asks the interceptor.
    pub(super) fn for_interceptor(&self) -> Vec<u8> {
        let headers = [
            ("Accept", "application/json, text/event-stream".to_owned()),
            ("Authorization", format!("Bearer {}", self.token.expose_secret())),
            ("Content-Type", "application/json".to_owned()),
            ("MCP-Protocol-Version", "2025-11-25".to_owned()),
        ];
        let (raw_body, headers) = (&self.message.to_string(), &headers.into_iter().collect());
        Intercepted { raw_body, headers, body: &self.message, reply: None }.to_vec()
    }

    /// What a target is invoked with if the interceptor lets the call pass.
    pub(super) async fn for_target(&self, stack: &Deployed) -> Result<Vec<u8>, Failure> {
        let interceptor = stack.interceptor()?;
        // Its log says nothing that is not in its answer.
        let function = Function::start(interceptor.config.clone(), Arc::new(|_| {}))?;
        let answer = match function.ready().await {
            Ok(()) => {
                let event = Bytes::from(self.for_interceptor());
                function.invoke(event, None, &TraceId::of(Uuid::new_v4())).await.map_err(Failure::from)
            }
            Err(failure) => Err(Failure::new(format!("{} does not start: {failure}", function.name()))),
        };
        function.stop().await;
        let (arguments, headers) = passed(&answer?)?;
        let tool_name: ToolName = self.tool.parse()?;
        let context = OutgoingContext {
            request_id: &Uuid::new_v4().to_string(),
            message_id: &Id::Integer(ID.into()),
            gateway_id: &stack.gateway_id,
            target_id: &self.target.id,
            tool_name: &tool_name,
            propagated_headers: &headers,
            query_parameters: &BTreeMap::new(),
        };
        Ok(context.envelope(&arguments)?.to_string().into_bytes())
    }
}

/// The tool that is meant, by its whole name or by what comes after the target's.
fn tool<'a>(options: &Event, targets: impl Iterator<Item = &'a Target>) -> Result<(&'a Target, &'a str), Failure> {
    let all: Vec<_> = targets.flat_map(|target| target.tools.iter().map(move |tool| (target, tool.as_str()))).collect();
    let names: Vec<_> = all.iter().map(|(_, name)| *name).collect();
    let known = format!("It can be {}.", names.join(", "));
    let Some(wanted) = options.tool.as_deref() else {
        return Err(Failure::new(format!("which tool is to be called by {}?", options.function)).with_hint(known));
    };
    let meant = |name: &str| name == wanted || name.split_once("___").is_some_and(|(_, bare)| bare == wanted);
    match all.into_iter().filter(|(_, name)| meant(name)).collect::<Vec<_>>()[..] {
        [one] => Ok(one),
        [] => Err(Failure::new(format!("there is no tool {} there", harmless(wanted))).with_hint(known)),
        _ => Err(Failure::new(format!("there are several tools {}", harmless(wanted))).with_hint(known)),
    }
}

/// The arguments and the headers that the interceptor lets pass, or why it does not.
fn passed(answer: &[u8]) -> Result<(Object, Headers), Failure> {
    match RequestOutput::parse(answer)? {
        RequestOutput::Pass { mut body, headers } => {
            match body.get_mut("params").and_then(|params| params.get_mut("arguments")).map(Value::take) {
                Some(Value::Object(arguments)) => Ok((arguments, headers)),
                _ => Err(Failure::new("the authorizer let something pass that is no call")),
            }
        }
        RequestOutput::Answer { body, .. } => {
            let body = Value::Object(body);
            let message = body.pointer("/result/content/0/text").or_else(|| body.pointer("/error/message"));
            let message = message.and_then(Value::as_str).unwrap_or("without a reason");
            Err(Failure::new(format!("the authorizer denied the call: {}", harmless(message))))
        }
        RequestOutput::Empty => Err(Failure::new("the authorizer answered nothing")),
    }
}

/// RFC 6749 §5.1.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
}

impl Provider {
    /// Signs the account in.
    async fn token(&self, options: &Event) -> Result<SecretString, Failure> {
        let known = format!("It can be {}.", self.accounts.join(", "));
        let account = options.account.as_ref();
        let account =
            account.ok_or_else(|| Failure::new("in whose name? Say it with --as").with_hint(known.clone()))?;
        if !self.accounts.contains(account) {
            return Err(Failure::new(format!("there is no account {}", harmless(account))).with_hint(known));
        }
        let body = json!({ "account": account }).to_string();
        let client = bare_http::builder()?.timeout(PATIENCE).build()?;
        let request = client.post(format!("{}/token-for", self.issuer)).header("content-type", "application/json");
        let response = request.body(body).send().await?.error_for_status()?;
        let answer = bare_http::read_bounded(response, ANSWER_LIMIT).await?.unwrap_or_default();
        // The error of the reader could quote the token.
        let answer: Result<TokenAnswer, _> = serde_json::from_slice(&answer);
        answer.map(|answer| answer.access_token.into()).map_err(|_| Failure::new("the identity provider gave no token"))
    }
}
