//! JSON-RPC 2.0 as MCP uses it: one request or notification in, one response out.
//!
//! Narrower than JSON-RPC where MCP is: no batches (removed in 2025-06-18), `params` is an object, an `id` is a string or
//! an integer and never null. What an authorizer judges must be what a tool obeys, so a [`Request`] keeps the object that
//! it was read from, members that it does not know included, and is written again unchanged.

mod id;
mod request;
mod response;

pub use id::Id;
pub use request::{Error, Request};
pub use response::{Code, error, success, tool_error, tool_text};

#[cfg(test)]
mod tests;
