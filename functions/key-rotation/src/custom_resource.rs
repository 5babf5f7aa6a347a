//! CloudFormation's protocol for custom resources: what it asks, and the form of the answer.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use url::{Host, Url};

/// The longest reason in bytes. CloudFormation takes an answer of 4 KiB in all.
const MAX_REASON: usize = 1024;

/// What CloudFormation asks for. Members are judged one by one, so that a wrong one can be answered.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Request {
    pub(crate) request_type: String,
    pub(crate) resource_type: String,
    #[serde(default)]
    pub(crate) resource_properties: Value,
    #[serde(rename = "ResponseURL")]
    pub(crate) response_url: String,
    stack_id: String,
    request_id: String,
    logical_resource_id: String,
    physical_resource_id: Option<String>,
}

/// The pre-signed URL is a credential for the answer, and properties may be anything.
impl std::fmt::Debug for Request {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Request").field("request_id", &self.request_id).finish_non_exhaustive()
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Task {
    /// The secrets are deleted by CloudFormation, and until then somebody may sign.
    Nothing,
    WriteControl,
    MakeKeys,
}

/// The answer.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Answer<'a> {
    status: &'static str,
    reason: String,
    physical_resource_id: &'a str,
    stack_id: &'a str,
    request_id: &'a str,
    logical_resource_id: &'a str,
}

impl Request {
    /// The task, if there is one of this name. To delete is always possible: a stack that fails must be able to roll back.
    pub(crate) fn task(&self) -> Option<Task> {
        match (self.request_type.as_str(), self.resource_type.as_str()) {
            ("Delete", _) => Some(Task::Nothing),
            ("Create" | "Update", "Custom::Control") => Some(Task::WriteControl),
            ("Create" | "Update", "Custom::SigningKeys") => Some(Task::MakeKeys),
            _ => None,
        }
    }

    /// The answer to it. The physical id never changes: another one would make CloudFormation delete the old resource.
    pub(crate) fn answer(&self, outcome: Result<(), String>) -> Answer<'_> {
        let (status, mut reason) = match outcome {
            Ok(()) => ("SUCCESS", "done".to_owned()),
            Err(reason) => ("FAILED", reason),
        };
        reason.truncate(reason.floor_char_boundary(MAX_REASON));
        Answer {
            status,
            reason,
            physical_resource_id: self.physical_resource_id.as_ref().unwrap_or(&self.logical_resource_id),
            stack_id: &self.stack_id,
            request_id: &self.request_id,
            logical_resource_id: &self.logical_resource_id,
        }
    }
}

/// Where an answer may go: to a bucket of S3, or on the laptop to loopback. An event must not be able to make this function
/// talk to anything else.
pub(crate) fn response_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let allowed = match (url.scheme(), url.host()?) {
        ("https", Host::Domain(name)) => url.port().is_none() && is_bucket(name),
        ("http", Host::Ipv4(address)) => address.is_loopback(),
        ("http", Host::Ipv6(address)) => address.is_loopback(),
        _ => false,
    };
    (allowed && url.username().is_empty() && url.password().is_none()).then_some(url)
}

/// `<bucket>.s3.<region>.amazonaws.com`, in the older form `<bucket>.s3-<region>.amazonaws.com`, without a region, and in
/// China with `.cn`.
fn is_bucket(host: &str) -> bool {
    let host = host.strip_suffix(".cn").unwrap_or(host);
    let Some(service) = host.strip_suffix(".amazonaws.com") else { return false };
    let mut labels = service.rsplit('.');
    let is_s3 = |label: &str| label == "s3" || label.starts_with("s3-");
    // The bucket's name may have dots, and labels that look like the service.
    match (labels.next(), labels.next(), labels.next()) {
        (Some(last), Some(_), _) if is_s3(last) => true,
        (Some(_region), Some("s3"), Some(_)) => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
