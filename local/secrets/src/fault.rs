//! What Secrets Manager would answer instead, with its code and its words.

use http::StatusCode;

use crate::grants::Grant;
use crate::operation::Operation;
use crate::secret::SecretId;
use crate::store::StoreError;

#[derive(Debug)]
pub(crate) enum Fault {
    /// Of IAM, with its text.
    AccessDenied(String),
    /// From a browser, or for another host.
    Elsewhere,
    /// The disk is full, or the like.
    Internal,
    InvalidParameter(&'static str),
    MissingAuthenticationToken,
    RequestEntityTooLarge,
    ResourceNotFound,
    Serialization,
    /// The version that was named does not have the label that was named.
    StageMismatch,
    /// A label is not where the caller believes it to be.
    StageElsewhere,
    UnknownOperation,
    UnrecognizedClient,
    VersionExists,
    VersionNotFound,
}

impl Fault {
    /// IAM's words for a right that nothing gives. The secret is named by our own ARN, not by the caller's text.
    pub(crate) fn not_authorized(grant: &Grant, operation: Operation, secret: &SecretId) -> Self {
        let (principal, action, arn) = (grant.principal(), operation.action(), secret.arn());
        Self::AccessDenied(format!(
            "User: {principal} is not authorized to perform: {action} on resource: {arn} because no identity-based \
             policy allows the {action} action"
        ))
    }

    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Elsewhere => StatusCode::FORBIDDEN,
            Self::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            Self::RequestEntityTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            _ => StatusCode::BAD_REQUEST,
        }
    }

    pub(crate) fn code(&self) -> &'static str {
        match self {
            Self::AccessDenied(_) | Self::Elsewhere => "AccessDeniedException",
            Self::Internal => "InternalServiceError",
            Self::InvalidParameter(_) | Self::StageElsewhere => "InvalidParameterException",
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::RequestEntityTooLarge => "RequestEntityTooLargeException",
            Self::ResourceNotFound | Self::VersionNotFound => "ResourceNotFoundException",
            Self::Serialization => "SerializationException",
            Self::StageMismatch => "InvalidRequestException",
            Self::UnknownOperation => "UnknownOperationException",
            Self::UnrecognizedClient => "UnrecognizedClientException",
            Self::VersionExists => "ResourceExistsException",
        }
    }

    pub(crate) fn message(&self) -> &str {
        match self {
            Self::AccessDenied(text) => text,
            Self::Elsewhere => "Only programs of this machine are served, under a loopback name.",
            Self::Internal => "An error occurred on the server side.",
            Self::InvalidParameter(text) => text,
            Self::MissingAuthenticationToken => "Missing Authentication Token",
            Self::RequestEntityTooLarge => "The request is too large.",
            Self::ResourceNotFound => "Secrets Manager can't find the specified secret.",
            Self::Serialization => "The request is not JSON of the expected form.",
            Self::StageMismatch => "You provided a VersionStage that is not associated to the provided VersionId.",
            Self::StageElsewhere => {
                "The staging label must be attached to RemoveFromVersionId, and AWSCURRENT cannot be removed."
            }
            Self::UnknownOperation => "This operation is not served here.",
            Self::UnrecognizedClient => "The security token included in the request is invalid.",
            Self::VersionExists => {
                "You can't use this ClientRequestToken because it is already in use for a version of the secret."
            }
            Self::VersionNotFound => {
                "Secrets Manager can't find the specified secret value for staging label or version."
            }
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Value => Self::InvalidParameter("SecretString has 1 to 65536 bytes."),
            _ => Self::Internal,
        }
    }
}
