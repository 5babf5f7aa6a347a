//! The log of a function.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// Starts logging for the process, at the level of `AWS_LAMBDA_LOG_LEVEL` (`TRACE` to `ERROR`; `INFO` if it is not set).
///
/// To be called once, first thing in `main`.
pub fn start() {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok();
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    // Dependencies log at their own discretion what they handle: below a warning we do not want to know it.
    let filter = EnvFilter::default().add_directive(LevelFilter::WARN.into());
    let filter = OWN_CRATES
        .iter()
        .filter_map(|name| format!("{name}={level}").parse().ok())
        .fold(filter, EnvFilter::add_directive);
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(false)
        .with_env_filter(filter)
        .init();

    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panic");
    }));
}

const OWN_CRATES: [&str; 8] = [
    "access_token",
    "agentcore",
    "authorizer",
    "aws_clients",
    "policy",
    "refreshed",
    "toolkit",
    "transaction_token",
];
