//! As whom a function signs its requests.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Uuid;

/// The credentials of one function in one run. Both parts are random, and after the run they open nothing.
#[derive(Debug, Clone)]
pub struct Credentials {
    access_key_id: SecretString,
    secret_access_key: SecretString,
}

impl Credentials {
    /// New ones: each part has at least 122 random bits.
    pub(crate) fn random() -> Self {
        let random = || Uuid::new_v4().simple().to_string().to_uppercase();
        Self {
            access_key_id: format!("LOCAL{}", random()).into(),
            secret_access_key: format!("{}{}", random(), random()).into(),
        }
    }

    /// The variables that a function gets from Lambda. There is no session token: these do not expire.
    #[must_use]
    pub fn environment(&self) -> [(&'static str, &str); 2] {
        [
            ("AWS_ACCESS_KEY_ID", self.access_key_id.expose_secret()),
            ("AWS_SECRET_ACCESS_KEY", self.secret_access_key.expose_secret()),
        ]
    }

    /// Whether an `Authorization` header of Signature Version 4 names this access key.
    pub(crate) fn signed(&self, authorization: &str) -> bool {
        let Some(parameters) = authorization.strip_prefix("AWS4-HMAC-SHA256 ") else { return false };
        let mut named = parameters.split(',').filter_map(|parameter| parameter.trim().strip_prefix("Credential="));
        let (Some(scope), None) = (named.next(), named.next()) else { return false };
        let id = scope.split('/').next().unwrap_or_default();
        verify_slices_are_equal(id.as_bytes(), self.access_key_id.expose_secret().as_bytes()).is_ok()
    }
}
