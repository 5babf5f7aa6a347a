//! The name of the authorization server, which is also where it is reached.

use url::Url;

use crate::ConfigurationError;

/// An issuer identifier (RFC 8414 §2). It comes from configuration and never from a request: whoever could choose it
/// by a `Host` header would choose where clients send their codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    text: String,
    /// Empty, or starting with a slash and ending without one.
    path: String,
}

impl Issuer {
    /// An https URL in its normal form without a trailing slash; plain http for loopback addresses only.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Issuer`].
    pub fn parse(text: &str) -> Result<Self, ConfigurationError> {
        let url = Url::parse(text).map_err(|_| ConfigurationError::Issuer)?;
        let is_safe = match url.scheme() {
            "https" => true,
            "http" => matches!(url.host_str(), Some("localhost" | "127.0.0.1" | "[::1]")),
            _ => false,
        };
        let path = url.path().trim_end_matches('/').to_owned();
        let origin = url.origin().ascii_serialization();
        // Whatever has user information, a query, a fragment, a default port or another case is not this.
        if !is_safe || text != format!("{origin}{path}") {
            return Err(ConfigurationError::Issuer);
        }
        Ok(Self { text: text.to_owned(), path })
    }

    /// As it stands in metadata and in the claim `iss`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The path of one of its endpoints, without the host.
    pub(crate) fn path_of(&self, endpoint: &str) -> String {
        format!("{}{endpoint}", self.path)
    }

    /// The URL of one of its endpoints.
    pub(crate) fn url_of(&self, endpoint: &str) -> String {
        format!("{}{endpoint}", self.text)
    }

    /// Where metadata is looked for: RFC 8414 §3.1, and both readings of OpenID Connect Discovery §4 that clients have.
    pub(crate) fn metadata_paths(&self) -> [String; 3] {
        [
            format!("/.well-known/oauth-authorization-server{}", self.path),
            format!("/.well-known/openid-configuration{}", self.path),
            format!("{}/.well-known/openid-configuration", self.path),
        ]
    }
}
