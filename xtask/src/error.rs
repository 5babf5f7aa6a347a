//! Why a check could not be made.

use std::path::PathBuf;

/// Why a check could not be made. Not a defect: nothing is known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    /// Cargo says why on standard error.
    #[error("`cargo {0}` failed")]
    Cargo(String),
    #[error("the template names the function `{0}`, and cargo has built no program for it")]
    NoBinary(String),
    #[error("`{program}` prints what is not JSON: {source}")]
    NotJson { program: String, source: serde_json::Error },
    #[error("`{program}` cannot be started: {source}")]
    NotStarted { program: String, source: std::io::Error },
    /// The program says why on standard error.
    #[error("`{0}` failed")]
    Program(String),
    #[error(transparent)]
    Template(#[from] local_template::Error),
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
}
