//! Who may read what.

use std::collections::BTreeSet;

use crate::credentials::Credentials;

/// The functions of one run: by which credentials each is known, and which secrets it may read.
#[derive(Debug, Clone, Default)]
pub struct Grants(Vec<Grant>);

/// One function.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    credentials: Credentials,
    principal: String,
    secrets: BTreeSet<String>,
}

impl Grants {
    /// Admits a function under credentials of its own, and lets it read the secrets with these ARNs and no other.
    ///
    /// `principal` is what a refusal calls it: on AWS, the ARN of the session of its role.
    pub fn add(
        &mut self,
        principal: impl Into<String>,
        secrets: impl IntoIterator<Item = impl Into<String>>,
    ) -> Credentials {
        let credentials = Credentials::random();
        let secrets = secrets.into_iter().map(Into::into).collect();
        self.0.push(Grant { credentials: credentials.clone(), principal: principal.into(), secrets });
        credentials
    }

    /// The function whose access key an `Authorization` header of Signature Version 4 names.
    pub(crate) fn of_signer(&self, authorization: &str) -> Option<&Grant> {
        self.0.iter().find(|grant| grant.credentials.signed(authorization))
    }
}

impl Grant {
    /// As whom the function calls.
    pub(crate) fn principal(&self) -> &str {
        &self.principal
    }

    /// Whether it may read the secret with this ARN.
    pub(crate) fn allows(&self, arn: &str) -> bool {
        self.secrets.contains(arn)
    }
}
