//! The compact form of a JSON Web Signature (RFC 7515 §7.1), taken apart strictly and verified by nobody yet.
//!
//! What comes out is *unverified*: good for choosing a key, for nothing else. Both verifiers of this project stand on
//! it, each with its own rules for algorithms, types and claims (RFC 8725 §3.12: mutually exclusive rules for each kind).
//!
//! 1. Exactly three parts, each strict base64url: no padding, no white space, no other alphabet, no loose bits.
//! 2. Header and payload are JSON objects in which no member occurs twice.
//! 3. The size is bounded before anything is decoded.
//! 4. No error repeats any of it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use strict_json::Object;

/// A compact JWS whose signature nobody has checked.
pub struct Compact<'a> {
    /// The protected header.
    pub header: Object,
    /// The claims. Unverified.
    pub payload: Object,
    /// The bytes that the signature covers: header and payload as sent, with the dot between them.
    pub signing_input: &'a [u8],
    /// The signature, decoded.
    pub signature: Vec<u8>,
}

/// Why a text is not a compact JWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A part is not canonical base64url (RFC 7515 §2).
    #[error("not base64url")]
    Base64,
    /// The header or the payload names a member twice.
    #[error("a member occurs twice")]
    DuplicateMember,
    /// The header or the payload is not a JSON object.
    #[error("not a JSON object")]
    NotAnObject,
    /// Not exactly three parts. Five are an encrypted token (RFC 7516), which nobody here can read.
    #[error("not three parts")]
    Parts,
    /// Longer than the caller allows.
    #[error("too long")]
    TooLong,
}

impl<'a> Compact<'a> {
    /// Takes a token of at most `limit` bytes apart.
    ///
    /// # Errors
    ///
    /// The first rule that the text breaks, cheapest first: size, parts, base64url, JSON.
    pub fn parse(token: &'a str, limit: usize) -> Result<Self, Error> {
        if token.len() > limit {
            return Err(Error::TooLong);
        }
        let (signing_input, signature) = token.rsplit_once('.').ok_or(Error::Parts)?;
        let (header, payload) = signing_input.split_once('.').ok_or(Error::Parts)?;
        if payload.contains('.') {
            return Err(Error::Parts);
        }
        Ok(Self {
            signature: base64url(signature)?,
            header: object(&base64url(header)?)?,
            payload: object(&base64url(payload)?)?,
            signing_input: signing_input.as_bytes(),
        })
    }
}

impl std::fmt::Debug for Compact<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Compact").finish_non_exhaustive()
    }
}

fn base64url(part: &str) -> Result<Vec<u8>, Error> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| Error::Base64)
}

fn object(text: &[u8]) -> Result<Object, Error> {
    strict_json::parse_object(text).map_err(|error| match error {
        strict_json::Error::DuplicateMember { .. } => Error::DuplicateMember,
        _ => Error::NotAnObject,
    })
}

#[cfg(test)]
mod tests;
