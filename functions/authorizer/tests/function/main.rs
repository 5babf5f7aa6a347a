//! The authorizer as the Gateway sees it: events in, answers out, with a real identity provider and a real Secrets
//! Manager client on loopback.

#![allow(clippy::indexing_slicing, clippy::unwrap_used)] // A test may stop at the first surprise.

mod api_gateway;
mod calls;
mod lists;
mod messages;
mod pinned_keys;
mod process;
mod revocations;
mod secrecy;
mod world;
