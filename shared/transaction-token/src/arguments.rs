//! What binds a token to the arguments that were judged.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use strict_json::{NotInteroperable, Object};

/// base64url of the SHA-256 of the RFC 8785 form of a call's arguments. A call without arguments has those of `{}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// The digest of a call's arguments.
    ///
    /// # Errors
    ///
    /// [`NotInteroperable`] if they hold a number beyond ±(2^53 - 1), which the canonical form would merge with another.
    pub fn of(arguments: &Object) -> Result<Self, NotInteroperable> {
        let canonical = strict_json::canonical(arguments)?;
        Ok(Self(URL_SAFE_NO_PAD.encode(digest(&SHA256, &canonical))))
    }
}

/// What a tool does with a token that was issued for other arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BindArguments {
    /// Works, and says so in the log. For finding out whether something between authorizer and tool rewrites arguments.
    Observe,
    /// Refuses.
    #[default]
    Required,
}

impl std::str::FromStr for BindArguments {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "observe" => Ok(Self::Observe),
            "required" => Ok(Self::Required),
            _ => Err("`required` or `observe`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::BindArguments;

    #[test]
    fn a_setting_is_one_of_two_words() {
        assert_eq!("required".parse(), Ok(BindArguments::Required));
        assert_eq!("observe".parse(), Ok(BindArguments::Observe));
        for other in ["", "Required", "observe ", "off"] {
            assert!(other.parse::<BindArguments>().is_err(), "{other}");
        }
    }
}
