//! Where a code may go.
//!
//! A redirect URI is compared as text (OAuth 2.1 §2.3.1, RFC 3986 §6.2.1). So that text and what a browser makes of it
//! cannot differ, it must be in the normal form of the URL standard: no user information, no other spelling of a host,
//! no backslash, no white space. A fragment is never allowed (RFC 6749 §3.1.2).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::ConfigurationError;

/// The longest redirect URI, in bytes.
const MAX_BYTES: usize = 512;

/// The hosts of RFC 8252 §7.3, and the name that most clients use in their place (§8.3 advises against it). They are
/// three different hosts: a client gets an answer at the one that it registered.
const LOOPBACK: [&str; 3] = ["127.0.0.1", "[::1]", "localhost"];

/// Schemes that a browser carries out itself, or that reach a file, a server or an unknown program.
const NEVER: [&str; 14] = [
    "about",
    "blob",
    "data",
    "file",
    "filesystem",
    "ftp",
    "http",
    "https",
    "javascript",
    "jar",
    "mailto",
    "vbscript",
    "ws",
    "wss",
];

/// A redirect URI that is well formed. Whether anybody registered it is another question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RedirectUri {
    text: String,
    url: Url,
    destination: Destination,
}

/// Who gets the answer, as a consent page tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Destination {
    /// A program that the system starts for a scheme of its own. Any program may claim the scheme.
    Application {
        /// `cursor`, for `cursor://…`.
        scheme: String,
    },
    /// A web site, by https.
    Site {
        /// The host, with the port if it is not the usual one.
        host: String,
    },
    /// A program on the person's own machine, by plain http. Any program there may listen.
    ThisMachine {
        /// The host and port.
        host: String,
    },
}

/// Why a text is no redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a redirect URI is an absolute URL in its normal form, without fragment and user information")]
pub struct RedirectUriError;

impl RedirectUri {
    pub(crate) fn parse(text: &str) -> Result<Self, RedirectUriError> {
        let url = Url::parse(text).map_err(|_| RedirectUriError)?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        if text.len() > MAX_BYTES || has_user || url.fragment().is_some() {
            return Err(RedirectUriError);
        }
        let destination = match url.scheme() {
            "http" => loopback(text)?.into(),
            "https" if is_normal(text, &url) => Destination::Site { host: host_and_port(&url) },
            scheme if url.as_str() == text && scheme != "https" => {
                Destination::Application { scheme: scheme.to_owned() }
            }
            _ => return Err(RedirectUriError),
        };
        Ok(Self { text: text.to_owned(), url, destination })
    }

    /// As the client wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Who gets the answer.
    #[must_use]
    pub fn destination(&self) -> &Destination {
        &self.destination
    }

    /// Whether a client that registered this one may ask for `requested`.
    pub(crate) fn allows(&self, requested: &Self) -> bool {
        if self.text == requested.text {
            return true;
        }
        match (loopback(&self.text), loopback(&requested.text)) {
            (Ok(registered), Ok(requested)) => {
                registered.host == requested.host && registered.after_port == requested.after_port
            }
            _ => false,
        }
    }

    /// This URI with more parameters in its query; those that it has stay as they are (RFC 6749 §3.1.2).
    pub(crate) fn with(&self, parameters: &[(&str, &str)]) -> String {
        let mut url = self.url.clone();
        url.query_pairs_mut().extend_pairs(parameters);
        url.into()
    }

    /// What a `Content-Security-Policy` must list under `form-action`, since browsers hold the redirect that follows a
    /// form against it (CSP 3 §4.2). A numeric IPv6 host cannot be written there (§2.3.1), its scheme can.
    #[must_use]
    pub fn form_action_source(&self) -> String {
        match &self.destination {
            Destination::Application { scheme } => format!("{scheme}:"),
            Destination::ThisMachine { host } if host.starts_with('[') => "http:".to_owned(),
            Destination::Site { .. } | Destination::ThisMachine { .. } => self.url.origin().ascii_serialization(),
        }
    }
}

impl TryFrom<String> for RedirectUri {
    type Error = RedirectUriError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text)
    }
}

impl From<RedirectUri> for String {
    fn from(uri: RedirectUri) -> Self {
        uri.text
    }
}

impl fmt::Display for Destination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Application { scheme } => write!(formatter, "{scheme}:"),
            Self::Site { host } | Self::ThisMachine { host } => formatter.write_str(host),
        }
    }
}

/// Whether clients may have their answers sent to web sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RemoteRedirects {
    /// Assistants that run as a web site can sign in.
    Allowed,
    /// To programs on the person's machine only.
    Refused,
}

/// The redirect URIs that are allowed at all, whoever registered them.
#[derive(Debug, Clone)]
pub struct RedirectPolicy {
    custom_schemes: BTreeSet<String>,
    remote: RemoteRedirects,
}

impl RedirectPolicy {
    /// The schemes of assistants that are known to use one.
    pub const KNOWN_SCHEMES: [&str; 3] = ["cursor", "vscode", "vscode-insiders"];

    /// Plain http to loopback is always allowed; `custom_schemes` are, in lower case and without the colon.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Scheme`] for what is no scheme, or one that must never get an answer, as `javascript`.
    pub fn new<'a>(
        remote: RemoteRedirects,
        custom_schemes: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigurationError> {
        let custom_schemes = custom_schemes.into_iter().map(checked_scheme).collect::<Result<_, _>>()?;
        Ok(Self { custom_schemes, remote })
    }

    /// Whether this one may be used now.
    pub(crate) fn permits(&self, uri: &RedirectUri) -> bool {
        match &uri.destination {
            Destination::Site { .. } => self.remote == RemoteRedirects::Allowed,
            Destination::Application { .. } | Destination::ThisMachine { .. } => self.knows_scheme_of(uri),
        }
    }

    /// Whether its scheme is one that clients may register.
    pub(crate) fn knows_scheme_of(&self, uri: &RedirectUri) -> bool {
        match &uri.destination {
            Destination::Application { scheme } => self.custom_schemes.contains(scheme),
            Destination::Site { .. } | Destination::ThisMachine { .. } => true,
        }
    }
}

/// RFC 3986 §3.1.
fn checked_scheme(scheme: &str) -> Result<String, ConfigurationError> {
    let is_letter = |byte: u8| byte.is_ascii_lowercase();
    let is_other = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.');
    let is_scheme = scheme.bytes().next().is_some_and(is_letter) && scheme.bytes().all(|b| is_letter(b) || is_other(b));
    if is_scheme && !NEVER.contains(&scheme) { Ok(scheme.to_owned()) } else { Err(ConfigurationError::Scheme) }
}

/// The parts of a loopback redirect URI (RFC 8252 §7.3).
struct Loopback<'a> {
    host: &'a str,
    port: Option<&'a str>,
    after_port: &'a str,
}

impl From<Loopback<'_>> for Destination {
    fn from(Loopback { host, port, .. }: Loopback<'_>) -> Self {
        Self::ThisMachine { host: port.map_or_else(|| host.to_owned(), |port| format!("{host}:{port}")) }
    }
}

/// Read from the text itself, which is what is compared.
fn loopback(text: &str) -> Result<Loopback<'_>, RedirectUriError> {
    let after_scheme = text.strip_prefix("http://").ok_or(RedirectUriError)?;
    let (host, rest) =
        LOOPBACK.iter().find_map(|host| Some((*host, after_scheme.strip_prefix(host)?))).ok_or(RedirectUriError)?;
    let (port, after_port) = match rest.strip_prefix(':') {
        None => (None, rest),
        Some(rest) => {
            let (port, after_port) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(port), after_port)
        }
    };
    let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port);
    let without_port = format!("http://{host}{after_port}");
    let is_normal = Url::parse(&without_port).is_ok_and(|url| is_normal(&without_port, &url));
    let is_path = after_port.is_empty() || after_port.starts_with('/');
    if port.is_none_or(is_port) && is_path && is_normal {
        Ok(Loopback { host, port, after_port })
    } else {
        Err(RedirectUriError)
    }
}

/// A URL whose path was left out counts as normal: some clients register an origin.
fn is_normal(text: &str, url: &Url) -> bool {
    url.as_str() == text || url.as_str().strip_suffix('/') == Some(text)
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests;
