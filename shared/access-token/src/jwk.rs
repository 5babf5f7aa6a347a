//! One JSON Web Key (RFC 7517) made ready to verify with.

use std::ops::RangeInclusive;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256,
    RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use strict_json::Object;

use crate::Rejection;
use crate::algorithm::Algorithm;

/// RFC 7518 §3.3 sets the least; the most bounds what one verification costs.
const RSA_MODULUS_BITS: RangeInclusive<usize> = 2048..=8192;

/// In bytes; 65537, which everybody uses, has three.
const MAX_RSA_EXPONENT: usize = 4;

/// Members that only a private or a symmetric key has (RFC 7518 §6).
const PRIVATE: [&str; 8] = ["d", "dp", "dq", "k", "oth", "p", "q", "qi"];

/// The eight points of Ed25519 whose order is 1, 2, 4 or 8, as `x`. Under such a key, an empty one (all zeros) among
/// them, anybody can sign: at least one guess in eight is right. RFC 8032 asks for no check, and the library makes none.
const SMALL_ORDER: [&str; 8] = [
    "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "7P_______________________________________38",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA",
    "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU",
    "JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU",
    "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o",
    "xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o",
];

/// The uncompressed form of a point (SEC 1 §2.3.3).
const UNCOMPRESSED: u8 = 4;

/// A public key, parsed once, for exactly one algorithm (RFC 8725 §3.1).
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) identifier: String,
    pub(crate) algorithm: Algorithm,
    parsed: ParsedPublicKey,
}

impl Key {
    /// The keys that a JWK makes: one for each algorithm that its type and its own `alg` allow, none if it is not a key
    /// that we may verify with. A set may well hold such: encryption keys, other curves, types of the future.
    pub(crate) fn from_jwk(jwk: &Value) -> Vec<Self> {
        Self::usable(jwk).unwrap_or_default()
    }

    fn usable(jwk: &Value) -> Option<Vec<Self>> {
        let jwk = jwk.as_object().filter(|_| !is_private(jwk))?;
        let identifier = text(jwk, "kid").filter(|kid| !kid.is_empty())?;
        let algorithms = algorithms(jwk).filter(|_| is_for_verification(jwk))?;
        let key = |algorithm| {
            let parsed = parse(jwk, algorithm)?;
            Some(Self { identifier: identifier.to_owned(), algorithm, parsed })
        };
        Some(algorithms.into_iter().filter_map(key).collect())
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> Result<(), Rejection> {
        self.parsed.verify_sig(message, signature).map_err(|_| Rejection::InvalidSignature)
    }
}

/// Whether it holds more than a public key does: then whoever read it can sign.
pub(crate) fn is_private(jwk: &Value) -> bool {
    jwk.as_object().is_some_and(|jwk| PRIVATE.iter().any(|name| jwk.contains_key(*name)))
}

/// The type of the key says what it can do, its `alg` narrows that down.
fn algorithms(jwk: &Object) -> Option<Vec<Algorithm>> {
    let mut possible = match (text(jwk, "kty")?, text(jwk, "crv")) {
        ("RSA", _) => vec![Algorithm::Rs256, Algorithm::Ps256],
        ("EC", Some("P-256")) => vec![Algorithm::Es256],
        ("OKP", Some("Ed25519")) => vec![Algorithm::EdDsa],
        _ => return None,
    };
    if let Some(stated) = jwk.get("alg") {
        let stated = Algorithm::named(stated.as_str()?)?;
        possible.retain(|algorithm| *algorithm == stated);
    }
    Some(possible)
}

/// RFC 7517 §4.2 and §4.3.
fn is_for_verification(jwk: &Object) -> bool {
    let usable = jwk.get("use").is_none_or(|usage| usage == "sig");
    let operations = jwk.get("key_ops").map(Value::as_array);
    usable && operations.is_none_or(|listed| listed.is_some_and(|listed| listed.iter().any(|one| one == "verify")))
}

fn parse(jwk: &Object, algorithm: Algorithm) -> Option<ParsedPublicKey> {
    match algorithm {
        Algorithm::EdDsa if SMALL_ORDER.contains(&text(jwk, "x")?) => None,
        Algorithm::EdDsa => ParsedPublicKey::new(&ED25519, coordinate(jwk, "x")?).ok(),
        Algorithm::Es256 => {
            // That the point lies on the curve is checked here (RFC 8725 §3.4).
            let point = [&[UNCOMPRESSED], &coordinate(jwk, "x")?[..], &coordinate(jwk, "y")?[..]].concat();
            ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).ok()
        }
        Algorithm::Ps256 => rsa(jwk)?.to_parsed_public_key(&RSA_PSS_2048_8192_SHA256).ok(),
        Algorithm::Rs256 => rsa(jwk)?.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok(),
    }
}

/// RFC 7518 §6.3.1: big-endian; leading zeros, which it forbids, are refused when the components are parsed. An
/// exponent of 1 would make every message its own signature, a long one every verification slow.
fn rsa(jwk: &Object) -> Option<RsaPublicKeyComponents<Vec<u8>>> {
    let (n, e) = (bytes(jwk, "n")?, bytes(jwk, "e")?);
    let leading_zeros = usize::try_from(n.first()?.leading_zeros()).ok()?;
    let modulus_bits = (n.len() * 8).checked_sub(leading_zeros)?;
    let are_odd = n.last()? % 2 == 1 && e.last()? % 2 == 1;
    let exponent_is_sound = e != [1] && e.len() <= MAX_RSA_EXPONENT;
    (RSA_MODULUS_BITS.contains(&modulus_bits) && are_odd && exponent_is_sound)
        .then_some(RsaPublicKeyComponents { n, e })
}

/// 32 bytes exactly, on both curves (RFC 7518 §6.2.1.2, RFC 8037 §2).
fn coordinate(jwk: &Object, name: &str) -> Option<[u8; 32]> {
    bytes(jwk, name)?.try_into().ok()
}

fn bytes(jwk: &Object, name: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text(jwk, name)?).ok()
}

fn text<'a>(jwk: &'a Object, name: &str) -> Option<&'a str> {
    jwk.get(name)?.as_str()
}
