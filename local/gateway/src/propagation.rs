//! Which headers reach a target.
//!
//! 1. A target is sent what its allow-list names, names compared without case (RFC 9110 §5.1), spelled as they came.
//! 2. What an interceptor returns wins over what the client sent under the same name, in any spelling, even if it is then
//!    dropped: a client must not fill a gap.
//! 3. An `Authorization` that an interceptor returns is always forwarded, allow-list or not. The service does that, and a
//!    function that returned one would hand the caller's token to every tool.
//! 4. A value is printable ASCII, at most 4 KB.
//!
//! Source: AgentCore developer guide, "Header propagation".

use agentcore::header::Headers;

use crate::unknowns::ClientHeaders;

const MAX_BYTES: usize = 4096;

/// The headers for one target, and how many were dropped for their values.
pub(crate) struct Propagated {
    pub(crate) headers: Headers,
    pub(crate) dropped: usize,
}

/// Chooses from the headers of the client and those of the REQUEST interceptor.
pub(crate) fn propagate(allowed: &[String], client: &Headers, injected: &Headers, switch: ClientHeaders) -> Propagated {
    let listed = |name: &str| allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(name));
    let from_client = match switch {
        ClientHeaders::Propagated => Some(client),
        ClientHeaders::Dropped => None,
    };
    let from_client = from_client
        .into_iter()
        .flat_map(Headers::iter)
        .filter(|(name, _)| listed(name) && injected.all(name).next().is_none());
    let from_interceptor =
        injected.iter().filter(|(name, _)| listed(name) || name.eq_ignore_ascii_case("authorization"));
    let (kept, dropped): (Vec<_>, Vec<_>) = from_client.chain(from_interceptor).partition(|(_, value)| fits(value));
    Propagated { headers: kept.into_iter().collect(), dropped: dropped.len() }
}

fn fits(value: &str) -> bool {
    value.len() <= MAX_BYTES && value.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}
