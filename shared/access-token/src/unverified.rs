//! The token taken apart, **before its signature is checked**.
//!
//! It is good for choosing the key and for refusing. Nothing else may be decided on it; [`Authentic`] is what comes out
//! once a key has signed for it.

use jws::Compact;
use strict_json::Object;

use crate::claim::{required, text};
use crate::header::Header;
use crate::jwk::Key;
use crate::validity::Validity;
use crate::{AccessToken, Rejection};

pub(crate) struct Unverified<'a> {
    pub(crate) header: Header,
    /// The whole header, for the rules of the issuer's profile.
    pub(crate) jose: Object,
    pub(crate) validity: Validity,
    issuer: String,
    subject: String,
    claims: Object,
    signing_input: &'a [u8],
    signature: Vec<u8>,
}

impl<'a> Unverified<'a> {
    pub(crate) fn read(token: &'a AccessToken) -> Result<Self, Rejection> {
        let token = token.expose();
        // The length was bounded when the credentials were read.
        let compact = Compact::parse(token, token.len())?;
        let claims = compact.payload;
        Ok(Self {
            header: Header::read(&compact.header)?,
            jose: compact.header,
            issuer: required("iss", text(&claims, "iss")?)?,
            subject: required("sub", text(&claims, "sub")?)?,
            validity: Validity::read(&claims)?,
            claims,
            signing_input: compact.signing_input,
            signature: compact.signature,
        })
    }

    pub(crate) fn issuer(&self) -> &str {
        &self.issuer
    }

    pub(crate) fn verify(self, key: &Key) -> Result<Authentic, Rejection> {
        key.verify(self.signing_input, &self.signature)?;
        Ok(Authentic { issuer: self.issuer, subject: self.subject, validity: self.validity, claims: self.claims })
    }
}

/// What a trusted issuer did sign. Whether for us, and whether as an access token, is still open.
pub(crate) struct Authentic {
    pub(crate) issuer: String,
    pub(crate) subject: String,
    pub(crate) validity: Validity,
    pub(crate) claims: Object,
}
