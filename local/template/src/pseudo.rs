//! Pseudo parameters: what AWS itself would say about the deployment.

use crate::identifier::uuid;

/// Where and as what the template is deployed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pseudo {
    /// `AWS::AccountId`: twelve digits.
    pub account_id: String,
    /// `AWS::Partition`, mostly `aws`.
    pub partition: String,
    /// `AWS::Region`.
    pub region: String,
    /// `AWS::StackName`.
    pub stack_name: String,
    /// `AWS::URLSuffix`, mostly `amazonaws.com`.
    pub url_suffix: String,
}

impl Pseudo {
    /// The value of a pseudo parameter, except `AWS::NoValue`.
    pub(crate) fn value(&self, name: &str) -> Option<String> {
        match name {
            "AWS::AccountId" => Some(self.account_id.clone()),
            "AWS::Partition" => Some(self.partition.clone()),
            "AWS::Region" => Some(self.region.clone()),
            "AWS::StackId" => Some(self.stack_id()),
            "AWS::StackName" => Some(self.stack_name.clone()),
            "AWS::URLSuffix" => Some(self.url_suffix.clone()),
            _ => None,
        }
    }

    /// `AWS::StackId`: an ARN.
    #[must_use]
    pub fn stack_id(&self) -> String {
        let name = &self.stack_name;
        self.arn("cloudformation", &format!("stack/{name}/{}", uuid(name)))
    }

    /// `arn:<partition>:<service>:<region>:<account>:<resource>`.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        let Self { partition, region, account_id, .. } = self;
        format!("arn:{partition}:{service}:{region}:{account_id}:{resource}")
    }
}
