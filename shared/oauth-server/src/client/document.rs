//! A client id metadata document (draft-ietf-oauth-client-id-metadata-document): what a client says of itself at the URL
//! that is its identifier.

use serde_json::Value;
use strict_json::Object;
use url::Url;

use super::{Client, ClientName, MAX_REDIRECT_URIS, Verification};
use crate::redirect::{LoopbackPort, RedirectUri};

/// Why there is no client behind a URL. It holds nothing of the URL or of the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum DocumentError {
    #[error("too many documents are being fetched")]
    Busy,
    #[error("it cannot be reached at a public address")]
    Connection,
    #[error("its content type is not JSON")]
    ContentType,
    #[error("it is not a JSON object")]
    NotJson,
    #[error("it describes a client that proves itself by a key or a secret; clients are public here")]
    NotPublic,
    #[error("its `client_id` is not its own URL")]
    OtherClient,
    #[error("it has no `redirect_uris` that could be used, or too many")]
    RedirectUris,
    #[error("it was not answered with status 200")]
    Status,
    #[error("it took longer than three seconds")]
    Timeout,
    #[error("it is larger than 5 KiB")]
    TooLarge,
}

/// Reads the document that was found at `url`.
pub(super) fn read(url: &Url, body: &[u8]) -> Result<Client, DocumentError> {
    let document = strict_json::parse_object(body).map_err(|_| DocumentError::NotJson)?;
    // As text: two spellings of a URL are two clients.
    if text(&document, "client_id") != Some(url.as_str()) {
        return Err(DocumentError::OtherClient);
    }
    // Whoever says that nobody without the key can be the client is not to be served without it.
    let method = document.get("token_endpoint_auth_method").map(Value::as_str);
    if !matches!(method, None | Some(Some("none"))) || document.contains_key("client_secret") {
        return Err(DocumentError::NotPublic);
    }
    Ok(Client {
        id: url.as_str().to_owned(),
        name: text(&document, "client_name").and_then(ClientName::of),
        verification: verification(url),
        redirect_uris: redirect_uris(&document).ok_or(DocumentError::RedirectUris)?,
        loopback_port: LoopbackPort::Any,
    })
}

/// Anybody on the machine can serve a document by plain http.
fn verification(url: &Url) -> Verification {
    match url.host_str() {
        Some(host) if url.scheme() == "https" => Verification::Domain(host.to_owned()),
        _ => Verification::Unverified,
    }
}

/// One that is malformed is of no use to its client, and no reason to refuse the others.
fn redirect_uris(document: &Object) -> Option<Vec<RedirectUri>> {
    let listed = document.get("redirect_uris")?.as_array()?;
    let usable: Vec<_> = listed.iter().filter_map(|uri| RedirectUri::parse(uri.as_str()?).ok()).collect();
    (listed.len() <= MAX_REDIRECT_URIS && !usable.is_empty()).then_some(usable)
}

fn text<'a>(document: &'a Object, name: &str) -> Option<&'a str> {
    document.get(name)?.as_str()
}
