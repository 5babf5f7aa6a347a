//! Reading a document from a URL that a stranger named.
//!
//! 1. https on port 443 of a host name; no user information, no fragment, no address in place of a name.
//! 2. The name is resolved here, every address that comes out must be public, and the connection goes to exactly those:
//!    a name that changes its mind between check and use (DNS rebinding) changes nothing.
//! 3. No redirect, no proxy, no retry, no cookies, no decompression.
//! 4. At most 5 KiB, status 200, JSON by its content type, 3 s in all (see [`cache`](super::cache)).

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode};
use url::{Host, Url};

use super::MAX_IDENTIFIER;
use super::address::is_public;
use super::document::DocumentError;
use crate::ConfigurationError;

const MAX_BYTES: usize = 5 * 1024;

/// From where client id metadata documents may be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FetchPolicy(Reach);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    PublicInternet,
    #[cfg(any(test, feature = "loopback-documents"))]
    PublicInternetAndLoopback,
}

impl FetchPolicy {
    /// By https from public addresses.
    #[must_use]
    pub const fn public_internet() -> Self {
        Self(Reach::PublicInternet)
    }

    /// Also by plain http from any port of this machine, as clients under test serve theirs. For the laptop: in the
    /// cloud loopback is where a function's runtime listens.
    #[cfg(any(test, feature = "loopback-documents"))]
    #[must_use]
    pub const fn public_internet_and_loopback() -> Self {
        Self(Reach::PublicInternetAndLoopback)
    }

    /// The URL, if it can be the identifier of a client (§3 of the draft: a path, no fragment, no dot segments).
    pub(super) fn admit(self, id: &str) -> Option<Url> {
        let url = Url::parse(id).ok().filter(|url| url.as_str() == id && id.len() <= MAX_IDENTIFIER)?;
        let is_plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
        let is_admitted = match (url.scheme(), url.host()) {
            ("https", Some(Host::Domain(name))) => url.port().is_none() && !is_localhost(name),
            ("http", Some(host)) => self.reaches_loopback() && is_loopback(&host),
            _ => false,
        };
        (is_plain && url.path() != "/" && is_admitted).then_some(url)
    }

    /// Whether a name may have this address. `localhost` is the only name that may have one of this machine, and it gets
    /// here by plain http only.
    fn permits(self, name: &str, address: IpAddr) -> bool {
        if name == "localhost" { self.reaches_loopback() && address.is_loopback() } else { is_public(address) }
    }

    fn reaches_loopback(self) -> bool {
        self.0 != Reach::PublicInternet
    }
}

/// The names of this machine (RFC 6761 §6.3).
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// A document as it came.
pub(super) struct Fetched {
    pub(super) body: Vec<u8>,
    /// The value of `Cache-Control`, if there is one.
    pub(super) cache_control: Option<String>,
}

pub(super) struct Fetcher(Client);

impl Fetcher {
    pub(super) fn new(policy: FetchPolicy) -> Result<Self, ConfigurationError> {
        Self::with_lookup(policy, Arc::new(SystemLookup))
    }

    pub(super) fn with_lookup(policy: FetchPolicy, lookup: Arc<dyn Lookup>) -> Result<Self, ConfigurationError> {
        bare_http::builder()
            .map_err(|_| ConfigurationError::Tls)?
            .dns_resolver(Vetted { policy, lookup })
            // A kept connection would outlive the check of its address.
            .pool_max_idle_per_host(0)
            .default_headers(HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]))
            .user_agent("countersign")
            .build()
            .map(Self)
            .map_err(|_| ConfigurationError::Tls)
    }

    /// `url` was admitted by the policy.
    pub(super) async fn fetch(&self, url: Url) -> Result<Fetched, DocumentError> {
        let response = self.0.get(url).send().await.map_err(|_| DocumentError::Connection)?;
        if response.status() != StatusCode::OK {
            return Err(DocumentError::Status);
        }
        if !is_json(&response) {
            return Err(DocumentError::ContentType);
        }
        let cache_control = response.headers().get(CACHE_CONTROL).and_then(|value| value.to_str().ok());
        let cache_control = cache_control.map(str::to_owned);
        let body = bare_http::read_bounded(response, MAX_BYTES).await.map_err(|_| DocumentError::Connection)?;
        let body = body.ok_or(DocumentError::TooLarge)?;
        Ok(Fetched { body, cache_control })
    }
}

/// `application/json`, or `application/…+json` (§4.1 of the draft).
fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind.strip_prefix("application/").is_some_and(|kind| kind == "json" || kind.ends_with("+json"))
}

type Found = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send>>;

/// Name to addresses.
pub(super) trait Lookup: Send + Sync {
    fn lookup(&self, name: String) -> Found;
}

struct SystemLookup;

impl Lookup for SystemLookup {
    fn lookup(&self, name: String) -> Found {
        // Port 0 stands for that of the URL.
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

/// The resolver of the HTTP client: it connects to what comes out of here, and to nothing else.
struct Vetted {
    policy: FetchPolicy,
    lookup: Arc<dyn Lookup>,
}

impl Resolve for Vetted {
    fn resolve(&self, name: Name) -> Resolving {
        let (policy, name) = (self.policy, name.as_str().to_owned());
        let found = self.lookup.lookup(name.clone());
        Box::pin(async move {
            let found = found.await?;
            // One that is not public among others is no mishap.
            if !found.iter().all(|address| policy.permits(&name, address.ip())) {
                return Err("the name has an address that is not public".into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests;
