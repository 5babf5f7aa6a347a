//! What `template.yaml` tells a target.

use agentcore::tool::TargetName;
use environment::{Environment, VariableError};
use transaction_token::{BindArguments, Verifier};

/// The configuration of a target.
#[derive(Debug)]
pub(crate) struct Configuration {
    /// `TARGET_NAME`: the target as the Gateway calls it.
    pub(crate) target: TargetName,
    /// `TRUST_DOMAIN`: the deployment whose transaction tokens count.
    pub(crate) trust_domain: String,
    /// `VERIFICATION_SECRET`: the secret with the keys that sign them.
    pub(crate) verification_secret: String,
    /// `BIND_ARGUMENTS`: `required` or `observe`.
    pub(crate) bind_arguments: BindArguments,
}

impl Configuration {
    pub(crate) fn read(environment: &Environment<'_>) -> Result<Self, VariableError> {
        Ok(Self {
            target: environment.parsed("TARGET_NAME")?,
            trust_domain: environment.required("TRUST_DOMAIN")?,
            verification_secret: environment.required("VERIFICATION_SECRET")?,
            bind_arguments: environment.parsed("BIND_ARGUMENTS")?,
        })
    }

    pub(crate) fn verifier(&self) -> Verifier {
        Verifier::new(&self.trust_domain, self.target.as_str(), self.bind_arguments)
    }
}
