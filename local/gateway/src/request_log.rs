//! One line a request.
//!
//! It holds names that the gateway itself knows (routes, methods, tools) and reasons that it wrote itself. What a client
//! made up is `other`: a log is read by more people than a request.

use std::time::Instant;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;

use crate::{endpoint, home, metadata};

const ROUTES: [&str; 4] = [endpoint::PATH, home::PATH, metadata::PATH, metadata::PATH_INSERTED];

/// What only the inner layers know of a request. Travels outwards with the response.
#[derive(Debug, Clone, Default)]
pub(crate) struct Note {
    /// The MCP method, if it is one that the gateway knows.
    pub(crate) method: Option<&'static str>,
    /// The tool, if a target has it.
    pub(crate) tool: Option<String>,
    /// Why the answer is not what the client hoped for.
    pub(crate) reason: Option<String>,
}

impl Note {
    pub(crate) fn because(reason: String) -> Self {
        Self { reason: Some(reason), ..Self::default() }
    }

    pub(crate) fn on(self, mut response: Response) -> Response {
        response.extensions_mut().insert(self);
        response
    }
}

pub(crate) async fn record(request: Request, next: Next) -> Response {
    let started = Instant::now();
    let verb = verb(request.method());
    let path = ROUTES.into_iter().find(|route| *route == request.uri().path()).unwrap_or("other");
    let mut response = next.run(request).await;
    let note = response.extensions_mut().remove::<Note>().unwrap_or_default();
    let status = response.status().as_u16();
    let milliseconds = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let Note { method, tool, reason } = note;
    if let Some(reason) = reason {
        tracing::warn!(verb, path, method, tool, status, milliseconds, "{reason}");
    } else {
        tracing::info!(verb, path, method, tool, status, milliseconds, "answered");
    }
    response
}

const fn verb(method: &http::Method) -> &'static str {
    match *method {
        http::Method::GET => "GET",
        http::Method::POST => "POST",
        http::Method::DELETE => "DELETE",
        http::Method::HEAD => "HEAD",
        http::Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
