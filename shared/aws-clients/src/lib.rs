//! Lean AWS clients, built from what Lambda puts in the environment.
//!
//! The SDK's default chain looks for profiles, instance metadata and web identities; in a function none of them exists,
//! and looking costs start-up time and binary size. Lambda gives region and credentials as variables, so they are read.
//!
//! 1. Building a client reaches for nothing: no network, no file.
//! 2. Certificate roots are compiled in; the host's store is not consulted.
//! 3. An operation takes at most [`OPERATION_BUDGET`], retries included.
//! 4. What is written takes the place of what was read and of nothing else: who writes at the same time does not lose.
//! 5. An endpoint override (`AWS_ENDPOINT_URL_SECRETS_MANAGER`, an AWS convention) is https, or http on loopback.

mod connection;
mod connector;
mod secrets_manager;

pub use connection::OPERATION_BUDGET;
pub use secrets_manager::{CURRENT, PENDING, SecretError, SecretsManager, Stages};
