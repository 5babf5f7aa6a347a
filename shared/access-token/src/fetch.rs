//! Reading a JSON document over HTTP, within bounds.
//!
//! 1. https with the roots that are compiled in; plain http only where the caller's URL rule allowed it.
//! 2. No redirect, no proxy from the environment, no retry: the address is the one that was configured.
//! 3. At most 64 KiB and 2 s, from the first packet to the last byte.

use std::time::Duration;

use reqwest::Client;
use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use strict_json::Object;
use url::Url;

use crate::ConfigurationError;

const TIMEOUT: Duration = Duration::from_secs(2);
const MAX_BYTES: usize = 64 * 1024;

/// Discovery and keys come from one host as a rule: the connection is kept from the first to the second, no longer.
const IDLE: Duration = Duration::from_secs(5);

/// Why a document could not be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FetchError {
    #[error("connection failed")]
    Connection(#[source] reqwest::Error),
    #[error("not a JSON object")]
    NotJson(#[from] strict_json::Error),
    #[error("answered with status {0}")]
    Status(u16),
    #[error("took longer than two seconds")]
    Timeout,
    #[error("larger than 64 KiB")]
    TooLarge,
}

impl From<reqwest::Error> for FetchError {
    /// The address may be what a discovery document says, and is not for the log.
    fn from(error: reqwest::Error) -> Self {
        Self::Connection(error.without_url())
    }
}

#[derive(Clone)]
pub(crate) struct Fetcher(Client);

impl Fetcher {
    pub(crate) fn new() -> Result<Self, ConfigurationError> {
        bare_http::builder()
            .map_err(|_| ConfigurationError::Tls)?
            .pool_idle_timeout(IDLE)
            .default_headers(HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static("application/json"))]))
            .user_agent("countersign")
            .build()
            .map(Self)
            .map_err(|_| ConfigurationError::Tls)
    }

    /// The content type is not looked at: providers differ, and what is not JSON is refused by reading it.
    pub(crate) async fn object(&self, url: Url) -> Result<Object, FetchError> {
        let body = tokio::time::timeout(TIMEOUT, self.body(url)).await.map_err(|_| FetchError::Timeout)??;
        Ok(strict_json::parse_object(&body)?)
    }

    async fn body(&self, url: Url) -> Result<Vec<u8>, FetchError> {
        let response = self.0.get(url).send().await?;
        if response.status() != reqwest::StatusCode::OK {
            return Err(FetchError::Status(response.status().as_u16()));
        }
        bare_http::read_bounded(response, MAX_BYTES).await?.ok_or(FetchError::TooLarge)
    }
}
