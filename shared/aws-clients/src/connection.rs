//! What every client needs: where, as whom, and over what.

use std::net::IpAddr;
use std::time::Duration;

use aws_credential_types::Credentials;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_http_client::{Builder, HttpClientError};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use environment::{Environment, VariableError};
use url::{Host, Url};

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

    /// An HTTP client for the endpoint: TLS with compiled-in roots, or plain text to an override on loopback.
    pub(crate) fn http_client(&self) -> SharedHttpClient {
        let plain = self.endpoint.as_ref().is_some_and(|endpoint| endpoint.scheme() == "http");
        match compiled_in_roots() {
            Ok(roots) if !plain => {
                Builder::new().tls_provider(Provider::Rustls(CryptoMode::AwsLc)).tls_context(roots).build_https()
            }
            // Without roots there is no TLS, and an https endpoint cannot be reached: better than the host's roots.
            _ => Builder::new().build_http(),
        }
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

fn compiled_in_roots() -> Result<TlsContext, HttpClientError> {
    let mut pem = String::new();
    for certificate in webpki_root_certs::TLS_SERVER_ROOT_CERTS {
        pem.push_str("-----BEGIN CERTIFICATE-----\n");
        STANDARD.encode_string(certificate, &mut pem);
        pem.push_str("\n-----END CERTIFICATE-----\n");
    }
    let roots = TrustStore::empty().with_pem_certificate(pem);
    TlsContext::builder().with_trust_store(roots).build()
}

#[cfg(test)]
mod tests;
