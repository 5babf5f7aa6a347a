//! Who may do what with which secret.

use std::collections::BTreeSet;

use crate::credentials::Credentials;
use crate::operation::Operation;

/// The functions of one run: by which credentials each is known, and what it may do.
#[derive(Debug, Clone, Default)]
pub struct Grants(Vec<Grant>);

/// One function.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    credentials: Credentials,
    principal: String,
    allowed: BTreeSet<(Operation, String)>,
}

impl Grants {
    /// Admits a function under credentials of its own, and lets it do this with the secrets of these ARNs and nothing
    /// else.
    ///
    /// `principal` is what a refusal calls it: on AWS, the ARN of the session of its role.
    pub fn add(
        &mut self,
        principal: impl Into<String>,
        allowed: impl IntoIterator<Item = (Operation, impl Into<String>)>,
    ) -> Credentials {
        let credentials = Credentials::random();
        let allowed = allowed.into_iter().map(|(operation, secret)| (operation, secret.into())).collect();
        self.0.push(Grant { credentials: credentials.clone(), principal: principal.into(), allowed });
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

    /// Whether it may do this with the secret that has this ARN.
    pub(crate) fn allows(&self, operation: Operation, arn: &str) -> bool {
        self.allowed.contains(&(operation, arn.to_owned()))
    }
}
