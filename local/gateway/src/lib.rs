//! AgentCore Gateway on the laptop: the gateway of `template.yaml`, as faithful as public knowledge allows.
//!
//! What passes here must pass in the cloud, and what is refused there must be refused here; otherwise an afternoon at the
//! laptop ends in a surprise at the first deployment. So the order of the checks, the texts and the strictness are the
//! service's own, and what nobody has published is a named switch ([`Switches`]) with its evidence and a default.
//!
//! A `POST /mcp` goes this way, and the first refusal ends it:
//!
//! 1. `Host` and `Origin`, which only a gateway on a laptop needs (`front_door`).
//! 2. The bearer token, by the template's `CustomJWTAuthorizer` (`authorizer`). Nothing of the body has been read yet.
//! 3. The body: media type, size, strict JSON, one JSON-RPC message (`message`); then `MCP-Protocol-Version`.
//! 4. The REQUEST interceptor, which may rewrite the message or answer it (`interception`).
//! 5. The method (`methods`). `tools/call` checks the arguments, then invokes the target with the headers that may
//!    reach it (`tool_call`, `propagation`).
//! 6. The RESPONSE interceptor, also when the REQUEST interceptor has answered.
//!
//! Functions are reached through [`Invoke`] alone. One line a request goes to the log: what was asked, what came of it,
//! and why; never a header, an argument or a token (`request_log`).
//!
//! A host may add a page at `/` that says how assistants are connected ([`Gateway::with_home`]).
//!
//! Source: AgentCore developer guide, and what others have measured on deployed gateways.

mod answer;
mod authorizer;
mod catalog;
mod challenge;
mod endpoint;
mod front_door;
mod gateway;
mod home;
mod interception;
mod invoke;
mod message;
mod metadata;
mod methods;
mod propagation;
mod refusal;
mod request_log;
mod tool_call;
mod unknown_path;
mod unknowns;

pub use gateway::{ConfigurationError, Gateway};
pub use invoke::{Invocation, Invoke, InvokeError};
pub use unknowns::{
    AbsentProtocolVersion, ArgumentFaults, ClaimMismatch, ClientHeaders, KeysUnavailable, MissingTokenChallenge,
    PathInsertedMetadata, ResponseStatus, ScopeClaims, ShortCircuitBody, StructuredContent, Switches, ToolPages,
    UnknownPath, UnknownTool,
};

#[cfg(test)]
mod tests;
