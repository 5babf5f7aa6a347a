//! The gateway on a loopback socket, with tokens of a real issuer and functions that record what they are asked.

mod client;
mod deadlines;
mod functions;
mod headers;
mod home;
mod interceptors;
mod issuer;
mod protocol;
mod request_log;
mod routes;
mod token_rules;
mod tools;

use std::sync::Arc;

use agentcore::tool::Definition;
use local_template::{CustomJwt, ExceptionLevel, Interceptor, Point, Target};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::{Gateway, Switches};
use client::{Client, Request, Response};
use functions::Functions;
use issuer::Issuer;

const AUTHORIZER: &str = "arn:aws:lambda:us-east-1:000000000000:function:authorizer";
const PROFILE: &str = "arn:aws:lambda:us-east-1:000000000000:function:profile";
const TICKETS: &str = "arn:aws:lambda:us-east-1:000000000000:function:tickets";
const GATEWAY_ID: &str = "countersign-0123456789";
const SCOPE: &str = "countersign/tools";

/// A gateway that runs until the test ends.
struct Setup {
    issuer: Issuer,
    functions: Arc<Functions>,
    client: Client,
}

impl Setup {
    /// The gateway of [`configuration`], without interceptors.
    async fn new() -> Self {
        Self::with(|_, _| {}).await
    }

    /// The same, with the authorizer function at both points.
    async fn intercepted() -> Self {
        Self::with(|gateway, _| gateway.interceptors = both_points()).await
    }

    async fn with(change: impl FnOnce(&mut local_template::Gateway, &mut Switches)) -> Self {
        let issuer = Issuer::start().await;
        let (mut configuration, mut switches) = (configuration(&issuer.url), Switches::default());
        change(&mut configuration, &mut switches);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mcp_url = format!("http://{address}/mcp").parse().unwrap();
        let functions = Arc::new(Functions::default());
        let gateway = Gateway::new(configuration, &mcp_url, functions.clone(), switches).unwrap();
        tokio::spawn(async move { axum::serve(listener, gateway.router()).await });
        Self { issuer, functions, client: Client(address) }
    }

    /// A POST of a message with a good token.
    fn post(&self, message: &Value) -> Request {
        self.post_text(&message.to_string())
    }

    fn post_text(&self, body: &str) -> Request {
        Request::post("/mcp", body)
            .header("Authorization", &format!("Bearer {}", self.issuer.token(&json!({}))))
            .header("Content-Type", "application/json")
    }

    async fn send(&self, request: Request) -> Response {
        self.client.send(request).await
    }

    /// The answer to a message with a good token.
    async fn ask(&self, message: &Value) -> Response {
        self.send(self.post(message)).await
    }

    /// The result of a call of `who_am_i`.
    async fn call(&self) -> Response {
        self.ask(&who_am_i()).await
    }
}

/// Two targets with one tool each.
fn configuration(issuer: &str) -> local_template::Gateway {
    local_template::Gateway {
        name: "countersign".to_owned(),
        id: GATEWAY_ID.to_owned(),
        arn: format!("arn:aws:bedrock-agentcore:us-east-1:000000000000:gateway/{GATEWAY_ID}"),
        supported_versions: vec!["2025-11-25".to_owned(), "2025-06-18".to_owned()],
        instructions: Some("Ask politely.".to_owned()),
        exception_level: ExceptionLevel::Generic,
        authorizer: CustomJwt {
            discovery_url: format!("{issuer}/.well-known/openid-configuration"),
            allowed_audience: Vec::new(),
            allowed_clients: Vec::new(),
            allowed_scopes: vec![SCOPE.to_owned()],
            advertised_scope_mapping: [].into(),
            custom_claims: Vec::new(),
        },
        interceptors: Vec::new(),
        targets: vec![profile(), tickets()],
    }
}

fn profile() -> Target {
    Target {
        name: "profile".parse().unwrap(),
        id: "PROFILE001".to_owned(),
        function: PROFILE.to_owned(),
        tools: vec![definition(&json!({
            "name": "who_am_i",
            "description": "Tells who is calling.",
            "inputSchema": { "type": "object" },
        }))],
        allowed_request_headers: vec!["Txn-Token".to_owned()],
    }
}

fn tickets() -> Target {
    Target {
        name: "tickets".parse().unwrap(),
        id: "TICKETS001".to_owned(),
        function: TICKETS.to_owned(),
        tools: vec![definition(&json!({
            "name": "open",
            "description": "Opens a ticket.",
            "inputSchema": {
                "type": "object",
                "properties": { "title": { "type": "string" }, "priority": { "type": "integer" } },
                "required": ["title"],
            },
            "outputSchema": { "type": "object", "properties": { "number": { "type": "integer" } } },
        }))],
        allowed_request_headers: Vec::new(),
    }
}

fn definition(document: &Value) -> Definition {
    Definition::from_api(document).unwrap()
}

fn both_points() -> Vec<Interceptor> {
    vec![Interceptor {
        function: AUTHORIZER.to_owned(),
        points: vec![Point::Request, Point::Response],
        pass_request_headers: true,
    }]
}

fn message(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params })
}

fn call_of(tool: &str, arguments: &Value) -> Value {
    message("tools/call", &json!({ "name": tool, "arguments": arguments }))
}

fn who_am_i() -> Value {
    call_of("profile___who_am_i", &json!({}))
}
