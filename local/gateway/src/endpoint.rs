//! `POST /mcp`, from the first check to the answer.

use std::sync::Arc;

use agentcore::header::Headers;
use agentcore::jsonrpc::Code;
use axum::extract::{Request, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use crate::answer::Answer;
use crate::authorizer::Authorizer;
use crate::challenge::Challenge;
use crate::interception::{AnsweredBy, Interceptors, Seen, Verdict};
use crate::message::Message;
use crate::methods::{Context, INITIALIZE, Methods};
use crate::request_log::Note;
use crate::unknowns::AbsentProtocolVersion;

pub(crate) const PATH: &str = "/mcp";

const PROTOCOL_VERSION: &str = "mcp-protocol-version";

pub(crate) struct Endpoint {
    pub(crate) authorizer: Authorizer,
    pub(crate) challenge: Challenge,
    pub(crate) interceptors: Interceptors,
    pub(crate) methods: Methods,
    pub(crate) absent_protocol_version: AbsentProtocolVersion,
}

pub(crate) async fn post(State(endpoint): State<Arc<Endpoint>>, request: Request) -> Response {
    let mut note = Note::default();
    let mut answer = endpoint.answer(request, &mut note).await.unwrap_or_else(|refused| refused);
    note.reason = answer.reason.take();
    note.on(answer.into_response())
}

impl Endpoint {
    /// The answer; as an error, one that no interceptor sees.
    async fn answer(&self, request: Request, note: &mut Note) -> Result<Answer, Answer> {
        let (head, body) = request.into_parts();
        self.authorizer.admit(&head.headers).await.map_err(|refusal| self.challenge.answer(&refusal))?;

        let message = Message::read(&head.headers, body).await?;
        note.method = Some(Methods::known(&message.request));
        note.tool = self.methods.tool(&message.request);
        self.check_version(&head.headers, &message)?;

        let headers = readable(&head.headers);
        let seen = Seen { message: &message, headers: &headers, request_id: Uuid::new_v4() };
        let (by, answer) = match self.interceptors.request(seen).await? {
            Verdict::Answered(answer) => (AnsweredBy::RequestInterceptor, answer),
            Verdict::Passed { request: Ok(request), injected } => {
                let context = Context { client: &headers, injected: &injected, request_id: seen.request_id };
                (AnsweredBy::Gateway, self.methods.handle(&request, context).await)
            }
            Verdict::Passed { request: Err(error), .. } => {
                let id = message.request.id();
                let answer = Answer::error(StatusCode::BAD_REQUEST, id, error.code(), &error.to_string());
                let reason = format!("the REQUEST interceptor passed something that is no message: {error}");
                (AnsweredBy::Gateway, answer.because(reason))
            }
        };
        self.interceptors.response(seen, by, answer).await
    }

    /// MCP 2025-06-18, "Protocol Version Header". `initialize` has none: it is where the version is agreed on.
    fn check_version(&self, headers: &HeaderMap, message: &Message) -> Result<(), Answer> {
        let mut values = headers.get_all(PROTOCOL_VERSION).iter().peekable();
        let accepted = if values.peek().is_none() {
            self.absent_protocol_version == AbsentProtocolVersion::Accepted || message.request.method() == INITIALIZE
        } else {
            values.all(|value| self.methods.supported_versions.iter().any(|version| value == version.as_str()))
        };
        if accepted {
            return Ok(());
        }
        let text = format!("MCP-Protocol-Version must be one of {}", self.methods.supported_versions.join(", "));
        let answer = Answer::error(StatusCode::BAD_REQUEST, message.request.id(), Code::INVALID_REQUEST, &text);
        Err(answer.because(text))
    }
}

/// The headers as JSON can carry them. Names are in lower case, as they are over HTTP/2.
fn readable(headers: &HeaderMap) -> Headers {
    headers.iter().map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))).collect()
}
