//! The methods of MCP that a gateway with Lambda targets serves.

use agentcore::header::Headers;
use agentcore::jsonrpc::{self, Code, Id, Request};
use http::StatusCode;
use serde_json::{Value, json};
use strict_json::Object;
use uuid::Uuid;

use crate::answer::Answer;
use crate::catalog::Catalog;
use crate::tool_call::{Call, Caller};
use crate::unknowns::UnknownTool;

pub(crate) const INITIALIZE: &str = "initialize";
const PING: &str = "ping";
const TOOLS_LIST: &str = "tools/list";
const TOOLS_CALL: &str = "tools/call";

/// The methods that the log may name.
const KNOWN: [&str; 6] =
    [INITIALIZE, PING, TOOLS_LIST, TOOLS_CALL, "notifications/initialized", "notifications/cancelled"];

/// The longest name of a tool (AgentCore quotas, in characters). What is longer is not repeated whole.
const MAX_NAME: usize = 256;

/// What a message brings along.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    /// The headers of the client.
    pub(crate) client: &'a Headers,
    /// The headers of the REQUEST interceptor.
    pub(crate) injected: &'a Headers,
    pub(crate) request_id: Uuid,
}

pub(crate) struct Methods {
    pub(crate) supported_versions: Vec<String>,
    pub(crate) instructions: Option<String>,
    pub(crate) catalog: Catalog,
    pub(crate) caller: Caller,
}

impl Methods {
    pub(crate) async fn handle(&self, request: &Request, context: Context<'_>) -> Answer {
        let Some(id) = request.id() else { return Answer::accepted() };
        let params = request.params();
        match request.method() {
            INITIALIZE => Answer::ok(jsonrpc::success(id, self.initialize(params))),
            PING => Answer::ok(jsonrpc::success(id, json!({}))),
            TOOLS_LIST => self.tools_list(id, params),
            TOOLS_CALL => self.tools_call(id, params, context).await,
            _ => invalid(id, Code::METHOD_NOT_FOUND, "Method not found"),
        }
    }

    /// The method as the log may name it.
    pub(crate) fn known(request: &Request) -> &'static str {
        KNOWN.into_iter().find(|known| *known == request.method()).unwrap_or("other")
    }

    /// The tool that a `tools/call` asks for, if a target has it.
    pub(crate) fn tool(&self, request: &Request) -> Option<String> {
        let name = request.params().and_then(|params| params.get("name")?.as_str());
        let tool = name.filter(|_| request.method() == TOOLS_CALL).and_then(|name| self.catalog.find(name))?;
        Some(tool.name.to_string())
    }

    fn initialize(&self, params: Option<&Object>) -> Value {
        let requested = params.and_then(|params| params.get("protocolVersion")?.as_str());
        let version = self
            .supported_versions
            .iter()
            .find(|version| Some(version.as_str()) == requested)
            .or_else(|| self.supported_versions.first());
        let mut result = json!({
            "protocolVersion": version,
            "capabilities": { "tools": { "listChanged": true } },
            "serverInfo": { "name": "agentcore-gateway", "version": "1.0.0" },
        });
        if let (Some(members), Some(instructions)) = (result.as_object_mut(), &self.instructions) {
            members.insert("instructions".to_owned(), json!(instructions));
        }
        result
    }

    fn tools_list(&self, id: &Id, params: Option<&Object>) -> Answer {
        let cursor = match params.and_then(|params| params.get("cursor")) {
            None => None,
            Some(Value::String(cursor)) => Some(cursor.as_str()),
            Some(_) => return invalid(id, Code::INVALID_PARAMS, "Invalid cursor"),
        };
        match self.catalog.page(cursor) {
            Ok(page) => Answer::ok(jsonrpc::success(id, page)),
            Err(_) => invalid(id, Code::INVALID_PARAMS, "Invalid cursor"),
        }
    }

    async fn tools_call(&self, id: &Id, params: Option<&Object>, context: Context<'_>) -> Answer {
        let Some(name) = params.and_then(|params| params.get("name")?.as_str()) else {
            return invalid(id, Code::INVALID_PARAMS, "params.name must name a tool");
        };
        let Some(tool) = self.catalog.find(name) else {
            let name: String = name.chars().take(MAX_NAME).collect();
            let mut answer = invalid(id, Code::INVALID_PARAMS, &format!("Unknown tool: {name}"));
            answer.status = match self.caller.switches.unknown_tool {
                UnknownTool::InvalidParams => StatusCode::OK,
                UnknownTool::NotFound => StatusCode::NOT_FOUND,
            };
            return answer.because("no target has this tool");
        };
        let none = json!({});
        let arguments = params.and_then(|params| params.get("arguments")).unwrap_or(&none);
        let Context { client, injected, request_id } = context;
        self.caller.call(Call { id, tool, arguments, client, injected, request_id }).await
    }
}

fn invalid(id: &Id, code: Code, message: &str) -> Answer {
    Answer::error(StatusCode::OK, Some(id), code, message).because(format!("answered with error {}", code.number()))
}
