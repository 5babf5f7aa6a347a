//! Sessions that outlive the process.
//!
//! Requests and codes live for minutes and stay in memory. A session lives for weeks, and a restart of the laptop must
//! not make every assistant ask its person again: so each change of one is in a private file before the client hears of
//! it. The file holds hashes of refresh tokens, not the tokens.

use std::sync::{Arc, Mutex, PoisonError};

use local_private_folder::{Error as FileError, FILE_LIMIT, PrivateFolder};
use oauth_server::{
    AuthorizationCode, AuthorizationRequest, Clock, Family, MemoryStore, Redemption, Session, Store, StoreError,
    TokenHash, Written,
};
use secrecy::{ExposeSecret as _, SecretString};

/// One session a line, as JSON.
const FILE: &str = "sessions.jsonl";

/// Why the sessions of earlier runs cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SessionsError {
    /// The file holds something else.
    #[error("{path} does not hold sessions. Restore it; or remove it: every assistant must sign in again")]
    Damaged {
        /// The file.
        path: String,
    },
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
}

/// A store in memory whose sessions are also in a file. Clones are the same store.
#[derive(Clone)]
pub(crate) struct Sessions {
    memory: MemoryStore,
    /// Locked while the file is replaced, so that a later state is never replaced by an earlier one.
    folder: Arc<Mutex<PrivateFolder>>,
}

impl Sessions {
    pub(crate) fn open(folder: PrivateFolder, clock: Arc<dyn Clock>) -> Result<Self, SessionsError> {
        let memory = MemoryStore::with_clock(clock);
        if let Some(text) = folder.read(FILE)? {
            for line in text.expose_secret().lines() {
                let Ok(session) = serde_json::from_str(line) else {
                    return Err(SessionsError::Damaged { path: folder.path(FILE)?.display().to_string() });
                };
                memory.restore(session);
            }
        }
        Ok(Self { memory, folder: Arc::new(Mutex::new(folder)) })
    }

    async fn keep(&self) -> Result<(), StoreError> {
        let sessions = self.clone();
        let kept = tokio::task::spawn_blocking(move || sessions.write()).await;
        match kept {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!(%error, "the sessions cannot be kept");
                Err(StoreError::new("its file cannot be written"))
            }
            Err(_) => Err(StoreError::new("it was stopped")),
        }
    }

    /// If they are too many for a file, those that end last are kept.
    fn write(&self) -> Result<(), FileError> {
        let folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sessions = self.memory.sessions();
        sessions.sort_by_key(|session| std::cmp::Reverse(session.expires_at()));
        let mut text = String::new();
        for line in sessions.iter().filter_map(|session| serde_json::to_string(session).ok()) {
            let length = u64::try_from(text.len() + line.len() + 1).unwrap_or(u64::MAX);
            if length > FILE_LIMIT {
                break;
            }
            text.push_str(&line);
            text.push('\n');
        }
        folder.write(FILE, &SecretString::from(text))
    }
}

impl Store for Sessions {
    async fn put_request(&self, handle: &TokenHash, request: AuthorizationRequest) -> Result<(), StoreError> {
        self.memory.put_request(handle, request).await
    }

    async fn request(&self, handle: &TokenHash) -> Result<Option<AuthorizationRequest>, StoreError> {
        self.memory.request(handle).await
    }

    async fn take_request(&self, handle: &TokenHash) -> Result<Option<AuthorizationRequest>, StoreError> {
        self.memory.take_request(handle).await
    }

    async fn put_code(&self, code: &TokenHash, issued: AuthorizationCode) -> Result<(), StoreError> {
        self.memory.put_code(code, issued).await
    }

    async fn redeem_code(&self, code: &TokenHash, family: &Family) -> Result<Redemption, StoreError> {
        self.memory.redeem_code(code, family).await
    }

    async fn create_session(&self, session: Session) -> Result<Written, StoreError> {
        let written = self.memory.create_session(session).await?;
        self.keep().await?;
        Ok(written)
    }

    async fn session(&self, family: &Family) -> Result<Option<Session>, StoreError> {
        self.memory.session(family).await
    }

    async fn replace_session(&self, revision: u64, session: Session) -> Result<Written, StoreError> {
        let written = self.memory.replace_session(revision, session).await?;
        self.keep().await?;
        Ok(written)
    }

    async fn end_session(&self, family: &Family, until: u64) -> Result<(), StoreError> {
        self.memory.end_session(family, until).await?;
        self.keep().await
    }
}
