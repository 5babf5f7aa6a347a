//! An HTTP client that does what it is told and nothing else.
//!
//! A key set, a client's metadata and an answer to CloudFormation come from, or go to, one address. A client that follows
//! a redirect, takes a proxy from the environment or tries again by itself talks to somebody else, or more often, than
//! was decided.
//!
//! 1. No redirect, no proxy, no retry, no `Referer`.
//! 2. TLS by `aws-lc-rs`, with the roots that are compiled in. HTTP/1.1.
//! 3. Time limits, pool and headers are the caller's to set.

use std::sync::Arc;

use reqwest::{Client, ClientBuilder, redirect, retry};
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

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::response::Redirect;
    use axum::routing::get;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn a_redirect_is_an_answer_and_not_followed() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let router = Router::new().route("/", get(|| async { Redirect::temporary("/elsewhere") }));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = super::builder().unwrap().build().unwrap();
        assert_eq!(client.get(url).send().await.unwrap().status(), 307);
    }
}
