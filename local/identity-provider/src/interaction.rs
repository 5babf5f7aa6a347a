//! The conversation with a person about one authorization request.
//!
//! Its address holds the handle of the request and a proof of the browser that brought the request. Whoever sends that
//! address to somebody else gets nowhere: their browser has another cookie (RFC 9700 §4.7).

use http::HeaderMap;
use oauth_server::Handle;

use crate::account::Account;
use crate::browser::Browser;
use crate::provider::Inner;
use crate::seal::Purpose;

/// The name under which addresses and forms hold it.
pub(crate) const FIELD: &str = "interaction";

/// A request, in the browser that brought it.
pub(crate) struct Interaction {
    pub(crate) handle: Handle,
    pub(crate) browser: Browser,
}

impl Interaction {
    /// Reads what [`Interaction::text`] gave, for the browser that sends these headers; `None` if it is another one.
    pub(crate) fn of(text: &str, headers: &HeaderMap, provider: &Inner) -> Option<Self> {
        let browser = Browser::of(headers, provider)?;
        let (handle, proof) = text.split_once('.')?;
        let is_ours = provider.seal.proves(proof, Purpose::Interaction, &[browser.expose(), handle]);
        is_ours.then_some(Self { handle: Handle::parse(handle)?, browser })
    }

    /// For an address or a form: no character of it needs an escape.
    pub(crate) fn text(&self, provider: &Inner) -> String {
        let handle = self.handle.expose();
        format!("{handle}.{}", provider.seal.proof(Purpose::Interaction, &[self.browser.expose(), handle]))
    }

    /// The proof that a form came from the page that asked who it is.
    pub(crate) fn sign_in_token(&self, provider: &Inner) -> String {
        provider.seal.proof(Purpose::SignIn, &[self.browser.expose(), self.handle.expose()])
    }

    /// Whether it is that proof.
    pub(crate) fn is_sign_in(&self, token: &str, provider: &Inner) -> bool {
        provider.seal.proves(token, Purpose::SignIn, &[self.browser.expose(), self.handle.expose()])
    }

    /// The proof that a form came from the page that named this account: in another tab of the browser somebody may
    /// have become somebody else.
    pub(crate) fn consent_token(&self, account: &Account, provider: &Inner) -> String {
        provider.seal.proof(Purpose::Consent, &[self.browser.expose(), self.handle.expose(), &account.id])
    }

    /// Whether it is that proof.
    pub(crate) fn is_consent(&self, token: &str, account: &Account, provider: &Inner) -> bool {
        let parts = [self.browser.expose(), self.handle.expose(), &account.id];
        provider.seal.proves(token, Purpose::Consent, &parts)
    }
}
