//! A discovery document speaks for its own issuer alone, and leads to keys by https, or from loopback to loopback.
//!
//! The first line of the input is the configured URL, the rest is the document.

#![no_main]

use access_token::DiscoveryUrl;
use access_token::fuzzing::metadata;
use libfuzzer_sys::fuzz_target;

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

fuzz_target!(|input: &str| {
    let (url, document) = input.split_once('\n').unwrap_or((input, ""));
    let Ok(source) = DiscoveryUrl::parse(url) else { return };
    assert_eq!(source.as_str(), url);
    let base = url.strip_suffix(WELL_KNOWN).expect("a discovery URL");
    assert!(is_safe(base) && !url.contains(['?', '#', ' ']), "{url}");

    let Some((issuer, jwks_uri)) = metadata(document.as_bytes(), &source) else { return };
    assert!(issuer == base || issuer == format!("{base}/"));
    assert!(is_safe(&jwks_uri) && (jwks_uri.starts_with("https://") || url.starts_with("http://")), "{jwks_uri}");
});

/// Whether it is https to somebody, or http to this machine.
fn is_safe(url: &str) -> bool {
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let loopback = ["localhost", "127.", "[::1]"].iter().any(|host| authority.starts_with(host));
    !authority.contains('@') && !authority.is_empty() && (scheme == "https" || (scheme == "http" && loopback))
}
