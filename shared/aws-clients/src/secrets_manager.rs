//! AWS Secrets Manager.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::retry::RetryConfig;
use aws_sdk_secretsmanager::config::timeout::TimeoutConfig;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Config, Region, StalledStreamProtectionConfig};
use aws_sdk_secretsmanager::error::ProvideErrorMetadata;
use environment::{Environment, VariableError};
use futures_util::future::BoxFuture;
use secrecy::SecretString;

use crate::connection::{Connection, OPERATION_BUDGET};

mod versions;

pub use versions::{CURRENT, PENDING, Stages};

/// Reads and writes secrets.
#[derive(Debug, Clone)]
pub struct SecretsManager(Client);

/// A secret could not be read or written. The text names the error as AWS does; it never holds a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SecretError {
    /// The secret has no text: it was never filled, or it is binary.
    #[error("the secret holds no text")]
    NoText,
    /// Secrets Manager refused, with this error code.
    #[error("Secrets Manager answered {0}")]
    Refused(String),
    /// No answer of a plausible size within [`OPERATION_BUDGET`].
    #[error("Secrets Manager cannot be reached")]
    Unreachable,
}

impl SecretsManager {
    /// A client from the environment of the function. Reaches for nothing yet.
    ///
    /// # Errors
    ///
    /// [`VariableError`], naming the variable.
    pub fn new(environment: &Environment<'_>) -> Result<Self, VariableError> {
        let connection = Connection::read(environment, "AWS_ENDPOINT_URL_SECRETS_MANAGER")?;
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(connection.connector())
            .region(Region::new(connection.region))
            .credentials_provider(connection.credentials)
            .retry_config(RetryConfig::standard().with_max_attempts(2))
            // Within this budget nothing lives long enough for the SDK's own limits on connecting and on slow bodies.
            .timeout_config(
                TimeoutConfig::builder().operation_timeout(OPERATION_BUDGET).disable_connect_timeout().build(),
            )
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled());
        config.set_endpoint_url(connection.endpoint.map(Into::into));
        Ok(Self(Client::from_conf(config.build())))
    }

    /// The current text of a secret, by name or ARN.
    ///
    /// # Errors
    ///
    /// [`SecretError`].
    pub async fn text(&self, secret: &str) -> Result<SecretString, SecretError> {
        let answer = self.0.get_secret_value().secret_id(secret).send().await.map_err(|fault| error(&fault))?;
        answer.secret_string.map(SecretString::from).ok_or(SecretError::NoText)
    }

    /// A reader of secrets by ARN, for who must not know this crate.
    pub fn reader(self) -> impl Fn(String) -> BoxFuture<'static, Result<SecretString, SecretError>> + Send + Sync {
        move |secret| {
            let client = self.clone();
            Box::pin(async move { client.text(&secret).await })
        }
    }
}

fn error(fault: &impl ProvideErrorMetadata) -> SecretError {
    fault.code().map_or(SecretError::Unreachable, |code| SecretError::Refused(code.to_owned()))
}

#[cfg(test)]
pub(crate) mod tests;
