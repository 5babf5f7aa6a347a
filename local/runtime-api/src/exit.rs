//! How a process ended, in the words that Lambda uses in its `errorMessage`.

use std::fmt;
use std::os::unix::process::ExitStatusExt as _;
use std::process::ExitStatus;

use rustix::process::Signal;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    Code(i32),
    Signal(i32),
    /// The system did not say.
    Unknown,
}

impl From<std::io::Result<ExitStatus>> for Exit {
    fn from(status: std::io::Result<ExitStatus>) -> Self {
        let Ok(status) = status else { return Self::Unknown };
        let code = status.code().map(Self::Code);
        code.or_else(|| status.signal().map(Self::Signal)).unwrap_or(Self::Unknown)
    }
}

impl fmt::Display for Exit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Code(0) | Self::Unknown => formatter.write_str("Runtime exited without providing a reason"),
            Self::Code(code) => write!(formatter, "Runtime exited with error: exit status {code}"),
            Self::Signal(number) => match name(number) {
                Some(name) => write!(formatter, "Runtime exited with error: signal: {name}"),
                None => write!(formatter, "Runtime exited with error: signal {number}"),
            },
        }
    }
}

fn name(number: i32) -> Option<&'static str> {
    match Signal::from_named_raw(number)? {
        Signal::ABORT => Some("aborted"),
        Signal::BUS => Some("bus error"),
        Signal::INT => Some("interrupt"),
        Signal::KILL => Some("killed"),
        Signal::SEGV => Some("segmentation fault"),
        Signal::TERM => Some("terminated"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::Exit;

    #[rstest]
    #[case(Exit::Code(0), "Runtime exited without providing a reason")]
    #[case(Exit::Code(101), "Runtime exited with error: exit status 101")]
    #[case(Exit::Signal(9), "Runtime exited with error: signal: killed")]
    #[case(Exit::Signal(11), "Runtime exited with error: signal: segmentation fault")]
    #[case(Exit::Signal(1), "Runtime exited with error: signal 1")]
    #[case(Exit::Unknown, "Runtime exited without providing a reason")]
    fn an_end_is_told_in_lambdas_words(#[case] exit: Exit, #[case] text: &str) {
        assert_eq!(exit.to_string(), text);
    }
}
