//! The RSA key with which tokens are signed: made once, kept in a file, parsed once.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsDer as _;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use local_private_folder::{Error as FileError, PrivateFolder};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

const FILE: &str = "signing-key.pem";
/// The label of PKCS #8 (RFC 7468 §10).
const BEGIN: &str = "-----BEGIN PRIVATE KEY-----";
const END: &str = "-----END PRIVATE KEY-----";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file holds something else.
    #[error(
        "{path} is not a PKCS #8 RSA key of 2048 bits. Restore it; or remove it: a new key is made at the next start, \
         and tokens signed with the old one are refused"
    )]
    Damaged {
        /// The file.
        path: String,
    },
    /// The folder or the file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system has no randomness or no memory.
    #[error("a key pair could not be made")]
    Generation,
}

pub(crate) struct SigningKey {
    pair: KeyPair,
    /// The public half as a JWK (RFC 7517).
    pub(crate) jwk: Value,
    /// The thumbprint of [`SigningKey::jwk`] (RFC 7638).
    pub(crate) kid: String,
}

impl SigningKey {
    /// Reads the key, or makes it if there is no file. That takes a moment.
    pub(crate) fn open(folder: &PrivateFolder) -> Result<Self, KeyError> {
        if let Some(text) = folder.read(FILE)? {
            let pair = parse(&text).filter(|pair| pair.public_modulus_len() == 2048 / 8);
            let damaged = |path: std::path::PathBuf| KeyError::Damaged { path: path.display().to_string() };
            return Ok(Self::new(pair.ok_or(damaged(folder.path(FILE)?))?));
        }
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyError::Generation)?;
        let der = pair.as_der().map_err(|_| KeyError::Generation)?;
        folder.write(FILE, &pem(der.as_ref()))?;
        Ok(Self::new(pair))
    }

    fn new(pair: KeyPair) -> Self {
        let public = RsaPublicKeyComponents::<Vec<u8>>::from(pair.public_key());
        let (n, e) = (URL_SAFE_NO_PAD.encode(public.n), URL_SAFE_NO_PAD.encode(public.e));
        // The required members in order (RFC 7638 §3); base64url needs no escape.
        let required = format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(digest(&SHA256, required.as_bytes()));
        let jwk = json!({"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": n, "e": e});
        Self { pair, jwk, kid }
    }

    /// A compact JWS (RFC 7515 §7.1) of the claims; `None` if the system has no randomness or no memory.
    pub(crate) fn sign(&self, claims: &Value) -> Option<SecretString> {
        let header = json!({"alg": "RS256", "kid": self.kid, "typ": "JWT"});
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let input = format!("{}.{}", part(&header), part(claims));
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), input.as_bytes(), &mut signature).ok()?;
        Some(format!("{input}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
    }
}

pub(crate) fn pem(der: &[u8]) -> SecretString {
    let mut text = format!("{BEGIN}\n");
    for (index, character) in STANDARD.encode(der).chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            text.push('\n');
        }
        text.push(character);
    }
    format!("{text}\n{END}\n").into()
}

fn parse(pem: &SecretString) -> Option<KeyPair> {
    let text = pem.expose_secret().trim().strip_prefix(BEGIN)?.strip_suffix(END)?;
    let base64: String = text.chars().filter(|character| !character.is_ascii_whitespace()).collect();
    KeyPair::from_pkcs8(&STANDARD.decode(base64).ok()?).ok()
}
