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

/// Schemes that a browser or the system carries out itself, or that reach a file, a server or another program than an
/// assistant. They are compared with the scheme of a URL in its normal form, which is in lower case.
const NEVER: &str = "
    about afp android-app applescript blob callto chrome chrome-extension cid cifs content data dict facetime
    facetime-audio feed file filesystem ftp ftps git gopher hcp help http https imap imaps intent itms itms-apps
    itms-services jar javascript ldap ldaps mailto market mhtml microsoft-edge mid mms mmst moz-extension news nfs nntp
    rdp res resource rlogin rsync rtmp rtsp search search-ms sftp shell shortcuts sip sips skype smb sms ssh steam svn tel
    telnet tftp vbscript view-source vnc webcal ws wss wyciwyg
";

/// What we add (RFC 6749 §4.1.2, RFC 9207 §2). Were it there already, a client might read the wrong one of two.
const ANSWER: [&str; 5] = ["code", "state", "iss", "error", "error_description"];

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

/// What becomes of the port when a loopback redirect URI is compared with the registered one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LoopbackPort {
    /// It may differ: a program takes what the system gives it (RFC 8252 §7.3).
    #[default]
    Any,
    /// It is part of the text (RFC 3986 §6.2.1).
    Exact,
}

/// Why a text is no redirect URI.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "a redirect URI is an absolute URL in its normal form, without fragment, user information and parameters of an answer"
)]
pub struct RedirectUriError;

impl RedirectUri {
    pub(crate) fn parse(text: &str) -> Result<Self, RedirectUriError> {
        let url = Url::parse(text).map_err(|_| RedirectUriError)?;
        let has_user = !url.username().is_empty() || url.password().is_some();
        if text.len() > MAX_BYTES || has_user || url.fragment().is_some() || holds_an_answer(&url) {
            return Err(RedirectUriError);
        }
        let destination = match url.scheme() {
            "http" => loopback(text)?.into(),
            "https" if is_normal(text, &url) => Destination::Site { host: host_and_port(&url) },
            scheme if url.as_str() == text && !is_never(scheme) => {
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

    /// Whether it is of an application, with authority and path (RFC 3986 §3) and without query: one place in it. Below
    /// the same scheme an editor has links that install or clone what they name.
    pub(crate) fn is_place_in_application(&self) -> bool {
        let is_application = matches!(self.destination, Destination::Application { .. });
        is_application && self.url.has_host() && self.url.path().len() > 1 && self.url.query().is_none()
    }

    /// Whether a client that registered this one may ask for `requested`.
    pub(crate) fn allows(&self, requested: &Self, port: LoopbackPort) -> bool {
        if self.text == requested.text {
            return true;
        }
        match (port, loopback(&self.text), loopback(&requested.text)) {
            (LoopbackPort::Any, Ok(registered), Ok(requested)) => {
                registered.host == requested.host && registered.path() == requested.path()
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

/// The redirect URIs that clients may use which the operator did not write down.
#[derive(Debug, Clone)]
pub struct RedirectPolicy {
    applications: BTreeSet<String>,
    remote: RemoteRedirects,
}

impl RedirectPolicy {
    /// The redirect URIs of assistants that are applications with a scheme of their own.
    pub const KNOWN_APPLICATIONS: [&str; 1] = ["cursor://anysphere.cursor-mcp/oauth/callback"];

    /// Plain http to loopback is always allowed. Of custom schemes the whole URIs in `applications` are, with host and
    /// path and without query.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Application`] for what is no such URI, or has a scheme that must never get an answer, as
    /// `javascript`.
    pub fn new<'a>(
        remote: RemoteRedirects,
        applications: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, ConfigurationError> {
        let applications = applications.into_iter().map(application).collect::<Result<_, _>>()?;
        Ok(Self { applications, remote })
    }

    /// Whether this one may be used now.
    pub(crate) fn permits(&self, uri: &RedirectUri) -> bool {
        match &uri.destination {
            Destination::Site { .. } => self.remote == RemoteRedirects::Allowed,
            Destination::Application { .. } => self.applications.contains(&uri.text),
            Destination::ThisMachine { .. } => true,
        }
    }
}

fn application(text: &str) -> Result<String, ConfigurationError> {
    let uri = RedirectUri::parse(text).ok().filter(RedirectUri::is_place_in_application);
    uri.map(|uri| uri.text).ok_or(ConfigurationError::Application)
}

/// Besides what [`NEVER`] lists, Windows starts settings, installers and office programs by schemes with `ms-`.
fn is_never(scheme: &str) -> bool {
    scheme.starts_with("ms-") || NEVER.split_ascii_whitespace().any(|never| never == scheme)
}

/// The parts of a loopback redirect URI (RFC 8252 §7.3).
struct Loopback<'a> {
    host: &'a str,
    port: Option<&'a str>,
    after_port: &'a str,
}

impl Loopback<'_> {
    /// With the query. None at all is a slash (RFC 3986 §6.2.3): some clients register the one and ask for the other.
    fn path(&self) -> &str {
        if self.after_port.is_empty() { "/" } else { self.after_port }
    }
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

fn holds_an_answer(url: &Url) -> bool {
    url.query_pairs().any(|(name, _)| ANSWER.contains(&name.as_ref()))
}

fn host_and_port(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

#[cfg(test)]
mod tests;
