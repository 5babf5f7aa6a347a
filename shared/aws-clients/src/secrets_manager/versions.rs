//! AWS Secrets Manager: versions, and how one takes the place of another.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};

use super::{SecretError, SecretsManager, error};

/// The staging label of the version that is in use.
pub const CURRENT: &str = "AWSCURRENT";

/// The staging label of the version that is about to be.
pub const PENDING: &str = "AWSPENDING";

/// The id of a secret's first version. It is the same for all who try, so only one of them makes it.
const FIRST_VERSION: &str = "00000000-0000-4000-8000-000000000001";

/// Which version of a secret has which staging label.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stages(BTreeMap<String, String>);

impl Stages {
    /// The id of the version with this label.
    #[must_use]
    pub fn version(&self, stage: &str) -> Option<&str> {
        self.0.get(stage).map(String::as_str)
    }
}

impl SecretsManager {
    /// The staging labels of a secret, by name or ARN.
    ///
    /// # Errors
    ///
    /// [`SecretError`].
    pub async fn stages(&self, secret: &str) -> Result<Stages, SecretError> {
        let answer = self.0.describe_secret().secret_id(secret).send().await.map_err(|fault| error(&fault))?;
        let versions = answer.version_ids_to_stages.unwrap_or_default();
        let stages = versions
            .into_iter()
            .flat_map(|(version, stages)| stages.into_iter().map(move |stage| (stage, version.clone())));
        Ok(Stages(stages.collect()))
    }

    /// The text of one version. `None` if it has no value: Secrets Manager makes such a version when a rotation begins.
    ///
    /// # Errors
    ///
    /// [`SecretError`].
    pub async fn version(&self, secret: &str, version: &str) -> Result<Option<SecretString>, SecretError> {
        let answer = self.0.get_secret_value().secret_id(secret).version_id(version).send().await;
        match answer.map_err(|fault| error(&fault)) {
            Ok(answer) => answer.secret_string.map(|text| Some(text.into())).ok_or(SecretError::NoText),
            Err(SecretError::Refused(code)) if code == "ResourceNotFoundException" => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Makes a version with this label, which no other version has then. The first version of a secret is
    /// [`CURRENT`] whatever the label. Without an id it gets a random one, which is returned.
    ///
    /// # Errors
    ///
    /// [`SecretError`]; in particular `ResourceExistsException` if a version with this id has another text.
    pub async fn put_version(
        &self,
        secret: &str,
        version: Option<&str>,
        text: &SecretString,
        stage: &str,
    ) -> Result<String, SecretError> {
        let request = self.0.put_secret_value().secret_id(secret).set_client_request_token(version.map(str::to_owned));
        let request = request.version_stages(stage).secret_string(text.expose_secret());
        let answer = request.send().await.map_err(|fault| error(&fault))?;
        answer.version_id.ok_or(SecretError::Unreachable)
    }

    /// Takes a label from one version, and gives it to another if there is one. Whoever moved it in between has won: this
    /// fails then and changes nothing.
    ///
    /// # Errors
    ///
    /// [`SecretError`].
    pub async fn move_stage(&self, secret: &str, stage: &str, from: &str, to: Option<&str>) -> Result<(), SecretError> {
        let request = self.0.update_secret_version_stage().secret_id(secret).version_stage(stage);
        let request = request.remove_from_version_id(from).set_move_to_version_id(to.map(str::to_owned));
        request.send().await.map(drop).map_err(|fault| error(&fault))
    }

    /// Puts a text in the place of the version that was read, or into a secret that held nothing. Whoever did so in
    /// between has won: this fails then, and what is in use stays.
    ///
    /// # Errors
    ///
    /// [`SecretError`].
    pub async fn replace(&self, secret: &str, read: Option<&str>, text: &SecretString) -> Result<(), SecretError> {
        let Some(read) = read else {
            return self.put_version(secret, Some(FIRST_VERSION), text, CURRENT).await.map(drop);
        };
        let version = self.put_version(secret, None, text, PENDING).await?;
        self.move_stage(secret, CURRENT, read, Some(&version)).await
    }
}
