//! The log of a function.

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Our own crates. What they log holds no token; what a dependency logs at its own discretion may, so that is shown from
/// a warning upwards only.
const OWN_CRATES: [&str; 7] =
    ["access_token", "agentcore", "aws_clients", "policy", "refreshed", "toolkit", "transaction_token"];

/// Starts logging for the process, at the level of `AWS_LAMBDA_LOG_LEVEL` (`TRACE` to `ERROR`; `INFO` if it is not set).
/// `crates` are those of the function itself.
///
/// To be called once, first thing in `main`.
pub fn start<'a>(crates: impl IntoIterator<Item = &'a str>) {
    let level = std::env::var("AWS_LAMBDA_LOG_LEVEL").ok();
    let level = level.and_then(|level| level.parse().ok()).unwrap_or(LevelFilter::INFO);
    let own = OWN_CRATES.into_iter().chain(crates).map(|name| (name, level));
    let filter = Targets::new().with_default(LevelFilter::WARN).with_targets(own);
    let lines = tracing_subscriber::fmt::layer().json().flatten_event(true).with_current_span(false);
    tracing_subscriber::registry().with(lines).with(filter).init();

    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, "panic");
    }));
}
