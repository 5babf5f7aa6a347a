//! What the terminal shows while the set-up runs: one line a message, on standard error.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;

use local_runtime_api::{LogLine, LogSink};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

use crate::failure::Failure;

/// Wide enough for the names of the functions, so that their lines stand under each other.
const NAME_WIDTH: usize = 12;

/// Starts logging. `RUST_LOG` changes what is shown.
pub(crate) fn start() {
    let filter = EnvFilter::builder().with_default_directive(LevelFilter::INFO.into()).from_env_lossy();
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .with_target(false)
        .compact()
        .with_env_filter(filter)
        .init();
}

/// Shows the lines that the functions write, each after the name of its function without the stack's.
pub(crate) fn of_functions(stack: &str) -> LogSink {
    let prefix = format!("{stack}-");
    Arc::new(move |line: LogLine<'_>| {
        let name = line.function.strip_prefix(&prefix).unwrap_or(line.function);
        // One write a line, so that lines do not mix. A terminal that is gone is no reason to stop.
        let _ = writeln!(std::io::stderr().lock(), "{name:<NAME_WIDTH$} | {}", line.text);
    })
}

pub(crate) fn failure(failure: &Failure) {
    let _ = writeln!(std::io::stderr().lock(), "error: {failure}");
}

/// A step that takes a while.
pub(crate) fn step(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}
