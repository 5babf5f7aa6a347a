//! Proofs that a text is one of ours, made for one purpose, in this run.

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::key::KeyError;

/// What a proof is for. One for one purpose proves nothing for another.
#[derive(Clone, Copy)]
pub(crate) enum Purpose {
    /// This browser signed in as this account at this time.
    Account,
    /// The page that asks for consent: of this browser, in this interaction, to this account.
    Consent,
    /// This browser began this interaction.
    Interaction,
    /// The page that asks who it is: of this browser, in this interaction.
    SignIn,
}

/// A key that nobody else has, made at each start.
pub(crate) struct Seal(hmac::Key);

impl Seal {
    pub(crate) fn random() -> Result<Self, KeyError> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new()).map_err(|_| KeyError::Generation)?;
        Ok(Self(key))
    }

    pub(crate) fn proof(&self, purpose: Purpose, parts: &[&str]) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.0, message(purpose, parts).as_bytes()))
    }

    pub(crate) fn proves(&self, proof: &str, purpose: Purpose, parts: &[&str]) -> bool {
        let Ok(tag) = URL_SAFE_NO_PAD.decode(proof) else { return false };
        hmac::verify(&self.0, message(purpose, parts).as_bytes(), &tag).is_ok()
    }
}

/// No part holds a line break: they are base64url, numbers, and identifiers of accounts.
fn message(purpose: Purpose, parts: &[&str]) -> String {
    let purpose = match purpose {
        Purpose::Account => "account",
        Purpose::Consent => "consent",
        Purpose::Interaction => "interaction",
        Purpose::SignIn => "sign-in",
    };
    format!("{purpose}\n{}", parts.join("\n"))
}
