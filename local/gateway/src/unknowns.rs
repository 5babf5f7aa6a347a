//! What AWS has not published, or where sources disagree: one switch each.
//!
//! Each default is what the better evidence says. The other side is there so that a function or an assistant can be tried
//! against it: a design that only works with the default stands on a guess.
//!
//! Decided without a switch, for want of any evidence:
//!
//! - A body of more than 6 MB is 413, one that is not `application/json` 415, one that is no JSON-RPC message 400. `Accept`
//!   is not looked at.
//! - An unsupported `MCP-Protocol-Version` is 400 with -32600: dual-era clients then fall back to `initialize`.
//! - An unknown method is -32601 with status 200. A message without `id` is 202 and reaches no tool.
//! - `GET`, `DELETE` and `OPTIONS` of `/mcp` are 405: nothing speaks for streams or CORS.
//! - The body of a 403 is that of a 401 with another message.
//! - An interceptor that fails is not tried again. At the RESPONSE point it is shown the message that the client sent, not
//!   the rewritten one. Names of headers are in lower case, as they are over HTTP/2.
//! - A header value that is not printable ASCII, or longer than 4 KB, is dropped, not refused.
//! - A function that returns nothing has returned `null`.

use std::num::NonZeroUsize;

/// How the gateway behaves where nobody outside AWS knows. `Switches::default()` is the best guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[allow(missing_docs, reason = "each type says what its switch is about")]
pub struct Switches {
    pub absent_protocol_version: AbsentProtocolVersion,
    pub argument_faults: ArgumentFaults,
    pub claim_mismatch: ClaimMismatch,
    pub client_headers: ClientHeaders,
    pub keys_unavailable: KeysUnavailable,
    pub missing_token_challenge: MissingTokenChallenge,
    pub path_inserted_metadata: PathInsertedMetadata,
    pub response_status: ResponseStatus,
    pub scope_claims: ScopeClaims,
    pub short_circuit_body: ShortCircuitBody,
    pub structured_content: StructuredContent,
    pub tool_pages: ToolPages,
    pub unknown_path: UnknownPath,
    pub unknown_tool: UnknownTool,
}

/// A request other than `initialize` without `MCP-Protocol-Version`. MCP 2025-06-18 requires the header; AWS's own
/// samples work without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AbsentProtocolVersion {
    /// As if it named a supported version.
    #[default]
    Accepted,
    /// Status 400.
    Refused,
}

/// Whether a client reads what is wrong with its arguments.
///
/// Live captures of the text do not say whether the gateway had `ExceptionLevel: DEBUG`, and the developer guide counts
/// argument checks among what DEBUG reveals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArgumentFaults {
    /// Always.
    #[default]
    Named,
    /// Only with `ExceptionLevel: DEBUG`; without it the generic text.
    NamedWhenDebugging,
}

/// A good token of the wrong audience, client or custom claim. Users of Entra ID report 401 for a client; for the other
/// two there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClaimMismatch {
    /// Status 401, `invalid_token`.
    #[default]
    Unauthorized,
    /// Status 403, `insufficient_scope`, which official guides report for causes that are no scope either.
    Forbidden,
}

/// A header of the client's that the target allows. Whatever an interceptor returns for the same name wins in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ClientHeaders {
    /// Reaches the target by the allow-list alone (AWS's header propagation sample).
    #[default]
    Propagated,
    /// Reaches it only if a REQUEST interceptor returns it (a project's measurement).
    Dropped,
}

/// The provider's keys cannot be read, so that nobody knows what the token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum KeysUnavailable {
    /// Status 503. A 401 would send people to sign in again, which cures nothing.
    #[default]
    ServiceUnavailable,
    /// Status 401, as for a bad token.
    Unauthorized,
}

/// The challenge of a request that has no token at all. RFC 6750 §3.1 wants no `error` there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingTokenChallenge {
    /// With `error="invalid_token"` (the output that the official Entra ID guide of 2026 expects).
    #[default]
    WithError,
    /// Without (captures of 2025).
    WithoutError,
}

/// `/.well-known/oauth-protected-resource/mcp`, the first place where RFC 9728 §3.1 lets a client look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PathInsertedMetadata {
    /// Not there: the laptop must not make an assistant work that would fail in the cloud. Clients go on to the root.
    #[default]
    Absent,
    /// The same document as at the root.
    Served,
}

/// `statusCode` from a RESPONSE interceptor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseStatus {
    /// Replaces the status (developer guide).
    #[default]
    Accepted,
    /// Breaks the answer (a project's measurement).
    Refused,
}

/// Where a token's scopes are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ScopeClaims {
    /// Both claims together.
    #[default]
    ScopeAndScp,
    /// `scope` alone (a project's measurement: `scp` does not work).
    Scope,
    /// `scp` alone (the official Entra ID guide names only this one).
    Scp,
}

/// The body that a RESPONSE interceptor is shown when the REQUEST interceptor has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ShortCircuitBody {
    /// The answer (developer guide).
    #[default]
    Shown,
    /// Null (a defect reported in eu-central-1, aws/bedrock-agentcore-sdk-python#409).
    Null,
}

/// `structuredContent` beside the text of a result. No capture shows it for a Lambda target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StructuredContent {
    /// Never.
    #[default]
    Absent,
    /// Where the tool declares an output schema and the function returned an object, as MCP 2025-06-18 asks for.
    WithOutputSchema,
}

/// How many tools `tools/list` answers with at once. The service pages; the size of a page is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ToolPages {
    /// All of them.
    #[default]
    Whole,
    /// This many, with `nextCursor` if there are more.
    Of(NonZeroUsize),
}

/// The status of a path that the gateway does not serve. The body is AWS's `UnknownOperationException` either way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownPath {
    /// Status 404.
    #[default]
    NotFound,
    /// Status 200, as other Bedrock endpoints answer. A client that looks at the status alone takes it for metadata.
    Ok,
}

/// `tools/call` for a tool that no target has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnknownTool {
    /// Status 200 with error -32602 (MCP, "Error Handling").
    #[default]
    InvalidParams,
    /// Status 404 with the same error (`ResourceNotFoundError` in the developer guide).
    NotFound,
}
