//! Protected resource metadata (RFC 9728): where to sign in.
//!
//! Two members, three if the gateway asks for scopes, as live gateways answer. Everything comes from the configuration:
//! a `Host` header that found its way into `resource` would point assistants to whoever sent it.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde_json::{Value, json};

use crate::answer;

/// At the root of the host, whatever the path of the MCP URL.
pub(crate) const PATH: &str = "/.well-known/oauth-protected-resource";

/// RFC 9728 §3.1 for `/mcp`.
pub(crate) const PATH_INSERTED: &str = "/.well-known/oauth-protected-resource/mcp";

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// The document for a gateway at `mcp_url`.
///
/// The authorization server is the discovery URL without its tail, not the `issuer` of the document behind it: deployed
/// gateways name a facade even where its metadata names another issuer.
pub(crate) fn document(mcp_url: &str, discovery_url: &str, scopes: &[String]) -> Value {
    let mut document = json!({
        "authorization_servers": [discovery_url.strip_suffix(DISCOVERY).unwrap_or(discovery_url)],
        "resource": mcp_url,
    });
    if let (Some(members), false) = (document.as_object_mut(), scopes.is_empty()) {
        members.insert("scopes_supported".to_owned(), json!(scopes));
    }
    document
}

pub(crate) async fn answer(State(document): State<Arc<Value>>) -> Response {
    answer::json(StatusCode::OK, &document)
}
