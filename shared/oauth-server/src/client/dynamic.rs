//! Clients that registered themselves: the identifier is the registration.
//!
//! A registration that had to be stored could fill the store, would have to expire, and then would break clients that
//! never ask again. So the identifier holds what was registered, under a MAC of ours: 16 bytes of HMAC-SHA-256 (RFC 2104
//! §5 allows the half), 6 random ones that make it unique, name and redirect URIs, in base64url.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};

use super::{Client, ClientName, MAX_IDENTIFIER, MAX_REDIRECT_URIS, Verification};
use crate::ConfigurationError;
use crate::key::KeyError;
use crate::opaque::{NoRandomness, Opaque, random};
use crate::redirect::{LoopbackPort, RedirectUri};

const PREFIX: &str = "dynamic-";
/// In characters.
const MIN_KEY: usize = 43;
/// In bytes.
const MAC: usize = 16;
/// In bytes.
const NONCE: usize = 6;
/// What the MAC is for, so that no other use of the same key could make an identifier.
const PURPOSE: &[u8] = b"oauth-server dynamic client 1\0";
/// Neither a name nor a redirect URI can hold it.
const SEPARATOR: char = '\n';

/// The key of all dynamic client identifiers. They are valid as long as it is, and with the issuer only for which they
/// were made. Clones are the same key.
#[derive(Clone)]
pub struct RegistrationKey(Arc<hmac::Key>);

/// The registration does not fit into an identifier of 512 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooLong;

impl RegistrationKey {
    /// Makes a key, together with the text to keep.
    ///
    /// # Errors
    ///
    /// [`KeyError::Generation`].
    pub fn generate() -> Result<(Self, SecretString), KeyError> {
        let text = Opaque::random().map_err(|NoRandomness| KeyError::Generation)?.expose().into();
        Ok((Self::of(&text), text))
    }

    /// A text that nobody can guess: at least 43 random characters, which in base64url hold 256 bits.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::RegistrationKey`] if there are fewer.
    pub fn parse(text: &SecretString) -> Result<Self, ConfigurationError> {
        let is_long = text.expose_secret().len() >= MIN_KEY;
        if is_long { Ok(Self::of(text)) } else { Err(ConfigurationError::RegistrationKey) }
    }

    fn of(text: &SecretString) -> Self {
        Self(Arc::new(hmac::Key::new(hmac::HMAC_SHA256, text.expose_secret().as_bytes())))
    }

    /// The identifier of a new client.
    pub(crate) fn issue(
        &self,
        issuer: &str,
        name: Option<&ClientName>,
        redirect_uris: &[RedirectUri],
    ) -> Result<Result<String, TooLong>, NoRandomness> {
        let mut statement = random::<NONCE>()?.to_vec();
        statement.extend_from_slice(name.map_or("", ClientName::as_str).as_bytes());
        let mut kept: Vec<&RedirectUri> = Vec::with_capacity(redirect_uris.len());
        for uri in redirect_uris {
            // Clients list a loopback address at several ports, of which one stands for all.
            if !kept.iter().any(|kept| kept.allows(uri, LoopbackPort::Any)) {
                statement.push(b'\n');
                statement.extend_from_slice(uri.as_str().as_bytes());
                kept.push(uri);
            }
        }
        let signed = [&self.mac(issuer, &statement), &statement[..]].concat();
        let id = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(signed));
        Ok(if id.len() > MAX_IDENTIFIER { Err(TooLong) } else { Ok(id) })
    }

    /// The client, if we made this identifier.
    pub(crate) fn read(&self, issuer: &str, id: &str) -> Option<Client> {
        let signed = URL_SAFE_NO_PAD.decode(id.strip_prefix(PREFIX)?).ok()?;
        let (mac, statement) = signed.split_at_checked(MAC)?;
        verify_slices_are_equal(mac, &self.mac(issuer, statement)).ok()?;
        let (_, text) = statement.split_at_checked(NONCE)?;
        let mut lines = std::str::from_utf8(text).ok()?.split(SEPARATOR);
        let name = ClientName::of(lines.next()?);
        let redirect_uris = lines.map(RedirectUri::parse).collect::<Result<Vec<_>, _>>().ok()?;
        let is_whole = (1..=MAX_REDIRECT_URIS).contains(&redirect_uris.len());
        is_whole.then(|| Client {
            id: id.to_owned(),
            name,
            verification: Verification::Unverified,
            redirect_uris,
            loopback_port: LoopbackPort::Any,
        })
    }

    fn mac(&self, issuer: &str, statement: &[u8]) -> [u8; MAC] {
        let message = [PURPOSE, issuer.as_bytes(), b"\0", statement].concat();
        let tag = hmac::sign(&self.0, &message);
        let mut mac = [0; MAC];
        for (to, from) in mac.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        mac
    }
}

impl fmt::Debug for RegistrationKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("RegistrationKey(..)")
    }
}
