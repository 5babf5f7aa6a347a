//! Where an issuer says who it is and where its keys are (OpenID Connect Discovery 1.0).

use strict_json::Object;
use url::{Host, Url};

use crate::ConfigurationError;

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// The address of a trusted issuer's discovery document, as an operator configured it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DiscoveryUrl {
    url: Url,
    /// The URL without its well-known tail: the issuer, but for a terminating slash.
    base: String,
}

impl DiscoveryUrl {
    /// Reads a discovery URL.
    ///
    /// https is required, except towards `localhost` and loopback addresses: what an operator configures there is the
    /// same machine.
    ///
    /// # Errors
    ///
    /// The [`ConfigurationError`] that names the rule which the URL breaks.
    pub fn parse(text: &str) -> Result<Self, ConfigurationError> {
        let url = Url::parse(text).map_err(|_| ConfigurationError::NotAUrl)?;
        if url.scheme() != "https" && !is_loopback_http(&url) {
            return Err(ConfigurationError::NotHttps);
        }
        if !is_bare(&url) || url.query().is_some() {
            return Err(ConfigurationError::UnexpectedUrlPart);
        }
        // In `https://.well-known/…` it would begin with a slash of `//`.
        let base = text.strip_suffix(WELL_KNOWN).filter(|_| url.path().ends_with(WELL_KNOWN));
        let base = base.ok_or(ConfigurationError::NotADiscoveryUrl)?.to_owned();
        if url.as_str() != text || url.path().contains("//") {
            return Err(ConfigurationError::NotNormalised);
        }
        Ok(Self { url, base })
    }

    /// The URL as configured.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.url.as_str()
    }

    pub(crate) fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the document at this address may speak for `issuer`.
    ///
    /// OpenID Connect Discovery §4.1 drops a terminating slash of the issuer before it appends the well-known path, so
    /// the address cannot tell `https://a` from `https://a/` (Auth0 uses the second form). Which of the two it is, the
    /// document says, and from then on the exact text counts.
    pub(crate) fn may_speak_for(&self, issuer: &str) -> bool {
        issuer.strip_suffix('/').unwrap_or(issuer) == self.base
    }

    /// Whether the keys of this issuer may be read from `url`: https, or plain http between loopback addresses.
    fn may_point_to(&self, url: &Url) -> bool {
        is_bare(url) && (url.scheme() == "https" || (is_loopback_http(&self.url) && is_loopback_http(url)))
    }
}

/// What is used of a discovery document.
pub(crate) struct Metadata {
    /// The exact text that `iss` is compared with.
    pub(crate) issuer: String,
    pub(crate) jwks_uri: Url,
}

impl Metadata {
    /// `None` if the document is incomplete, speaks for another issuer (Discovery §4.3) or points to where keys may not
    /// come from.
    pub(crate) fn read(document: &Object, source: &DiscoveryUrl) -> Option<Self> {
        let issuer = document.get("issuer")?.as_str()?;
        let jwks_uri = Url::parse(document.get("jwks_uri")?.as_str()?).ok()?;
        (source.may_speak_for(issuer) && source.may_point_to(&jwks_uri))
            .then(|| Self { issuer: issuer.to_owned(), jwks_uri })
    }
}

/// User information would be sent as credentials, and a fragment not at all.
fn is_bare(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none() && url.fragment().is_none()
}

/// `localhost` is always this machine (RFC 6761 §6.3).
fn is_loopback_http(url: &Url) -> bool {
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && loopback
}
