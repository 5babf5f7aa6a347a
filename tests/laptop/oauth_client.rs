//! An MCP client that does its part of OAuth by hand, so that a test can have it, or a thief, do one thing otherwise.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use url::Url;
use uuid::Uuid;

use crate::browser::Browser;
use crate::form::Form;
use crate::http::{self, Answer, Request};

pub(crate) const REDIRECT: &str = "http://127.0.0.1:33418/callback";

/// A client in the midst of one sign-in.
#[derive(Clone)]
pub(crate) struct OAuthClient {
    issuer: String,
    mcp_url: String,
    pub(crate) id: String,
    pub(crate) verifier: String,
    pub(crate) state: String,
}

/// What a client gets for a code or a refresh token.
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl OAuthClient {
    /// The client of this identifier, about to sign somebody in.
    pub(crate) fn new(issuer: &str, mcp_url: &str, id: &str) -> Self {
        let (issuer, mcp_url, id) = (issuer.to_owned(), mcp_url.to_owned(), id.to_owned());
        Self { issuer, mcp_url, id, verifier: random(), state: random() }
    }

    /// The client that needs no registration.
    pub(crate) fn assistant(issuer: &str, mcp_url: &str) -> Self {
        Self::new(issuer, mcp_url, "assistant")
    }

    /// A client that has just registered itself.
    pub(crate) async fn registered(issuer: &str, mcp_url: &str, name: &str) -> Self {
        let metadata = json!({ "client_name": name, "redirect_uris": [REDIRECT] });
        let answer = Request::json(&format!("{issuer}/register"), &metadata).send().await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Self::new(issuer, mcp_url, answer.json()["client_id"].as_str().unwrap())
    }

    /// The same client, in the midst of another sign-in.
    pub(crate) fn again(&self) -> Self {
        Self::new(&self.issuer, &self.mcp_url, &self.id)
    }

    /// What it asks for.
    pub(crate) fn request(&self) -> Form {
        Form::default()
            .with("response_type", "code")
            .with("client_id", &self.id)
            .with("redirect_uri", REDIRECT)
            .with("code_challenge", &URL_SAFE_NO_PAD.encode(digest(&SHA256, self.verifier.as_bytes())))
            .with("code_challenge_method", "S256")
            .with("state", &self.state)
            .with("resource", &self.mcp_url)
    }

    /// The link that a browser is opened at.
    pub(crate) fn link(&self) -> String {
        self.link_of(&self.request())
    }

    pub(crate) fn link_of(&self, request: &Form) -> String {
        format!("{}/authorize?{}", self.issuer, request.encoded())
    }

    /// The code of an answer, which must be one to this very client (RFC 6749 §10.12, RFC 9207).
    pub(crate) fn code(&self, callback: &str) -> String {
        let answer = parameters(callback);
        assert_eq!((answer.value("state"), answer.value("iss")), (self.state.as_str(), self.issuer.as_str()));
        answer.value("code").to_owned()
    }

    /// A code, after a person signed in and agreed in a new browser.
    pub(crate) async fn code_of(&self, account: &str) -> String {
        self.code(&Browser::at(&self.issuer).allow(&self.link(), account).await)
    }

    pub(crate) fn redemption(&self, code: &str) -> Form {
        Form::default()
            .with("grant_type", "authorization_code")
            .with("code", code)
            .with("client_id", &self.id)
            .with("redirect_uri", REDIRECT)
            .with("code_verifier", &self.verifier)
            .with("resource", &self.mcp_url)
    }

    pub(crate) fn refreshment(&self, refresh_token: &str) -> Form {
        Form::default()
            .with("grant_type", "refresh_token")
            .with("refresh_token", refresh_token)
            .with("client_id", &self.id)
            .with("resource", &self.mcp_url)
    }

    /// The answer of the token endpoint.
    pub(crate) async fn token(&self, form: &Form) -> Answer {
        self.post("/token", form).await
    }

    /// The answer of the revocation endpoint.
    pub(crate) async fn revoke(&self, token: &str) -> Answer {
        self.post("/revoke", &Form::default().with("token", token).with("client_id", &self.id)).await
    }

    pub(crate) async fn redeem(&self, code: &str) -> Tokens {
        Tokens::of(&self.token(&self.redemption(code)).await)
    }

    pub(crate) async fn refresh(&self, tokens: &Tokens) -> Tokens {
        Tokens::of(&self.token(&self.refreshment(&tokens.refresh)).await)
    }

    /// The whole way, in a new browser.
    pub(crate) async fn sign_in(&self, account: &str) -> Tokens {
        self.redeem(&self.code_of(account).await).await
    }

    /// What `who_am_i` answers.
    pub(crate) async fn call(&self, tokens: &Tokens) -> Answer {
        http::call(&self.mcp_url, &json!(1)).bearer(&tokens.access).send().await
    }

    async fn post(&self, path: &str, form: &Form) -> Answer {
        Request::form(&format!("{}{path}", self.issuer), form.encoded()).send().await
    }
}

impl Tokens {
    /// Those of an answer as it must be (RFC 6749 §5.1).
    pub(crate) fn of(answer: &Answer) -> Self {
        assert_eq!((answer.status, answer.header("Cache-Control")), (200, "no-store"), "{}", answer.text);
        let tokens = answer.json();
        let text = |name: &str| tokens[name].as_str().unwrap_or_else(|| panic!("no {name}")).to_owned();
        Self { access: text("access_token"), refresh: text("refresh_token") }
    }

    /// What the access token says.
    pub(crate) fn claims(&self) -> Value {
        let payload = URL_SAFE_NO_PAD.decode(self.access.split('.').nth(1).unwrap()).unwrap();
        serde_json::from_slice(&payload).unwrap()
    }
}

/// Asserts that an answer is this error, says nothing else, and must not be kept (RFC 6749 §5.2).
pub(crate) fn assert_refused(answer: &Answer, status: u16, error: &str) {
    let said = answer.json();
    assert_eq!((answer.status, said["error"].as_str()), (status, Some(error)), "{said}");
    assert_eq!(answer.header("Cache-Control"), "no-store");
    let names: Vec<_> = said.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, ["error", "error_description"], "{said}");
    assert!(matches!(said["error_description"], Value::String(_)), "{said}");
}

/// The parameters of an address.
pub(crate) fn parameters(address: &str) -> Form {
    let address = Url::parse(address).unwrap();
    address.query_pairs().fold(Form::default(), |form, (name, value)| form.and(&name, &value))
}

/// 64 characters that a verifier may have.
fn random() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}
