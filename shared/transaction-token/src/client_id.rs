//! The client identifier, as tools are told.

use std::borrow::Cow;

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The longest client identifier that a token carries as it is, in bytes.
pub const MAX_CLIENT_ID: usize = 128;

const DIGEST: &str = "sha256:";

/// A client identifier as a token carries it: as it is, or `sha256:` and the base64url of its SHA-256 if it is longer than
/// [`MAX_CLIENT_ID`] or begins with `sha256:` itself.
///
/// A registered client's identifier may be a signed statement of several hundred bytes, and the token has no room for it.
/// Where identifiers are chosen freely, one could be the digest of another.
#[must_use]
pub fn client_id(id: &str) -> Cow<'_, str> {
    if id.len() <= MAX_CLIENT_ID && !id.starts_with(DIGEST) {
        return id.into();
    }
    format!("{DIGEST}{}", URL_SAFE_NO_PAD.encode(digest(&SHA256, id.as_bytes()))).into()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::client_id;

    // `printf 'c%.0s' $(seq 129) | openssl dgst -sha256 -binary | basenc --base64url`, without `=`.
    const OF_129: &str = "sha256:ou-jKpDq65tPQ75l-c-9DBkVElMv_L9VhvOas61ylKw";

    #[rstest]
    #[case::longer("c".repeat(129), OF_129)]
    #[case::as_long_as_registration_makes_them("c".repeat(512), "sha256:fiu8dRsHGN8giT4ZIIct9e-PZwO07LlTXxVWqUeWs88")]
    fn a_long_client_identifier_stands_as_its_digest(#[case] given: String, #[case] told: &str) {
        assert_eq!(client_id(&given), told);
    }

    #[rstest]
    #[case::short("assistant")]
    #[case::as_long_as_may_be(&"c".repeat(128))]
    #[case::in_other_case("SHA256:a")]
    #[case::further_on("a:sha256:b")]
    fn a_short_one_stands_as_it_is(#[case] given: &str) {
        assert_eq!(client_id(given), given);
    }

    #[rstest]
    #[case::the_digest_of_another(OF_129)]
    #[case::what_it_begins_with("sha256:")]
    fn none_is_taken_for_the_digest_of_another(#[case] given: &str) {
        let told = client_id(given);
        assert_ne!(told, given);
        assert_eq!(told.len(), OF_129.len());
    }
}
