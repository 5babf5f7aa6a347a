//! A folder of small files that nobody but their owner may read: keys and secrets of the laptop.
//!
//! 1. The folder has mode 0700, its files 0600. What is more open than that is refused, not mended: somebody may have
//!    read it, and that is for its owner to judge.
//! 2. Folder and files belong to the user that runs this, and none of them is a symbolic link: somebody else's file with
//!    mode 0600 is somebody else's key.
//! 3. The folder is opened once, and everything after that happens in the folder that was opened. Whoever may write
//!    above it can put another one in its place, and is not followed there.
//! 4. A file is replaced in one step. A crash leaves the old one or the new one, never a half.
//! 5. File names are names, never paths, and sizes are bounded.
//! 6. A lock on a file of it ends with the process that holds it, however that ends. Its file stays.
//!
//! Links above the folder are followed: a home folder may be one. They lead to a private folder of the same user, or
//! nowhere.

use std::fs::{DirBuilder, File, Metadata, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, Dir, Mode, OFlags, openat, renameat, unlinkat};
use rustix::io::Errno;
use rustix::process::geteuid;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

/// The longest file, in bytes.
pub const FILE_LIMIT: u64 = 256 * 1024;

/// What a file is called until it is complete. [`PrivateFolder::names`] passes over it.
const UNFINISHED: &str = ".unfinished-";

/// Any permission of the group or of others.
const OPEN: u32 = 0o077;

/// A folder of mode 0700, held open.
#[derive(Debug, Clone)]
pub struct PrivateFolder {
    path: PathBuf,
    folder: Arc<File>,
    /// The user to whom it and its files belong.
    owner: u32,
}

/// A file that is locked for as long as this lives. No other process can have it, nor another part of this one.
#[derive(Debug)]
pub struct Lock(File);

impl Drop for Lock {
    fn drop(&mut self) {
        // Closing the file would do, but for a child that is being started at this moment and has it open, too.
        let _ = self.0.unlock();
    }
}

/// Why a folder or a file in it cannot be used. Every variant names the path.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// It belongs to somebody else, or is a symbolic link, or is no ordinary file or folder.
    #[error(
        "{path} is not a file or folder of the user that runs this. Look where it comes from; remove it if it is not \
         yours",
        path = path.display()
    )]
    Foreign {
        /// The folder or the file.
        path: PathBuf,
    },
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
    /// [`Error::Open`] for one that others may enter, [`Error::Foreign`] for one of somebody else, [`Error::Io`] for one
    /// that cannot be made.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, Error> {
        // A slash at the end of a symbolic link would follow it.
        let path = path.into().components().collect();
        Self::open_as(path, geteuid().as_raw())
    }

    fn open_as(path: PathBuf, owner: u32) -> Result<Self, Error> {
        let failed = |source| Error::Io { path: path.clone(), source };
        DirBuilder::new().recursive(true).mode(0o700).create(&path).map_err(failed)?;
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let folder = match rustix::fs::open(&path, flags, Mode::empty()) {
            // Which of the two stands for a symbolic link depends on the system.
            Err(Errno::LOOP | Errno::NOTDIR) => return Err(Error::Foreign { path }),
            opened => File::from(opened.map_err(|errno| failed(errno.into()))?),
        };
        private(&path, &folder.metadata().map_err(failed)?, owner)?;
        Ok(Self { path, folder: Arc::new(folder), owner })
    }

    /// The path of a file in it, for messages.
    ///
    /// # Errors
    ///
    /// [`Error::Name`].
    pub fn path(&self, name: &str) -> Result<PathBuf, Error> {
        if name.is_empty() || name.starts_with('.') || name.contains(['/', '\0']) {
            return Err(Error::Name(name.to_owned()));
        }
        Ok(self.path.join(name))
    }

    /// The names of its files, in order.
    ///
    /// # Errors
    ///
    /// [`Error::Io`], and [`Error::Name`] for a name that is not UTF-8.
    pub fn names(&self) -> Result<Vec<String>, Error> {
        let failed = |errno: Errno| Error::Io { path: self.path.clone(), source: errno.into() };
        let mut names = Vec::new();
        for entry in Dir::read_from(&*self.folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            let name = name.to_str().map_err(|_| Error::Name(name.to_string_lossy().into_owned()))?;
            if !name.starts_with('.') {
                names.push(name.to_owned());
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
        let Some(file) = self.open_file(name, &path, OFlags::RDONLY)? else { return Ok(None) };
        let mut text = String::new();
        match file.take(FILE_LIMIT + 1).read_to_string(&mut text) {
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(Error::Text { path }),
            read => read.map_err(|source| Error::Io { path: path.clone(), source })?,
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
        self.replace(name, text).map_err(|source| Error::Io { path, source })
    }

    /// Removes a file. One that is not there is no error.
    ///
    /// # Errors
    ///
    /// [`Error::Name`] or [`Error::Io`].
    pub fn remove(&self, name: &str) -> Result<(), Error> {
        let path = self.path(name)?;
        match unlinkat(&*self.folder, name, AtFlags::empty()) {
            Ok(()) | Err(Errno::NOENT) => Ok(()),
            Err(errno) => Err(Error::Io { path, source: errno.into() }),
        }
    }

    /// Locks a file, which is made if need be; `None` if it is locked already.
    ///
    /// # Errors
    ///
    /// [`Error`], each variant for what it says. A file system that knows no locks is [`Error::Io`].
    pub fn lock(&self, name: &str) -> Result<Option<Lock>, Error> {
        let path = self.path(name)?;
        let Some(file) = self.open_file(name, &path, OFlags::RDWR | OFlags::CREATE)? else {
            // Somebody has removed the folder itself.
            return Err(Error::Io { path, source: io::ErrorKind::NotFound.into() });
        };
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(Error::Io { path, source }),
        }
    }

    /// Whether a file is locked. To look takes a lock for a moment, which [`PrivateFolder::lock`] may run into.
    ///
    /// # Errors
    ///
    /// As [`PrivateFolder::lock`].
    pub fn is_locked(&self, name: &str) -> Result<bool, Error> {
        let path = self.path(name)?;
        let Some(file) = self.open_file(name, &path, OFlags::RDWR)? else { return Ok(false) };
        match file.try_lock_shared() {
            Ok(()) => {
                drop(Lock(file));
                Ok(false)
            }
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(source)) => Err(Error::Io { path, source }),
        }
    }

    /// Opens an ordinary file that is private; `None` if there is none.
    fn open_file(&self, name: &str, path: &Path, access: OFlags) -> Result<Option<File>, Error> {
        let failed = |source| Error::Io { path: path.to_owned(), source };
        let foreign = || Error::Foreign { path: path.to_owned() };
        // Without NONBLOCK, a named pipe would wait here for its other end.
        let flags = access | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let file = match openat(&*self.folder, name, flags, Mode::RUSR | Mode::WUSR) {
            Err(Errno::NOENT) => return Ok(None),
            Err(Errno::LOOP) => return Err(foreign()),
            opened => File::from(opened.map_err(|errno| failed(errno.into()))?),
        };
        // Of the open file, so that it is the one that is used.
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(foreign());
        }
        private(path, &metadata, self.owner)?;
        Ok(Some(file))
    }

    fn replace(&self, name: &str, text: &SecretString) -> io::Result<()> {
        let folder = &*self.folder;
        let unfinished = format!("{UNFINISHED}{}", Uuid::new_v4().simple());
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut file = File::from(openat(folder, &unfinished, flags, Mode::RUSR | Mode::WUSR)?);
        let written = file.write_all(text.expose_secret().as_bytes()).and_then(|()| file.sync_all());
        let replaced = written.and_then(|()| Ok(renameat(folder, &unfinished, folder, name)?));
        if replaced.is_err() {
            // What cannot be removed either stays behind under a name that is passed over.
            let _ = unlinkat(folder, &unfinished, AtFlags::empty());
        }
        replaced
    }
}

fn private(path: &Path, metadata: &Metadata, owner: u32) -> Result<(), Error> {
    if metadata.uid() != owner {
        return Err(Error::Foreign { path: path.to_owned() });
    }
    let mode = metadata.mode() & 0o777;
    if mode & OPEN == 0 { Ok(()) } else { Err(Error::Open { path: path.to_owned(), mode }) }
}

fn exceeds_limit(text: &SecretString) -> bool {
    u64::try_from(text.expose_secret().len()).is_ok_and(|length| length > FILE_LIMIT)
}

#[cfg(test)]
mod tests;
