//! What `template.yaml` tells this function.

use aws_clients::SecretsManager;
use environment::{Environment, VariableError};

use crate::vault::Vault;

/// The configuration: which secrets are ours.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// `SIGNING_SECRET` and `VERIFICATION_SECRET`.
    pub(crate) vault: Vault,
    /// `CONTROL_SECRET`.
    pub(crate) control: String,
}

impl Configuration {
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, VariableError> {
        Ok(Self {
            vault: Vault {
                secrets: SecretsManager::new(environment)?,
                signing: environment.required("SIGNING_SECRET")?,
                verification: environment.required("VERIFICATION_SECRET")?,
            },
            control: environment.required("CONTROL_SECRET")?,
        })
    }
}
