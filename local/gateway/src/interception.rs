//! The interceptors: functions that see every message, before the target and before the client.
//!
//! Their answers are read as strictly as the service reads them. One that it would not accept breaks every message of
//! every client, and the laptop is the place to find that out.

use agentcore::header::Headers;
use agentcore::interceptor::received::{EMPTY, INVALID, RequestOutput, ResponseOutput};
use agentcore::interceptor::{Event, Reply};
use agentcore::jsonrpc::{Code, Error, Request};
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use local_template::{Interceptor, Point};
use serde_json::Value;
use uuid::Uuid;

use crate::answer::{Answer, JSON};
use crate::invoke::{Functions, Invocation};
use crate::message::Message;
use crate::tool_call::GENERIC_FAILURE;
use crate::unknowns::{ResponseStatus, ShortCircuitBody, Switches};

/// One request of a client, as the interceptors see it.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) message: &'a Message,
    pub(crate) headers: &'a Headers,
    pub(crate) request_id: Uuid,
}

/// What the REQUEST interceptor makes of a message.
pub(crate) enum Verdict {
    /// To be handled, in this form, with these headers for the target.
    Passed { request: Result<Request, Error>, injected: Headers },
    /// Answered already.
    Answered(Answer),
}

/// Who gave the answer that the RESPONSE interceptor is about to see.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum AnsweredBy {
    Gateway,
    RequestInterceptor,
}

pub(crate) struct Interceptors {
    configured: Vec<Interceptor>,
    functions: Functions,
    switches: Switches,
}

impl Interceptors {
    pub(crate) const fn new(configured: Vec<Interceptor>, functions: Functions, switches: Switches) -> Self {
        Self { configured, functions, switches }
    }

    /// The REQUEST point.
    pub(crate) async fn request(&self, seen: Seen<'_>) -> Result<Verdict, Answer> {
        let Some(interceptor) = self.at(Point::Request) else {
            return Ok(Verdict::Passed { request: Ok(seen.message.request.clone()), injected: Headers::new() });
        };
        let output = self.invoke(interceptor, seen, None).await?;
        match RequestOutput::parse(&output) {
            Ok(RequestOutput::Pass { body, headers }) => {
                Ok(Verdict::Passed { request: Request::from_value(Value::Object(body)), injected: headers })
            }
            Ok(RequestOutput::Answer { status, body }) => {
                let reason = format!(
                    "the REQUEST interceptor answered in its place ({}); its own line says why",
                    status.as_u16()
                );
                Ok(Verdict::Answered(Answer::new(status, body).because(reason)))
            }
            Ok(RequestOutput::Empty) => {
                Err(Answer::error(StatusCode::OK, seen.message.request.id(), Code::PARSE_ERROR, EMPTY)
                    .because("the REQUEST interceptor answered with an empty `mcp`"))
            }
            Err(invalid) => Err(refused(seen, "REQUEST", &invalid.to_string())),
        }
    }

    /// The RESPONSE point.
    pub(crate) async fn response(&self, seen: Seen<'_>, by: AnsweredBy, mut answer: Answer) -> Result<Answer, Answer> {
        let Some(interceptor) = self.at(Point::Response) else { return Ok(answer) };
        let shown = match (&answer.body, by, self.switches.short_circuit_body) {
            (None, _, _) | (_, AnsweredBy::RequestInterceptor, ShortCircuitBody::Null) => Value::Null,
            (Some(body), _, _) => Value::Object(body.clone()),
        };
        let headers = match (&answer.body, JSON.to_str()) {
            (Some(_), Ok(json)) => Headers::from_iter([(CONTENT_TYPE.as_str(), json)]),
            _ => Headers::new(),
        };
        let reply = Reply { status: answer.status, headers: &headers, body: &shown };
        let output = self.invoke(interceptor, seen, Some(reply)).await?;
        let output = match (ResponseOutput::parse(&output), self.switches.response_status) {
            (Ok(ResponseOutput { status: Some(_), .. }), ResponseStatus::Refused) => {
                Err("statusCode is not accepted from a RESPONSE interceptor".to_owned())
            }
            (Ok(output), _) => Ok(output),
            (Err(invalid), _) => Err(invalid.to_string()),
        }
        .map_err(|invalid| refused(seen, "RESPONSE", &invalid))?;
        // There is no JSON-RPC response to a notification, and `{}` is how an interceptor writes "no body".
        let nothing = seen.message.request.id().is_none() && output.body.is_empty();
        answer.status = output.status.unwrap_or(answer.status);
        answer.body = (!nothing).then_some(output.body);
        Ok(answer)
    }

    fn at(&self, point: Point) -> Option<&Interceptor> {
        self.configured.iter().find(|interceptor| interceptor.points.contains(&point))
    }

    async fn invoke(
        &self,
        interceptor: &Interceptor,
        seen: Seen<'_>,
        reply: Option<Reply<'_>>,
    ) -> Result<Bytes, Answer> {
        let none = Headers::new();
        let headers = if interceptor.pass_request_headers { seen.headers } else { &none };
        let event = Event { raw_body: &seen.message.raw, headers, body: &seen.message.body, reply };
        let invocation = Invocation {
            function: &interceptor.function,
            event: event.to_vec().into(),
            client_context: None,
            request_id: seen.request_id,
        };
        self.functions.invoke(invocation).await.map_err(|error| {
            failed(seen, GENERIC_FAILURE).because(format!("interceptor {}: {}", interceptor.function, error.reason()))
        })
    }
}

fn refused(seen: Seen<'_>, point: &str, invalid: &str) -> Answer {
    failed(seen, INVALID).because(format!("the answer of the {point} interceptor is not accepted: {invalid}"))
}

fn failed(seen: Seen<'_>, message: &str) -> Answer {
    Answer::error(StatusCode::INTERNAL_SERVER_ERROR, seen.message.request.id(), Code::INTERNAL_ERROR, message)
}
