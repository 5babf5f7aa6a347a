//! How the SDK reaches the network: with the client that follows nobody.
//!
//! The SDK's own client would be a second one in the program, with HTTP/2, proxies and the host's certificates: a
//! megabyte that services with small JSON messages have no use for. What they do without is
//!
//! - HTTP/2 and FIPS mode,
//! - bodies that are streamed, and answers beyond 512 KiB,
//! - addresses that [`url::Url`] writes in another way (keys of S3),
//! - the SDK's limits on connecting and on the first byte (one on the whole operation includes both), and its closing of
//!   a connection on which a server reported a fault.

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use reqwest::{Client, ClientBuilder};

/// The longest answer, in bytes. The longest secret has 65,536, of which JSON makes six times as many at most.
const MAX_BYTES: usize = 512 * 1024;

/// Sends one request, once. Without TLS, which were a fault of the build, it sends none.
#[derive(Debug, Clone)]
pub(crate) struct Connector(Option<Client>);

impl Connector {
    pub(crate) fn new(configure: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Self {
        Self(bare_http::builder().ok().and_then(|builder| configure(builder).build().ok()))
    }
}

impl HttpClient for Connector {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let client = self.0.clone();
        HttpConnectorFuture::new(async move {
            let client = client.ok_or_else(|| refused("no TLS"))?;
            send(&client, request).await
        })
    }
}

async fn send(client: &Client, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
    let (parts, body) = request.try_into_http1x().map_err(refused)?.into_parts();
    let body = body.bytes().ok_or_else(|| refused("the body is streamed"))?.to_vec();
    let request = http::Request::from_parts(parts, body).try_into().map_err(refused)?;
    let response = client.execute(request).await.map_err(broken)?;
    let (status, headers) = (response.status(), response.headers().clone());
    let body = bare_http::read_bounded(response, MAX_BYTES).await.map_err(broken)?;
    let mut answer = http::Response::new(body.ok_or_else(|| refused("the answer is too long"))?.into());
    *answer.status_mut() = status;
    *answer.headers_mut() = headers;
    answer.try_into().map_err(refused)
}

/// What would fail again. The SDK does not repeat it.
fn refused(error: impl Into<BoxError>) -> ConnectorError {
    ConnectorError::other(error.into(), None)
}

/// What may go well at the next attempt. The SDK makes it, if it may.
fn broken(error: reqwest::Error) -> ConnectorError {
    ConnectorError::io(error.into())
}

#[cfg(test)]
mod tests;
