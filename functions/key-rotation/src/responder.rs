//! Takes an answer to CloudFormation.
//!
//! 1. https with the roots that are compiled in; plain http on loopback alone ([`response_url`]).
//! 2. No redirect and no proxy; what the other side says beyond its status is not read.
//! 3. Three tries, each within [`ATTEMPT`]: without an answer the stack hangs for an hour.

use std::time::Duration;

use reqwest::Client;
use url::Url;

use crate::custom_resource::{Answer, response_url};

const ATTEMPTS: u32 = 3;
const ATTEMPT: Duration = Duration::from_secs(2);
const PAUSE: Duration = Duration::from_millis(200);

/// The longest that all of it takes.
pub(crate) const BUDGET: Duration = Duration::from_secs(7);

/// The answer did not arrive.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResponderError {
    /// A URL that CloudFormation does not use.
    #[error("ResponseURL is not that of an S3 bucket")]
    Address,
    /// No connection, or none in time.
    #[error("ResponseURL cannot be reached")]
    Connection,
    /// The bucket does not take it.
    #[error("ResponseURL answered {0}")]
    Status(u16),
    /// TLS cannot be set up.
    #[error("TLS cannot be set up")]
    Tls,
}

/// The way to one `ResponseURL`.
pub(crate) struct Responder {
    client: Client,
    url: Url,
}

impl Responder {
    pub(crate) fn new(url: &str) -> Result<Self, ResponderError> {
        let url = response_url(url).ok_or(ResponderError::Address)?;
        let client = bare_http::builder().map_err(|_| ResponderError::Tls)?.timeout(ATTEMPT).build();
        client.map(|client| Self { client, url }).map_err(|_| ResponderError::Tls)
    }

    pub(crate) async fn send(&self, answer: &Answer<'_>) -> Result<(), ResponderError> {
        let body = serde_json::to_vec(answer).unwrap_or_default();
        let mut error = ResponderError::Connection;
        for attempt in 0..ATTEMPTS {
            // The signature of the URL covers the content type, which is none.
            error = match self.client.put(self.url.clone()).body(body.clone()).send().await {
                Ok(response) if response.status().is_success() => return Ok(()),
                Ok(response) => ResponderError::Status(response.status().as_u16()),
                Err(_) => ResponderError::Connection,
            };
            if attempt + 1 < ATTEMPTS {
                tokio::time::sleep(PAUSE).await;
            }
        }
        Err(error)
    }
}
