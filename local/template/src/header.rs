//! Which request headers a target may be sent (AgentCore Developer Guide, "Header propagation").

use crate::error::Problem;
use crate::node::Node;

/// Headers that have a meaning of their own on the way, which is why the Gateway never hands them on.
const RESTRICTED: &[&str] = &[
    "alt-svc",
    "authorization",
    "cache-control",
    "cf-connecting-ip",
    "clear-site-data",
    "connection",
    "cookie",
    "date",
    "device-memory",
    "downlink",
    "dpr",
    "ect",
    "etag",
    "expect",
    "expires",
    "forwarded",
    "from",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "last-modified",
    "link",
    "location",
    "max-forwards",
    "nel",
    "origin",
    "permissions-policy",
    "pragma",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "range",
    "referer",
    "referrer-policy",
    "report-to",
    "retry-after",
    "rtt",
    "save-data",
    "server",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "vary",
    "via",
    "viewport-width",
    "warning",
    "width",
    "www-authenticate",
    "x-cache",
    "x-content-type-options",
    "x-csrf-token",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-frame-options",
    "x-real-ip",
    "x-requested-with",
    "x-served-by",
    "x-xss-protection",
];
/// Whole families of such headers.
const RESTRICTED_PREFIXES: &[&str] =
    &["accept", "access-control-", "cf-", "content-", "cross-origin-", "sec-", "x-amz-cf-", "x-amzn-"];
/// The one family of `X-Amzn-` that may pass.
const CUSTOM_PREFIX: &str = "x-amzn-bedrock-agentcore-runtime-custom-";

/// Reads `AllowedRequestHeaders`.
pub(crate) fn allowed(node: &Node) -> Result<Vec<String>, Problem> {
    let elements = node.counted_list("header names", 1..=10)?;
    for element in elements {
        let expected = "a header name of 1 to 100 letters, digits, `-` and `_`";
        let name = element.text(expected)?;
        let known = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if !(1..=100).contains(&name.len()) || !name.bytes().all(known) {
            return Err(element.instead_of(expected));
        }
        if is_restricted(&name.to_ascii_lowercase()) {
            return Err(element.instead_of("a header that the Gateway may propagate"));
        }
    }
    node.texts("header names", 1..=10)
}

fn is_restricted(name: &str) -> bool {
    let restricted = RESTRICTED.contains(&name) || RESTRICTED_PREFIXES.iter().any(|prefix| name.starts_with(prefix));
    restricted && !name.starts_with(CUSTOM_PREFIX)
}
