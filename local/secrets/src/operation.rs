//! The operations of Secrets Manager that the functions use.

use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::fault::Fault;
use crate::grants::Grant;
use crate::secret::SecretId;
use crate::store::Secrets;
use crate::versions::{CURRENT, Version, Versions};

/// An operation of Secrets Manager. A role allows each for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Operation {
    /// Names the versions of a secret and their staging labels.
    DescribeSecret,
    /// Gives a value.
    GetSecretValue,
    /// Makes a version.
    PutSecretValue,
    /// Moves a staging label.
    UpdateSecretVersionStage,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeSecret {
    secret_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetSecretValue {
    secret_id: Option<String>,
    version_id: Option<String>,
    version_stage: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutSecretValue {
    secret_id: Option<String>,
    client_request_token: Option<String>,
    secret_string: Option<SecretText>,
    version_stages: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(from = "String")]
struct SecretText(SecretString);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateSecretVersionStage {
    secret_id: Option<String>,
    version_stage: Option<String>,
    remove_from_version_id: Option<String>,
    move_to_version_id: Option<String>,
}

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl Operation {
    const ALL: [Self; 4] =
        [Self::DescribeSecret, Self::GetSecretValue, Self::PutSecretValue, Self::UpdateSecretVersionStage];

    /// The one that IAM calls so, without regard to case.
    #[must_use]
    pub fn of_action(action: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|operation| operation.action().eq_ignore_ascii_case(action))
    }

    pub(crate) fn of_target(target: &[u8]) -> Option<Self> {
        let name = target.strip_prefix(b"secretsmanager.")?;
        Self::ALL.into_iter().find(|operation| operation.name().as_bytes() == name)
    }

    /// What IAM calls it.
    pub(crate) fn action(self) -> String {
        format!("secretsmanager:{}", self.name())
    }

    fn name(self) -> &'static str {
        match self {
            Self::DescribeSecret => "DescribeSecret",
            Self::GetSecretValue => "GetSecretValue",
            Self::PutSecretValue => "PutSecretValue",
            Self::UpdateSecretVersionStage => "UpdateSecretVersionStage",
        }
    }

    /// The longest request in bytes. Most hold names and versions; one holds a value, every byte of it escaped at worst.
    pub(crate) fn body_limit(self) -> usize {
        match self {
            Self::PutSecretValue => 8 * 1024 + 6 * 64 * 1024,
            Self::DescribeSecret | Self::GetSecretValue | Self::UpdateSecretVersionStage => 8 * 1024,
        }
    }

    pub(crate) fn answer(self, secrets: &Secrets, grant: &Grant, body: &[u8]) -> Result<Value, Fault> {
        let find = |id: Option<String>| {
            let id = id.filter(|id| !id.is_empty()).ok_or(Fault::InvalidParameter("You must provide a SecretId."))?;
            let (id, versions) = secrets.find(&id).ok_or(Fault::ResourceNotFound)?;
            if grant.allows(self, id.arn()) { Ok((id, versions)) } else { Err(Fault::not_authorized(grant, self, &id)) }
        };
        match self {
            Self::DescribeSecret => {
                let request: DescribeSecret = read(body)?;
                let (id, versions) = find(request.secret_id)?;
                Ok(description(&id, &versions))
            }
            Self::GetSecretValue => {
                let request: GetSecretValue = read(body)?;
                let (id, versions) = find(request.secret_id)?;
                let version = wanted(&versions, request.version_id.as_deref(), request.version_stage.as_deref())?;
                let value = version.value.as_ref().ok_or(Fault::VersionNotFound)?;
                let mut answer = version_of(&id, version);
                answer.insert("SecretString".to_owned(), value.expose_secret().into());
                answer.insert("CreatedDate".to_owned(), version.created.into());
                Ok(answer.into())
            }
            Self::PutSecretValue => {
                let request: PutSecretValue = read(body)?;
                let (id, _) = find(request.secret_id)?;
                let token = request.client_request_token.filter(|token| (32..=64).contains(&token.len()));
                let token =
                    token.ok_or(Fault::InvalidParameter("ClientRequestToken must be 32-64 characters long."))?;
                let SecretText(value) = request
                    .secret_string
                    .ok_or(Fault::InvalidParameter("You must provide either SecretString or SecretBinary."))?;
                let stages = request.version_stages.unwrap_or_else(|| vec![CURRENT.to_owned()]);
                if stages.is_empty() || stages.iter().any(|stage| !is_stage(stage)) {
                    return Err(Fault::InvalidParameter("VersionStages has labels of 1 to 256 characters."));
                }
                let versions = secrets.put_version(&id, &token, value, &stages)?;
                Ok(version_of(&id, versions.with_id(&token).ok_or(Fault::VersionNotFound)?).into())
            }
            Self::UpdateSecretVersionStage => {
                let request: UpdateSecretVersionStage = read(body)?;
                let (id, _) = find(request.secret_id)?;
                let stage = request.version_stage.filter(|stage| is_stage(stage));
                let stage = stage.ok_or(Fault::InvalidParameter("You must provide a VersionStage."))?;
                let (from, to) = (request.remove_from_version_id, request.move_to_version_id);
                secrets.move_stage(&id, &stage, from.as_deref(), to.as_deref())?;
                Ok(name_of(&id).into())
            }
        }
    }
}

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Fault> {
    serde_json::from_slice(body).map_err(|_| Fault::Serialization)
}

fn is_stage(stage: &str) -> bool {
    (1..=256).contains(&stage.len())
}

fn wanted<'a>(versions: &'a Versions, id: Option<&str>, stage: Option<&str>) -> Result<&'a Version, Fault> {
    let found = match (id, stage) {
        (Some(id), _) => versions.with_id(id),
        (None, stage) => versions.with_stage(stage.unwrap_or(CURRENT)),
    };
    let version = found.ok_or(Fault::VersionNotFound)?;
    if stage.is_none_or(|stage| version.stages.contains(stage)) { Ok(version) } else { Err(Fault::StageMismatch) }
}

fn version_of(id: &SecretId, version: &Version) -> Map<String, Value> {
    let mut answer = name_of(id);
    answer.insert("VersionId".to_owned(), json!(version.id));
    answer.insert("VersionStages".to_owned(), json!(version.stages));
    answer
}

fn description(id: &SecretId, versions: &Versions) -> Value {
    let mut answer = name_of(id);
    let stages: Map<_, _> = versions.0.iter().map(|version| (version.id.clone(), json!(version.stages))).collect();
    // A secret that was never filled does not have the member.
    if !stages.is_empty() {
        answer.insert("VersionIdsToStages".to_owned(), stages.into());
    }
    answer.into()
}

fn name_of(id: &SecretId) -> Map<String, Value> {
    Map::from_iter([("ARN".to_owned(), json!(id.arn())), ("Name".to_owned(), json!(id.name()))])
}
