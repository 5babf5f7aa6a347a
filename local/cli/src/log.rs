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
        let _ = writeln!(std::io::stderr().lock(), "{name:<NAME_WIDTH$} | {}", harmless(line.text));
    })
}

/// A text without what drives a terminal (C0 but the tab, DEL, C1) or hides the order of what is shown (the bidirectional
/// controls of UAX #9): a function may log what a client chose.
pub(crate) fn harmless(text: &str) -> String {
    let drives = |c: char| c != '\t' && c.is_control();
    let reorders =
        |c| matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if drives(c) || reorders(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

pub(crate) fn failure(failure: &Failure) {
    let _ = writeln!(std::io::stderr().lock(), "error: {failure}");
}

/// Something that runs, but hardly as it was meant.
pub(crate) fn warning(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "warning: {text}");
}

/// A step that takes a while.
pub(crate) fn step(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::harmless;

    #[rstest]
    #[case::colour("a\u{1b}[31mb", "a\u{fffd}[31mb")]
    #[case::carriage_return("a\rb\nc\0", "a\u{fffd}b\u{fffd}c\u{fffd}")]
    #[case::delete("a\u{7f}", "a\u{fffd}")]
    #[case::eight_bit_escape("\u{80}\u{9b}31m\u{9f}", "\u{fffd}\u{fffd}31m\u{fffd}")]
    #[case::marks("\u{61c}\u{200e}\u{200f}", "\u{fffd}\u{fffd}\u{fffd}")]
    #[case::overrides("\u{202a}x\u{202e}", "\u{fffd}x\u{fffd}")]
    #[case::isolates("\u{2066}x\u{2069}", "\u{fffd}x\u{fffd}")]
    #[case::ordinary("{\"a\":\t\"é €\u{a0}\u{200d}日本\"}", "{\"a\":\t\"é €\u{a0}\u{200d}日本\"}")]
    fn what_drives_the_terminal_is_replaced(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(harmless(text), shown);
    }
}
