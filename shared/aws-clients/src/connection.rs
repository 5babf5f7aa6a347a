//! What every client needs: where, as whom, and over what.

use std::net::IpAddr;
use std::time::Duration;

use aws_credential_types::Credentials;
use environment::{Environment, VariableError};
use url::{Host, Url};

use crate::connector::Connector;

/// The longest that one operation takes, retries included.
pub const OPERATION_BUDGET: Duration = Duration::from_secs(2);

/// Region, credentials and endpoint, as the environment gives them.
pub(crate) struct Connection {
    pub(crate) region: String,
    pub(crate) credentials: Credentials,
    pub(crate) endpoint: Option<Url>,
}

impl Connection {
    /// Reads the environment. `endpoint` names the service's own override.
    pub(crate) fn read(environment: &Environment<'_>, endpoint: &'static str) -> Result<Self, VariableError> {
        let credentials = Credentials::new(
            environment.required("AWS_ACCESS_KEY_ID")?,
            environment.required("AWS_SECRET_ACCESS_KEY")?,
            environment.optional("AWS_SESSION_TOKEN"),
            None,
            "environment",
        );
        let url = environment.optional(endpoint).map(|text| {
            Url::parse(&text)
                .ok()
                .filter(safe)
                .ok_or_else(|| VariableError::new(endpoint, "expected https, or http on loopback"))
        });
        Ok(Self { region: environment.required("AWS_REGION")?, credentials, endpoint: url.transpose()? })
    }

    /// The way to the endpoint: TLS, or plain text to an override on loopback.
    pub(crate) fn connector(&self) -> Connector {
        let plain = self.endpoint.as_ref().is_some_and(|endpoint| endpoint.scheme() == "http");
        Connector::new(|client| client.https_only(!plain))
    }
}

fn safe(url: &Url) -> bool {
    match url.scheme() {
        "https" => true,
        "http" => match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
            None => false,
        },
        _ => false,
    }
}

#[cfg(test)]
mod tests;
