//! The proof that a form came from our own page.

use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

/// The name of the hidden field.
pub(crate) const FIELD: &str = "form_token";

/// A random value in every form of this run. No other site can read the page, so none can know it; there is nobody
/// signed in whose session it would have to be tied to.
#[derive(Clone)]
pub(crate) struct FormToken(Arc<SecretString>);

impl FormToken {
    pub(crate) fn random() -> Self {
        Self(Arc::new(Uuid::new_v4().simple().to_string().into()))
    }

    pub(super) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    pub(super) fn is(&self, sent: &str) -> bool {
        verify_slices_are_equal(sent.as_bytes(), self.expose().as_bytes()).is_ok()
    }
}
