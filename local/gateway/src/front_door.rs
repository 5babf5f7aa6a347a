//! Who may knock at all: `Host` and `Origin`.
//!
//! A page that a developer happens to visit must not reach a gateway on the developer's machine. It could try with a name
//! of its own that suddenly means 127.0.0.1 (DNS rebinding; MCP, "Security Warning"), so only names that nobody else can
//! move are answered to. Ports play no part in that, and development servers have any.
//!
//! The service needs neither check, and nothing is known of its doing one.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{HOST, HeaderName, ORIGIN};
use http::uri::Authority;
use http::{HeaderMap, StatusCode};
use url::Url;

use agentcore::jsonrpc::Code;

use crate::answer::Answer;
use crate::request_log::Note;

/// The names under which the gateway answers: its own, and those of this machine.
pub(crate) struct FrontDoor {
    name: String,
}

/// What is wrong with who knocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stranger {
    #[error("the Host header is neither this gateway's name nor a loopback name")]
    Host,
    #[error("the Origin header is neither this gateway's nor one of this machine")]
    Origin,
}

impl FrontDoor {
    pub(crate) const fn new(name: String) -> Self {
        Self { name }
    }

    fn admit(&self, headers: &HeaderMap) -> Result<(), Stranger> {
        let host = only(headers, &HOST).map_err(|()| Stranger::Host)?.ok_or(Stranger::Host)?;
        let host: Authority = host.parse().map_err(|_| Stranger::Host)?;
        if !self.is_ours(host.host()) {
            return Err(Stranger::Host);
        }
        let Some(origin) = only(headers, &ORIGIN).map_err(|()| Stranger::Origin)? else { return Ok(()) };
        let origin = Url::parse(origin).map_err(|_| Stranger::Origin)?;
        let web = matches!(origin.scheme(), "http" | "https");
        if web && origin.host_str().is_some_and(|host| self.is_ours(host)) { Ok(()) } else { Err(Stranger::Origin) }
    }

    fn is_ours(&self, host: &str) -> bool {
        let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
        host.eq_ignore_ascii_case(&self.name)
            || host.eq_ignore_ascii_case("localhost")
            || address.parse().is_ok_and(|address: IpAddr| address.is_loopback())
    }
}

/// The value of a header that may occur once.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, ()> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| ()),
        (Some(_), Some(_)) => Err(()),
    }
}

pub(crate) async fn guard(State(door): State<Arc<FrontDoor>>, request: Request, next: Next) -> Response {
    match door.admit(request.headers()) {
        Ok(()) => next.run(request).await,
        Err(stranger) => {
            let answer = Answer::error(StatusCode::FORBIDDEN, None, Code::INVALID_REQUEST, &stranger.to_string());
            Note::because(stranger.to_string()).on(answer.into_response())
        }
    }
}
