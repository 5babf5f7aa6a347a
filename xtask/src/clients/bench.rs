//! Where the clients run.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;
use tokio::sync::Mutex;

use crate::cargo;
use crate::error::Error;

/// What all runs share.
#[derive(Debug)]
pub(crate) struct Bench {
    /// The program `countersign`.
    pub(crate) countersign: PathBuf,
    /// A client whose callback is at a fixed port has it alone, as far as its sign-in.
    pub(crate) fixed_port: Mutex<()>,
    /// Holds tokens. Gone at the end.
    folder: TempDir,
    /// What remains: the logs and the pictures of the last run.
    results: PathBuf,
}

impl Bench {
    /// Builds the program.
    pub(crate) fn new() -> Result<Self, Error> {
        eprintln!("Building countersign");
        let countersign = cargo::program("countersign")?;
        let results = cargo::root().join("target").join("clients");
        fs::create_dir_all(&results).map_err(Error::of(&results))?;
        Ok(Self {
            countersign,
            fixed_port: Mutex::default(),
            folder: tempfile::tempdir().map_err(Error::System)?,
            results,
        })
    }

    /// A new folder, gone at the end.
    pub(crate) fn folder(&self, name: &str) -> Result<PathBuf, Error> {
        let folder = self.folder.path().join(name);
        fs::create_dir(&folder).map_err(Error::of(&folder))?;
        Ok(folder)
    }

    /// Where a log remains.
    pub(crate) fn log(&self, name: &str) -> Result<(PathBuf, File), Error> {
        let path = self.results.join(format!("{name}.log"));
        let file = File::create(&path).map_err(Error::of(&path))?;
        Ok((path, file))
    }

    /// Where pictures remain.
    pub(crate) fn pictures(&self) -> &Path {
        &self.results
    }
}

/// The folder of the Node project.
pub(crate) fn scripts() -> PathBuf {
    cargo::root().join("tests").join("clients")
}
