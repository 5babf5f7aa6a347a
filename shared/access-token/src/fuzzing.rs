//! For the fuzz targets alone: what is made of a provider's documents, without fetching them.

use crate::DiscoveryUrl;
use crate::discovery::Metadata;
use crate::key_set::KeySet;

/// Issuer and address of the keys, as a discovery document says.
#[must_use]
pub fn metadata(document: &[u8], source: &DiscoveryUrl) -> Option<(String, String)> {
    let metadata = Metadata::read(&strict_json::parse_object(document).ok()?, source)?;
    Some((metadata.issuer, metadata.jwks_uri.into()))
}

/// The `kid` of every key of a set that may verify, once for each algorithm.
#[must_use]
pub fn key_ids(document: &[u8]) -> Option<Vec<String>> {
    let set = KeySet::read("https://login.example", &strict_json::parse_object(document).ok()?)?;
    Some(set.keys.iter().map(|key| key.identifier.clone()).collect())
}
