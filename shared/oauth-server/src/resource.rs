//! The one resource for which tokens are issued.

use serde::{Deserialize, Serialize};
use url::Url;

use crate::ConfigurationError;

/// A resource indicator (RFC 8707 §2): the MCP URL, which becomes the claim `aud`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    text: String,
    url: Url,
}

/// Whether a client said for which resource it asks (RFC 8707 §2). There is only the one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ResourceIndicator {
    /// It did not.
    Absent,
    /// It did, as MCP clients must.
    #[default]
    Given,
}

impl Resource {
    /// An absolute http or https URL without fragment and user information.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Resource`].
    pub fn parse(text: &str) -> Result<Self, ConfigurationError> {
        let url = comparable(text).ok_or(ConfigurationError::Resource)?;
        Ok(Self { text: text.to_owned(), url })
    }

    /// As configured.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a client that wrote this means us. Clients normalise the URL that a person typed, and some append a
    /// slash; what they get names the resource as configured all the same.
    pub(crate) fn is_named_by(&self, text: &str) -> bool {
        comparable(text).is_some_and(|url| url == self.url)
    }
}

/// Lower-case scheme and host, no default port, no trailing slash.
fn comparable(text: &str) -> Option<Url> {
    let mut url = Url::parse(text).ok()?;
    let is_plain = matches!(url.scheme(), "http" | "https")
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    let path = url.path().strip_suffix('/').unwrap_or_else(|| url.path()).to_owned();
    url.set_path(&path);
    is_plain.then_some(url)
}
