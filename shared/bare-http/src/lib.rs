//! An HTTP client that does what it is told and nothing else.
//!
//! A key set, a client's metadata and an answer to CloudFormation come from, or go to, one address. A client that follows
//! a redirect, takes a proxy from the environment or tries again by itself talks to somebody else, or more often, than
//! was decided.
//!
//! 1. No redirect, no proxy, no retry, no `Referer`.
//! 2. TLS by `aws-lc-rs`, with the roots that are compiled in. HTTP/1.1.
//! 3. Time limits, pool and headers are the caller's to set. [`read_bounded`] keeps an answer from filling the memory.

use std::sync::Arc;

use reqwest::{Client, ClientBuilder, Response, redirect, retry};
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};

/// A client to complete.
///
/// # Errors
///
/// The crypto library offers no version of TLS that is safe, which is a fault of the build.
pub fn builder() -> Result<ClientBuilder, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let tls = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Client::builder()
        .tls_backend_preconfigured(tls)
        .http1_only()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .retry(retry::never())
        .referer(false))
}

/// The body, if it has `max` bytes at most. Of a longer one no more is read than shows that.
///
/// # Errors
///
/// The connection broke before the end, or what came over it is not HTTP.
pub async fn read_bounded(mut response: Response, max: usize) -> Result<Option<Vec<u8>>, reqwest::Error> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if chunk.len() > max - body.len() {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;
    use tokio::net::TcpListener;

    use super::{builder, read_bounded};

    async fn answer_of(router: Router) -> reqwest::Response {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await });
        builder().unwrap().build().unwrap().get(url).send().await.unwrap()
    }

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let router = Router::new().route("/", get(|| async { Redirect::temporary("/elsewhere") }));
        assert_eq!(answer_of(router).await.status(), 307);
    }

    #[tokio::test]
    async fn a_body_is_read_up_to_its_bound_and_not_beyond() {
        for (max, is_read) in [(0, false), (999, false), (1000, true), (1001, true)] {
            let router = Router::new().route("/", get(|| async { "a".repeat(1000) }));
            let body = read_bounded(answer_of(router).await, max).await.unwrap();
            assert_eq!(body, is_read.then(|| vec![b'a'; 1000]), "{max}");
        }
    }
}
