//! Pseudo parameters: what AWS itself would say about the deployment.

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
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        match name {
            "AWS::AccountId" => Some(&self.account_id),
            "AWS::Partition" => Some(&self.partition),
            "AWS::Region" => Some(&self.region),
            "AWS::StackName" => Some(&self.stack_name),
            "AWS::URLSuffix" => Some(&self.url_suffix),
            _ => None,
        }
    }

    /// `arn:<partition>:<service>:<region>:<account>:<resource>`.
    pub(crate) fn arn(&self, service: &str, resource: &str) -> String {
        let Self { partition, region, account_id, .. } = self;
        format!("arn:{partition}:{service}:{region}:{account_id}:{resource}")
    }
}
