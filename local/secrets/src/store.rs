//! Secrets in memory, each with its file.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{PoisonError, RwLock};

use local_private_folder::{Error as FileError, PrivateFolder};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::fault::Fault;
use crate::secret::{Secret, SecretId};
use crate::versions::{CURRENT, Version, Versions};

/// The longest value in bytes (Secrets Manager quotas).
const VALUE_LIMIT: usize = 65_536;

/// All secrets of the laptop.
#[derive(Debug)]
pub struct Secrets {
    folder: PrivateFolder,
    /// By name.
    secrets: RwLock<BTreeMap<String, (SecretId, Versions)>>,
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
        let folder = PrivateFolder::open(state.join("secrets"))?;
        let (mut secrets, mut open) = (BTreeMap::new(), Vec::new());
        for file in folder.names()? {
            let text = match folder.read(&file) {
                Ok(Some(text)) => text,
                Ok(None) => continue,
                Err(FileError::Open { path, .. }) => {
                    open.push(path.display().to_string());
                    continue;
                }
                Err(error) => return Err(error.into()),
            };
            let read = read(&text).filter(|(id, _)| file_name(id.name()) == file);
            let Some((id, versions)) = read else {
                return Err(StoreError::Damaged { path: folder.path(&file)?.display().to_string() });
            };
            secrets.insert(id.name().to_owned(), (id, versions));
        }
        if !open.is_empty() {
            return Err(StoreError::Open { paths: open });
        }
        Ok(Self { folder, secrets: RwLock::new(secrets) })
    }

    /// Makes a secret without a value, as CloudFormation does. One that exists keeps its value; its ARN is this one.
    pub fn create(&self, id: &SecretId) {
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        let (known, _) = secrets.entry(id.name().to_owned()).or_insert_with(|| (id.clone(), Versions::default()));
        *known = id.clone();
    }

    /// Gives a secret a value, whether or not it has one. The file is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// [`StoreError::Value`], or [`StoreError::File`]; the secret is then as it was.
    pub fn put(&self, id: &SecretId, value: SecretString) -> Result<(), StoreError> {
        check(&value)?;
        self.change(id, |versions| {
            // Nothing has the id that is made here, so nothing can be in its way.
            let _ = versions.put(&Uuid::new_v4().to_string(), value, &[CURRENT.to_owned()]);
        })
    }

    /// What Secrets Manager does when a rotation begins: a version without a value, with this id, is `AWSPENDING`.
    ///
    /// # Errors
    ///
    /// [`StoreError::File`]; the secret is then as it was.
    pub fn begin_rotation(&self, id: &SecretId, token: &str) -> Result<(), StoreError> {
        self.change(id, |versions| versions.begin_rotation(token))
    }

    /// The secret that `id` names, if it has a value: by name, by ARN, or by ARN without its suffix.
    #[must_use]
    pub fn value(&self, id: &str) -> Option<Secret> {
        let (id, versions) = self.find(id)?;
        let version = versions.with_stage(CURRENT)?;
        Some(Secret { id, value: version.value.clone()?, version: version.id.clone(), created: version.created })
    }

    pub(crate) fn find(&self, id: &str) -> Option<(SecretId, Versions)> {
        let secrets = self.secrets.read().unwrap_or_else(PoisonError::into_inner);
        secrets.values().find(|(known, _)| known.is_meant_by(id)).cloned()
    }

    pub(crate) fn put_version(
        &self,
        id: &SecretId,
        token: &str,
        value: SecretString,
        stages: &[String],
    ) -> Result<Versions, Fault> {
        check(&value)?;
        self.change(id, |versions| versions.put(token, value, stages).map(|()| versions.clone()))?
    }

    pub(crate) fn move_stage(
        &self,
        id: &SecretId,
        stage: &str,
        from: Option<&str>,
        to: Option<&str>,
    ) -> Result<(), Fault> {
        self.change(id, |versions| versions.move_stage(stage, from, to))?
    }

    /// Changes a secret on the disk, and then here.
    fn change<T>(&self, id: &SecretId, change: impl FnOnce(&mut Versions) -> T) -> Result<T, StoreError> {
        let mut secrets = self.secrets.write().unwrap_or_else(PoisonError::into_inner);
        let mut versions = secrets.get(id.name()).map(|(_, versions)| versions.clone()).unwrap_or_default();
        let changed = change(&mut versions);
        self.folder.write(&file_name(id.name()), &write(id, &versions))?;
        secrets.insert(id.name().to_owned(), (id.clone(), versions));
        Ok(changed)
    }
}

/// Of the characters that a name may have, the slash alone cannot be in the name of a file.
fn file_name(name: &str) -> String {
    format!("{}.json", name.replace('/', "%2F"))
}

fn check(value: &SecretString) -> Result<(), StoreError> {
    if (1..=VALUE_LIMIT).contains(&value.expose_secret().len()) { Ok(()) } else { Err(StoreError::Value) }
}

fn write(id: &SecretId, versions: &Versions) -> SecretString {
    let version = |version: &Version| {
        json!({
            "id": version.id,
            "stages": version.stages,
            "created": version.created,
            "value": version.value.as_ref().map(|value| value.expose_secret()),
        })
    };
    let versions: Vec<_> = versions.0.iter().map(version).collect();
    let text = json!({"arn": id.arn(), "name": id.name(), "versions": versions});
    format!("{text:#}\n").into()
}

fn read(text: &SecretString) -> Option<(SecretId, Versions)> {
    let object = strict_json::parse_object(text.expose_secret().as_bytes()).ok()?;
    let member = |name| object.get(name).and_then(Value::as_str);
    let id = SecretId::new(member("arn")?, member("name")?).ok()?;
    let version = |version: &Value| {
        let stages = version.get("stages")?.as_array()?;
        Some(Version {
            id: version.get("id")?.as_str()?.to_owned(),
            stages: stages.iter().map(|stage| Some(stage.as_str()?.to_owned())).collect::<Option<_>>()?,
            created: version.get("created")?.as_u64()?,
            value: match version.get("value")? {
                Value::Null => None,
                value => Some(value.as_str().filter(|value| !value.is_empty())?.into()),
            },
        })
    };
    let versions = object.get("versions")?.as_array()?.iter().map(version).collect::<Option<_>>()?;
    Some((id, Versions(versions)))
}
