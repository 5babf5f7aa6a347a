//! Where the process of a sandbox finds its Runtime API, and how the API knows that it is the process that asks.

use std::net::SocketAddr;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

/// An address on loopback, and a path below which alone the Runtime API answers there.
///
/// Every program of the machine reaches the address; only the process is told the path.
#[derive(Debug, Clone)]
pub(crate) struct Endpoint {
    address: SocketAddr,
    /// One segment: 244 random bits in 64 hexadecimal digits.
    path: SecretString,
}

impl Endpoint {
    /// A path that nobody has been told yet.
    pub(crate) fn new(address: SocketAddr) -> Self {
        let path = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
        Self { address, path: path.into() }
    }

    /// What the process is told. It is a secret.
    pub(crate) fn url(&self) -> String {
        format!("http://{}/{}", self.address, self.path.expose_secret())
    }

    /// `Host` of a request that was sent here.
    pub(crate) fn host(&self) -> String {
        self.address.to_string()
    }

    /// Whether the path of a request begins with the secret one. It takes as long whatever the first wrong digit is.
    pub(crate) fn admits(&self, path: &str) -> bool {
        let segment = path.strip_prefix('/').and_then(|path| path.split('/').next()).unwrap_or_default();
        verify_slices_are_equal(segment.as_bytes(), self.path.expose_secret().as_bytes()).is_ok()
    }
}
