//! The versions of one secret and their staging labels, by the rules of Secrets Manager.
//!
//! A version never changes its value. Labels move, each is on one version at most, and a version without any is forgotten
//! here at once, where Secrets Manager takes its time.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use secrecy::{ExposeSecret as _, SecretString};

use crate::fault::Fault;

/// The version that is in use, that was, and that will be.
pub(crate) const CURRENT: &str = "AWSCURRENT";
const PREVIOUS: &str = "AWSPREVIOUS";
const PENDING: &str = "AWSPENDING";

#[derive(Debug, Clone, Default)]
pub(crate) struct Versions(pub(crate) Vec<Version>);

#[derive(Debug, Clone)]
pub(crate) struct Version {
    /// `VersionId`.
    pub(crate) id: String,
    /// `VersionStages`.
    pub(crate) stages: BTreeSet<String>,
    /// `CreatedDate`, in seconds since 1970.
    pub(crate) created: u64,
    /// `SecretString`. A version that a rotation has begun has none yet.
    pub(crate) value: Option<SecretString>,
}

impl Version {
    fn new(id: &str, value: Option<SecretString>) -> Self {
        let created = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        Self { id: id.to_owned(), stages: BTreeSet::new(), created, value }
    }
}

impl Versions {
    pub(crate) fn with_id(&self, id: &str) -> Option<&Version> {
        self.0.iter().find(|version| version.id == id)
    }

    pub(crate) fn with_stage(&self, stage: &str) -> Option<&Version> {
        self.0.iter().find(|version| version.stages.contains(stage))
    }

    /// `PutSecretValue`.
    pub(crate) fn put(&mut self, id: &str, value: SecretString, stages: &[String]) -> Result<(), Fault> {
        let first = self.0.is_empty();
        match self.0.iter_mut().find(|version| version.id == id) {
            None => self.0.push(Version::new(id, Some(value))),
            Some(version) => match &version.value {
                None => version.value = Some(value),
                Some(present) if present.expose_secret() == value.expose_secret() => return Ok(()),
                Some(_) => return Err(Fault::VersionExists),
            },
        }
        for stage in stages.iter().map(String::as_str).chain(first.then_some(CURRENT)) {
            self.label(stage, Some(id));
        }
        self.prune();
        Ok(())
    }

    /// `UpdateSecretVersionStage`.
    pub(crate) fn move_stage(&mut self, stage: &str, from: Option<&str>, to: Option<&str>) -> Result<(), Fault> {
        let holder = self.with_stage(stage).map(|version| version.id.as_str());
        if to.is_some_and(|to| self.with_id(to).is_none()) {
            return Err(Fault::VersionNotFound);
        }
        // A label that is on a version is taken from that version by name, or it stays.
        let named = match (holder, from) {
            (_, Some(from)) => holder == Some(from),
            (Some(holder), None) => to == Some(holder),
            (None, None) => to.is_some(),
        };
        if !named || (stage == CURRENT && to.is_none()) {
            return Err(Fault::StageElsewhere);
        }
        self.label(stage, to);
        self.prune();
        Ok(())
    }

    /// What Secrets Manager does before it calls the rotation function for the first time.
    pub(crate) fn begin_rotation(&mut self, id: &str) {
        if self.with_id(id).is_none() {
            self.0.push(Version::new(id, None));
        }
        self.label(PENDING, Some(id));
        self.prune();
    }

    /// Puts a label where it belongs, and [`PREVIOUS`] where [`CURRENT`] was.
    fn label(&mut self, stage: &str, to: Option<&str>) {
        if stage == CURRENT
            && let Some(before) = self.with_stage(CURRENT).map(|version| version.id.clone())
            && to != Some(before.as_str())
        {
            self.label(PREVIOUS, Some(&before));
        }
        for version in &mut self.0 {
            if Some(version.id.as_str()) == to {
                version.stages.insert(stage.to_owned());
            } else {
                version.stages.remove(stage);
            }
        }
        if stage == CURRENT
            && let Some(current) = self.0.iter_mut().find(|version| version.stages.contains(CURRENT))
        {
            current.stages.remove(PREVIOUS);
        }
    }

    /// Forgets the versions that have no label.
    fn prune(&mut self) {
        self.0.retain(|version| !version.stages.is_empty());
    }
}
