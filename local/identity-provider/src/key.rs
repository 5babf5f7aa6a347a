//! The keys: made once, kept in files, parsed once.

use local_private_folder::{Error as FileError, PrivateFolder};
use oauth_server::{RegistrationKey, SigningKey, SigningKeys};
use secrecy::SecretString;

const SIGNING_KEY: &str = "signing-key.pem";
const REGISTRATION_KEY: &str = "registration-key";

/// Why there is no key.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file holds something else.
    #[error("{path} is not {expected}. Restore it; or remove it: a new key is made at the next start, and {loss}")]
    Damaged {
        /// The file.
        path: String,
        /// What it should be.
        expected: &'static str,
        /// What becomes of what the old key made.
        loss: &'static str,
    },
    /// The folder or the file cannot be used.
    #[error(transparent)]
    File(#[from] FileError),
    /// The system has no randomness or no memory.
    #[error("a key could not be made")]
    Generation,
}

/// Reads the key that signs tokens, or makes it if there is no file. That takes a moment.
pub(crate) fn signing(folder: &PrivateFolder) -> Result<SigningKeys, KeyError> {
    let key = match folder.read(SIGNING_KEY)? {
        Some(pem) => SigningKey::from_pem(&pem).map_err(|_| {
            let expected = "a PKCS #8 RSA key of at least 2048 bits";
            damaged(folder, SIGNING_KEY, expected, "tokens signed with the old one are refused")
        })?,
        None => kept(folder, SIGNING_KEY, SigningKey::generate().map_err(|_| KeyError::Generation)?)?,
    };
    SigningKeys::new(key, Vec::new()).map_err(|_| KeyError::Generation)
}

/// Reads the key under which clients are registered, or makes it if there is no file.
pub(crate) fn registration(folder: &PrivateFolder) -> Result<RegistrationKey, KeyError> {
    match folder.read(REGISTRATION_KEY)? {
        Some(text) => RegistrationKey::parse(&text).map_err(|_| {
            let expected = "a text of at least 43 random characters";
            damaged(folder, REGISTRATION_KEY, expected, "assistants that registered themselves must do so again")
        }),
        None => kept(folder, REGISTRATION_KEY, RegistrationKey::generate().map_err(|_| KeyError::Generation)?),
    }
}

fn kept<K>(folder: &PrivateFolder, file: &str, (key, text): (K, SecretString)) -> Result<K, KeyError> {
    folder.write(file, &text)?;
    Ok(key)
}

fn damaged(folder: &PrivateFolder, file: &str, expected: &'static str, loss: &'static str) -> KeyError {
    match folder.path(file) {
        Ok(path) => KeyError::Damaged { path: path.display().to_string(), expected, loss },
        Err(error) => error.into(),
    }
}
