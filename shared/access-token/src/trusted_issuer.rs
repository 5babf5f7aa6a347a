//! Whose tokens count.

use std::time::Duration;

use url::Url;

use crate::{ConfigurationError, DiscoveryUrl, PinnedKeys, Profile};

/// How long a provider may stay away that somebody may want to live with.
const MAX_STALE_WINDOW: Duration = Duration::from_secs(24 * 60 * 60);

/// An issuer whose tokens count here.
#[derive(Debug, Clone)]
pub struct TrustedIssuer {
    discovery_url: DiscoveryUrl,
    profile: Profile,
    pinned_keys: Option<PinnedKeys>,
    stale_window: Duration,
}

impl TrustedIssuer {
    /// Trusts the issuer of this discovery document, whose access tokens look as the profile says.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NotOfTheProfile`] if a provider of this profile cannot have the URL.
    pub fn new(discovery_url: DiscoveryUrl, profile: Profile) -> Result<Self, ConfigurationError> {
        (profile.rules().discovery)(&discovery_url)?;
        Ok(Self { discovery_url, profile, pinned_keys: None, stale_window: Duration::ZERO })
    }

    /// Takes these keys for the issuer's. Nothing is ever fetched for it.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::PinnedKeysOfAnotherIssuer`] if the discovery document could not be that of their issuer.
    pub fn with_pinned_keys(self, keys: PinnedKeys) -> Result<Self, ConfigurationError> {
        if !self.discovery_url.may_speak_for(keys.set().issuer()) {
            return Err(ConfigurationError::PinnedKeysOfAnotherIssuer);
        }
        Ok(Self { pinned_keys: Some(keys), ..self })
    }

    /// Keeps fetched keys in use for so much longer than an hour, at most a day, while the provider cannot be read.
    ///
    /// Without it, which is the default, tokens are refused then. With it a key that the issuer withdrew counts for as
    /// long, if whoever stole it can also keep the provider from being reached.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::StaleWindowTooLong`].
    pub fn with_stale_window(self, stale_window: Duration) -> Result<Self, ConfigurationError> {
        if stale_window > MAX_STALE_WINDOW {
            return Err(ConfigurationError::StaleWindowTooLong);
        }
        Ok(Self { stale_window, ..self })
    }

    /// Where it says who it is.
    #[must_use]
    pub const fn discovery_url(&self) -> &DiscoveryUrl {
        &self.discovery_url
    }

    /// How its access tokens look.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.profile
    }

    /// Where its keys are, as long as it has not said so itself.
    pub(crate) fn expected_keys(&self) -> Option<Url> {
        self.profile.rules().keys.and_then(|keys| self.discovery_url.url().join(keys).ok())
    }

    pub(crate) const fn pinned_keys(&self) -> Option<&PinnedKeys> {
        self.pinned_keys.as_ref()
    }

    pub(crate) const fn stale_window(&self) -> Duration {
        self.stale_window
    }
}
