//! Interceptor payloads, version 1.0: what the Gateway sends to an interceptor, and what it accepts from one.
//!
//! A function reads [`Input`] and writes [`RequestOutput`] or [`ResponseOutput`]. A gateway stands on the other side: it
//! writes an [`Event`] and reads [`received`].
//!
//! 1. `rawGatewayRequest` is never kept. The parsed body is what the Gateway forwards, so it is what must be judged.
//! 2. No member occurs twice anywhere in an event. If the *request body* breaks that rule the rest of the event is still
//!    read, so that the client can be told what is wrong with its message.
//! 3. What the Gateway would refuse cannot be written: a body is an object, an answer has a status, a pass has at most one
//!    header.
//!
//! Source: AgentCore developer guide, "Interceptor types and payloads". Where deployed gateways are stricter than that
//! page, the stricter reading holds.

mod event;
mod input;
mod members;
mod output;
pub mod received;

pub use event::{Event, Reply};
pub use input::{GatewayRequest, GatewayResponse, Input, InputError};
pub use output::{RequestOutput, ResponseOutput};

/// The only version there is, in both directions.
const VERSION: &str = "1.0";

#[cfg(test)]
mod tests;
