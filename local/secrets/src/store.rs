//! Secrets in memory, each with its file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use local_private_folder::{Error as FileError, PrivateFolder};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::secret::{Secret, SecretId};

/// The longest value in bytes (Secrets Manager quotas).
const VALUE_LIMIT: usize = 65_536;

/// All secrets of the laptop.
#[derive(Debug)]
pub struct Secrets {
    folder: PrivateFolder,
    /// By name.
    secrets: RwLock<BTreeMap<String, Secret>>,
}

/// Why the secrets cannot be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A file is not one that [`Secrets::put`] wrote.
    #[error("{path} is damaged. Restore it, or remove it if its content may be made anew")]
    Damaged {
        /// The file.
        path: String,
    },
    /// The group or everybody may read or change these files.
    #[error(
        "open to others: {paths}. If nobody can have read them: chmod go= {paths}; if in doubt, remove them and start \
         again",
        paths = paths.join(" ")
    )]
    Open {
        /// All of them.
        paths: Vec<String>,
    },
    /// The folder or a file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// A value that Secrets Manager would refuse.
    #[error("the value of a secret has 1 to {VALUE_LIMIT} bytes")]
    Value,
}

impl Secrets {
    /// Reads all files of the folder `secrets` below `state`, and makes it if need be.
    ///
    /// # Errors
    ///
    /// [`StoreError`] for a folder or a file that others may read, and for a file that cannot be understood.
    pub fn open(state: &Path) -> Result<Self, StoreError> {
        Self::load(state, None)
    }

    /// As [`Secrets::open`], but without the secret of this name: its file may be in any state, since its value is made
    /// anew at every start.
    ///
    /// # Errors
    ///
    /// As [`Secrets::open`].
    pub fn open_without(state: &Path, made_anew: &str) -> Result<Self, StoreError> {
        Self::load(state, Some(&file_name(made_anew)))
    }

    fn load(state: &Path, passed_over: Option<&str>) -> Result<Self, StoreError> {
        let folder = PrivateFolder::open(state.join("secrets"))?;
        let (mut secrets, mut open) = (BTreeMap::new(), Vec::new());
        for file in folder.names()? {
            if passed_over == Some(file.as_str()) {
                continue;
            }
            let text = match folder.read(&file) {
                Ok(Some(text)) => text,
                Ok(None) => continue,
                Err(FileError::Open { path, .. }) => {
                    open.push(path.display().to_string());
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let read = read(&text).filter(|secret| file_name(secret.id.name()) == file);
            let Some(secret) = read else {
                return Err(StoreError::Damaged { path: folder.path(&file)?.display().to_string() });
            };
            secrets.insert(secret.id.name().to_owned(), secret);
        }
        if !open.is_empty() {
            return Err(StoreError::Open { paths: open });
        }
        Ok(Self { folder, secrets: RwLock::new(secrets) })
    }

    /// Gives a secret a value, whether or not it has one. The file is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// [`StoreError::Value`], or [`StoreError::File`]; the secret is then as it was.
    pub fn put(&self, id: &SecretId, value: SecretString) -> Result<(), StoreError> {
        if value.expose_secret().is_empty() || value.expose_secret().len() > VALUE_LIMIT {
            return Err(StoreError::Value);
        }
        let created = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let secret = Secret { id: id.clone(), value, version: Uuid::new_v4(), created };
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        self.folder.write(&file_name(id.name()), &write(&secret))?;
        secrets.insert(id.name().to_owned(), secret);
        Ok(())
    }

    /// The secret that `id` names: by name, by ARN, or by ARN without its suffix.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<Secret> {
        let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
        secrets.values().find(|secret| secret.id.is_meant_by(id)).cloned()
    }

    /// Where a secret is kept, for messages.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path(&file_name(name)).map(|path| path.display().to_string()).unwrap_or_default()
    }
}

/// Of the characters that a name may have, the slash alone cannot be in the name of a file.
fn file_name(name: &str) -> String {
    format!("{}.json", name.replace('/', "%2F"))
}

fn write(secret: &Secret) -> SecretString {
    let text = json!({
        "arn": secret.id.arn(),
        "name": secret.id.name(),
        "version": secret.version.to_string(),
        "created": secret.created,
        "value": secret.value.expose_secret(),
    });
    format!("{text:#}\n").into()
}

fn read(text: &SecretString) -> Option<Secret> {
    let object = strict_json::parse_object(text.expose_secret().as_bytes()).ok()?;
    let member = |name| object.get(name).and_then(Value::as_str);
    Some(Secret {
        id: SecretId::new(member("arn")?, member("name")?).ok()?,
        value: member("value").filter(|value| !value.is_empty())?.into(),
        version: member("version")?.parse().ok()?,
        created: object.get("created")?.as_u64()?,
    })
}
