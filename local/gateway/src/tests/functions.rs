//! Functions that record what they are asked, and answer as they are told.

use std::collections::HashMap;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use serde_json::{Value, json};
use uuid::Uuid;

use super::AUTHORIZER;
use crate::{Invocation, Invoke, InvokeError};

type Behaviour = Box<dyn Fn(&Value) -> Result<Bytes, InvokeError> + Send>;

/// Unless told otherwise, the authorizer lets everything pass and a target returns `{"ticket": 1}`.
#[derive(Default)]
pub(super) struct Functions {
    calls: Mutex<Vec<Call>>,
    behaviours: Mutex<HashMap<&'static str, Behaviour>>,
}

/// One invocation.
#[derive(Clone)]
pub(super) struct Call {
    pub(super) function: String,
    pub(super) event: Value,
    /// The `custom` part of the client context.
    pub(super) custom: Option<Value>,
    pub(super) request_id: Uuid,
}

impl Functions {
    pub(super) fn on(
        &self,
        function: &'static str,
        behave: impl Fn(&Value) -> Result<Bytes, InvokeError> + Send + 'static,
    ) {
        self.behaviours.lock().unwrap().insert(function, Box::new(behave));
    }

    /// The function returns this text, whatever it is asked.
    pub(super) fn returns(&self, function: &'static str, text: &str) {
        let text = Bytes::from(text.to_owned());
        self.on(function, move |_| Ok(text.clone()));
    }

    /// The authorizer answers this at the REQUEST point, and lets everything pass at the other.
    pub(super) fn at_request(&self, output: &str) {
        let output = Bytes::from(output.to_owned());
        self.on(AUTHORIZER, move |event| if is_request(event) { Ok(output.clone()) } else { Ok(pass(event)) });
    }

    /// The authorizer answers this at the RESPONSE point, and lets everything pass at the other.
    pub(super) fn at_response(&self, output: &str) {
        let output = Bytes::from(output.to_owned());
        self.on(AUTHORIZER, move |event| if is_request(event) { Ok(pass(event)) } else { Ok(output.clone()) });
    }

    /// The authorizer passes the message on with these headers.
    pub(super) fn inject(&self, headers: &Value) {
        let headers = headers.clone();
        self.on(AUTHORIZER, move |event| {
            if !is_request(event) {
                return Ok(pass(event));
            }
            let body = &event["mcp"]["gatewayRequest"]["body"];
            Ok(output(&json!({ "transformedGatewayRequest": { "body": body, "headers": headers } })))
        });
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.calls.lock().unwrap().clone()
    }

    pub(super) fn calls_of(&self, function: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.function == function).collect()
    }

    /// The headers that the only invocation of a target was sent.
    pub(super) fn propagated_to(&self, function: &str) -> Value {
        let calls = self.calls_of(function);
        assert_eq!(calls.len(), 1);
        calls[0].custom.as_ref().unwrap()["bedrockAgentCorePropagatedHeaders"].clone()
    }
}

impl Invoke for Functions {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Bytes, InvokeError>> {
        let event: Value = serde_json::from_slice(&invocation.event).unwrap();
        let custom = invocation.client_context.as_ref().map(|context| {
            let context: Value = serde_json::from_slice(&STANDARD.decode(context).unwrap()).unwrap();
            assert_eq!(context.as_object().unwrap().len(), 1);
            context["custom"].clone()
        });
        let answer = match self.behaviours.lock().unwrap().get(invocation.function) {
            Some(behave) => behave(&event),
            None if invocation.function == AUTHORIZER => Ok(pass(&event)),
            None => Ok(Bytes::from_static(br#"{"ticket": 1}"#)),
        };
        let (function, request_id) = (invocation.function.to_owned(), invocation.request_id);
        self.calls.lock().unwrap().push(Call { function, event, custom, request_id });
        Box::pin(async move { answer })
    }
}

pub(super) fn is_request(event: &Value) -> bool {
    event["mcp"]["gatewayResponse"].is_null()
}

pub(super) fn output(mcp: &Value) -> Bytes {
    json!({ "interceptorOutputVersion": "1.0", "mcp": mcp }).to_string().into()
}

/// What an interceptor without an opinion answers.
fn pass(event: &Value) -> Bytes {
    let mcp = &event["mcp"];
    if is_request(event) {
        return output(&json!({ "transformedGatewayRequest": { "body": mcp["gatewayRequest"]["body"] } }));
    }
    let body = &mcp["gatewayResponse"]["body"];
    let body = if body.is_null() { &json!({}) } else { body };
    output(&json!({ "transformedGatewayResponse": { "body": body } }))
}
