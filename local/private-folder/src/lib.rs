//! A folder of small files that nobody but their owner may read: keys and secrets of the laptop.
//!
//! 1. The folder has mode 0700, its files 0600. What is more open than that is refused, not mended: somebody may have
//!    read it, and that is for its owner to judge.
//! 2. A file is replaced in one step. A crash leaves the old one or the new one, never a half.
//! 3. File names are names, never paths, and sizes are bounded.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};

/// The longest file, in bytes.
pub const FILE_LIMIT: u64 = 256 * 1024;

/// What a file is called until it is complete. [`PrivateFolder::names`] passes over it.
const UNFINISHED: &str = ".unfinished-";

/// Any permission of the group or of others.
const OPEN: u32 = 0o077;

/// A folder of mode 0700.
#[derive(Debug, Clone)]
pub struct PrivateFolder(PathBuf);

/// Why a folder or a file in it cannot be used. Every variant names the path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// The folder or the file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file name that is empty, is a path, or starts with a dot.
    #[error("{0:?} cannot be the name of a file")]
    Name(String),
    /// Its group or everybody may read or change it.
    #[error(
        "{path} is open to others (mode {mode:03o}). If nobody can have read it: chmod go= {path}; if in doubt, \
         remove it and start again",
        path = path.display()
    )]
    Open {
        /// The folder or the file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// Longer than [`FILE_LIMIT`], or not UTF-8.
    #[error("{path} is not a text of at most {FILE_LIMIT} bytes", path = path.display())]
    Text {
        /// The file.
        path: PathBuf,
    },
}

impl PrivateFolder {
    /// Opens a folder, and makes it and those above it if need be.
    ///
    /// # Errors
    ///
    /// [`Error::Open`] for one that others may enter, [`Error::Io`] for one that cannot be made.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        let path = path.into();
        let failed = |source| Error::Io { path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(failed)?;
        private(&path, &fs::metadata(&path).map_err(failed)?)?;
        Ok(Self(path))
    }

    /// The path of a file in it.
    ///
    /// # Errors
    ///
    /// [`Error::Name`].
    pub fn path(&self, name: &str) -> Result<PathBuf, Error> {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\0']) {
            return Err(Error::Name(name.to_owned()));
        }
        Ok(self.0.join(name))
    }

    /// The names of its files, in order.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and [`Error::Name`] for a name that is not UTF-8.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let failed = |source| Error::Io { path: self.0.clone(), source };
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.0).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            let name = name.into_string().map_err(|name| Error::Name(name.to_string_lossy().into_owned()))?;
            if !name.starts_with('.') {
                names.push(name);
            }
        }
        names.sort();
        Ok(names)
    }

    /// Reads a file; `None` if there is none.
    ///
    /// # Errors
    ///
    /// [`Error`], each variant for what it says.
    pub fn read(&self, name: &str) -> Result<Option<SecretString>, Error> {
        let path = self.path(name)?;
        let failed = |source| Error::Io { path: path.clone(), source };
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            opened => opened.map_err(failed)?,
        };
        // Of the open file, so that it is the one that is read.
        private(&path, &file.metadata().map_err(failed)?)?;
        let mut text = String::new();
        match file.take(FILE_LIMIT + 1).read_to_string(&mut text) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(Error::Text { path }),
            read => read.map_err(failed)?,
        };
        let text = SecretString::from(text);
        if exceeds_limit(&text) { Err(Error::Text { path }) } else { Ok(Some(text)) }
    }

    /// Writes a file, in place of the one that has its name.
    ///
    /// # Errors
    ///
    /// [`Error::Name`], [`Error::Text`] or [`Error::Io`]. The old file is then as it was.
    pub fn write(&self, name: &str, text: &SecretString) -> Result<(), Error> {
        let path = self.path(name)?;
        if exceeds_limit(text) {
            return Err(Error::Text { path });
        }
        self.replace(&path, text).map_err(|source| Error::Io { path, source })
    }

    fn replace(&self, path: &Path, text: &SecretString) -> io::Result<()> {
        // Temporary files have mode 0600 from the start.
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.0)?;
        file.write_all(text.expose_secret().as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    }
}

fn private(path: &Path, metadata: &fs::Metadata) -> Result<(), Error> {
    let mode = metadata.permissions().mode() & 0o777;
    if mode & OPEN == 0 { Ok(()) } else { Err(Error::Open { path: path.to_owned(), mode }) }
}

fn exceeds_limit(text: &SecretString) -> bool {
    u64::try_from(text.expose_secret().len()).is_ok_and(|length| length > FILE_LIMIT)
}

#[cfg(test)]
mod tests;
