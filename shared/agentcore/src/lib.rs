//! Amazon Bedrock AgentCore Gateway's contract as types, and the Lambda runtime loop that accepts it.
//!
//! A gateway speaks to a function in two ways: as an *interceptor*, which sees the whole MCP message ([`interceptor`],
//! [`jsonrpc`]), and as a *target*, which sees the arguments of one tool and learns its name from the client context
//! ([`target`], [`tool`]). Both kinds of function stand on the same loop ([`runtime`]), and the gateway of a laptop stands
//! on the other half of the same types, so that the two sides cannot drift apart.
//!
//! 1. What decides is read strictly: a member that occurs twice is refused, a header in two spellings is ambiguous.
//! 2. What the Gateway may add later is ignored; what it may leave out is `None`; nothing of it ends the process.
//! 3. No `Debug` output and no error repeats a header, a body or an argument: any of them may hold a token.
//!
//! Where AWS has published no contract, the doc comment says what is assumed.

pub mod header;
pub mod interceptor;
pub mod jsonrpc;
pub mod runtime;
pub mod target;
pub mod tool;
