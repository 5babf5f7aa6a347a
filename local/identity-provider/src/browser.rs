//! One browser, and who is signed in there.
//!
//! Two cookies, both gone when the browser ends: a random value that tells this browser from others, and the account,
//! sealed together with that value. Cookies of one host are common to all its ports, so their names hold ours.

use aws_lc_rs::rand;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use oauth_server::{Clock as _, Person, SystemClock};
use secrecy::{ExposeSecret as _, SecretString};

use crate::account::Account;
use crate::provider::Inner;
use crate::seal::Purpose;

/// 32 bytes in base64url.
const CHARACTERS: usize = 43;

/// A browser, by a value that only it has.
#[derive(Clone)]
pub(crate) struct Browser(SecretString);

/// An account that was chosen in a browser.
pub(crate) struct SignedIn<'a> {
    pub(crate) account: &'a Account,
    at: u64,
}

impl Browser {
    /// The browser that sends these headers; `None` if it has not been here.
    pub(crate) fn of(headers: &HeaderMap, provider: &Inner) -> Option<Self> {
        let value = cookie(headers, &name(provider, "browser"))?;
        let is_character = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        (value.len() == CHARACTERS && value.bytes().all(is_character)).then(|| Self(value.into()))
    }

    /// A browser that has not been here; `None` if the system has no randomness.
    pub(crate) fn new() -> Option<Self> {
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).ok()?;
        Some(Self(URL_SAFE_NO_PAD.encode(bytes).into()))
    }

    pub(crate) fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// What makes the browser remember which one it is.
    pub(crate) fn cookie(&self, provider: &Inner) -> Option<HeaderValue> {
        set_cookie(&name(provider, "browser"), self.expose(), "")
    }

    /// What makes the browser remember that this account was chosen now.
    pub(crate) fn sign_in(&self, provider: &Inner, account: &Account) -> Option<HeaderValue> {
        let at = SystemClock.now().to_string();
        let proof = provider.seal.proof(Purpose::Account, &[self.expose(), &account.id, &at]);
        set_cookie(&name(provider, "account"), &format!("{}.{at}.{proof}", account.id), "")
    }

    /// What makes the browser forget the account.
    pub(crate) fn sign_out(provider: &Inner) -> Option<HeaderValue> {
        set_cookie(&name(provider, "account"), "", "; Max-Age=0")
    }

    /// Who is signed in.
    pub(crate) fn signed_in<'a>(&self, headers: &HeaderMap, provider: &'a Inner) -> Option<SignedIn<'a>> {
        let value = cookie(headers, &name(provider, "account"))?;
        let (id, rest) = value.split_once('.')?;
        let (at, proof) = rest.split_once('.')?;
        let is_ours = provider.seal.proves(proof, Purpose::Account, &[self.expose(), id, at]);
        let account = provider.config.accounts.find(id).filter(|_| is_ours)?;
        Some(SignedIn { account, at: at.parse().ok()? })
    }
}

impl SignedIn<'_> {
    pub(crate) fn person(&self) -> Person {
        self.account.person(self.at)
    }
}

fn name(provider: &Inner, purpose: &str) -> String {
    format!("countersign-{purpose}-{}", provider.authority.port_u16().unwrap_or_default())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    cookies.find_map(|(other, value)| (other == name).then_some(value))
}

/// `Lax`: the browser comes here from the client's page or from nowhere, and must be known all the same. Not `Secure`:
/// some browsers hold loopback to that over plain http.
fn set_cookie(name: &str, value: &str, more: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{more}")).ok()?;
    value.set_sensitive(true);
    Some(value)
}
