//! Keys that an operator wrote down, so that none need be fetched.

use std::sync::Arc;

use serde_json::Value;

use crate::ConfigurationError;
use crate::key_set::KeySet;

/// The keys of an issuer, as configuration states them.
///
/// For where the network does not reach: a build, a test, a container of `sam local invoke`. What the issuer rotates in
/// is refused, and what it withdraws counts on, until somebody changes the configuration.
#[derive(Debug, Clone)]
pub struct PinnedKeys(Arc<KeySet>);

impl PinnedKeys {
    /// Reads a key set (RFC 7517 §5) that also says whose it is: `{"issuer": "https://…", "keys": […]}`. The issuer is
    /// the exact text that tokens have in `iss`.
    ///
    /// The rules for a key are those for one that is fetched. But here a key that breaks them is a mistake, and not
    /// passed over.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NotPinnedKeys`].
    pub fn parse(text: &str) -> Result<Self, ConfigurationError> {
        let document = strict_json::parse_object(text.as_bytes()).map_err(|_| ConfigurationError::NotPinnedKeys)?;
        let issuer = document.get("issuer").and_then(Value::as_str);
        let keys = issuer.and_then(|issuer| KeySet::read_whole(issuer, &document));
        keys.map(Arc::new).map(Self).ok_or(ConfigurationError::NotPinnedKeys)
    }

    pub(crate) fn set(&self) -> &Arc<KeySet> {
        &self.0
    }
}
