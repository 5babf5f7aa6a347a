//! Why a check could not be made.

use std::path::{Path, PathBuf};

/// Why a check could not be made. Not a defect: nothing is known.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Error {
    #[error("`{0}` is neither x86_64 nor arm64")]
    Architecture(String),
    /// Cargo says why on standard error.
    #[error("`cargo {0}` failed")]
    Cargo(String),
    #[error("this is for a process that is alone, as `cargo xtask sam-local` starts it")]
    NotAlone,
    #[error("no container engine answers: start Docker. As root on Debian 12, one is started just for this")]
    NoEngine,
    #[error("cargo has built no program `{0}`")]
    NoBinary(String),
    #[error("`{program}` prints what is not JSON: {source}")]
    NotJson { program: String, source: serde_json::Error },
    #[error("Node 20 or newer is needed, with npm: {0}")]
    Node(String),
    #[error("there is no `{0}`: cargo install --locked {0}")]
    NotInstalled(String),
    #[error("`{program}` cannot be started: {source}")]
    NotStarted { program: String, source: std::io::Error },
    /// The program says why on standard error.
    #[error("`{0}` failed")]
    Program(String),
    #[error("`{0}` is no number of seconds")]
    Seconds(String),
    #[error("stopped by a signal")]
    Stopped,
    #[error(transparent)]
    System(std::io::Error),
    #[error(transparent)]
    Template(#[from] local_template::Error),
    #[error("{}: {source}", path.display())]
    Unusable { path: PathBuf, source: std::io::Error },
}

impl Error {
    /// What went wrong with a file or a folder.
    pub(crate) fn of(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        |source| Self::Unusable { path: path.to_owned(), source }
    }
}
