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

mod browser;
mod countersign;
mod deployment;
mod form;
mod http;
mod identity;
mod oauth_client;
mod process;
mod process_table;
mod programs;
mod shell;
mod traces;
mod transaction;

mod assistants;
mod bound_arguments;
mod calls;
mod clean_log;
mod cognito;
mod custom_resources;
mod direct_invocation;
mod events;
mod hostile_events;
mod key_rotation;
mod lifecycle;
mod other_sites;
mod refresh_tokens;
mod refusals;
mod revocations;
mod rotation;
mod sign_in;
mod smuggling;
mod stolen_codes;
mod two_people;

use std::path::Path;

/// The root of the workspace, where the template is.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}
