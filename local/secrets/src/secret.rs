//! A secret, and the ways to name it.

use secrecy::SecretString;

/// The longest name of a secret. Secrets Manager allows 512; ours are file names.
const NAME_LIMIT: usize = 200;

/// The name and the ARN of a secret, checked to belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretId {
    arn: String,
    name: String,
}

/// Why a name and an ARN are not those of a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretIdError {
    /// The ARN is not the one of this name.
    #[error("the ARN must be arn:<partition>:secretsmanager:<region>:<account>:secret:<name>-<6 characters>")]
    Arn,
    /// Secrets Manager allows letters, digits and `/_+=.@-` in a name; here it has at most 200 of them.
    #[error("the name of a secret has 1 to {NAME_LIMIT} letters, digits or characters of /_+=.@-")]
    Name,
}

impl SecretId {
    /// Checks that the two belong together: the ARN ends in the name, a hyphen and six letters or digits.
    ///
    /// # Errors
    ///
    /// [`SecretIdError`].
    pub fn new(arn: impl Into<String>, name: impl Into<String>) -> Result<Self, SecretIdError> {
        let (arn, name) = (arn.into(), name.into());
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"/_+=.@-".contains(&byte);
        if name.is_empty() || name.len() > NAME_LIMIT || !name.bytes().all(allowed) {
            return Err(SecretIdError::Name);
        }
        let parts: Vec<&str> = arn.splitn(7, ':').collect();
        let ["arn", _, "secretsmanager", _, _, "secret", resource] = parts[..] else {
            return Err(SecretIdError::Arn);
        };
        if resource.strip_prefix(name.as_str()).is_some_and(is_suffix) {
            Ok(Self { arn, name })
        } else {
            Err(SecretIdError::Arn)
        }
    }

    /// The whole ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether a `SecretId` of a request means this secret: its name, its ARN, or its ARN without the suffix.
    pub(crate) fn is_meant_by(&self, id: &str) -> bool {
        if !id.starts_with("arn:") {
            return id == self.name;
        }
        self.arn.strip_prefix(id).is_some_and(|rest| rest.is_empty() || is_suffix(rest))
    }
}

/// The hyphen and the six characters that Secrets Manager adds to a name.
fn is_suffix(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.len() == 6 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A secret with its current value.
#[derive(Debug, Clone)]
pub struct Secret {
    /// Name and ARN.
    pub id: SecretId,
    /// `SecretString`.
    pub value: SecretString,
    /// `VersionId`: another one for every value.
    pub version: String,
    /// `CreatedDate` of this version, in seconds since 1970.
    pub created: u64,
}
