//! The whole of it on one machine: `countersign` and the functions as the processes that they are, with the clients
//! that people use (an MCP client, `curl`, a browser's form).
//!
//! 1. Nothing waits by sleeping: every wait is for an event, with a deadline.
//! 2. Only loopback is used.
//! 3. Where a test must see what passes between the gateway and the functions, or change it, the gateway runs inside the
//!    test, and the functions are still their own processes ([`deployment`]).

#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails this way"
)]

mod countersign;
mod deployment;
mod http;
mod identity;
mod process;
mod process_table;
mod programs;
mod shell;
mod transaction;

mod bound_arguments;
mod calls;
mod direct_invocation;
mod hostile_events;
mod lifecycle;
mod refusals;
mod sign_in;
mod smuggling;

use std::path::Path;

/// The root of the workspace, where the template is.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
