//! An assistant's side: a link for the browser, and the endpoints for programs.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value, json};

use super::browser::encoded;
use super::fixture::{AUDIENCE, Answer, Served, headers};

pub(super) const STATE: &str = "state-of-the-client";
const VERIFIER: &str = "a-verifier-of-enough-characters-to-be-one-of-RFC-7636";

pub(super) struct Client {
    pub(super) id: String,
    pub(super) redirect_uri: String,
}

impl Client {
    /// The client that everybody can use who types its identifier.
    pub(super) fn assistant() -> Self {
        Self { id: "assistant".to_owned(), redirect_uri: "http://localhost:3334/oauth/callback".to_owned() }
    }

    /// A client that registers itself.
    pub(super) async fn register(served: &Served, name: &str, redirect_uri: &str) -> Self {
        let metadata = json!({"client_name": name, "redirect_uris": [redirect_uri]}).to_string();
        let list = headers(&[("content-type", "application/json"), ("origin", "http://127.0.0.1:6274")]);
        let answer = served.send(Method::POST, "/register", list, metadata).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.json()["client_id"].as_str().unwrap().to_owned();
        Self { id, redirect_uri: redirect_uri.to_owned() }
    }

    pub(super) fn link(&self) -> String {
        self.link_with(&[])
    }

    pub(super) fn link_with(&self, more: &[(&str, &str)]) -> String {
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, VERIFIER.as_bytes()));
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", &self.id),
            ("redirect_uri", &self.redirect_uri),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("state", STATE),
            ("resource", AUDIENCE),
        ];
        query.extend(more);
        format!("/authorize?{}", encoded(&query))
    }

    pub(super) fn link_without(&self, parameter: &str) -> String {
        let link = self.link();
        let (path, query) = link.split_once('?').unwrap();
        let rest = query.split('&').filter(|pair| pair.split('=').next() != Some(parameter));
        format!("{path}?{}", rest.collect::<Vec<_>>().join("&"))
    }

    pub(super) async fn redeem(&self, served: &Served, code: &str) -> Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", &self.id),
            ("redirect_uri", &self.redirect_uri),
            ("code_verifier", VERIFIER),
        ];
        post(served, "/token", &form).await
    }

    pub(super) async fn refresh(&self, served: &Served, tokens: &Value) -> Answer {
        let token = tokens["refresh_token"].as_str().unwrap();
        let form = [("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", &self.id)];
        post(served, "/token", &form).await
    }

    pub(super) async fn revoke(&self, served: &Served, tokens: &Value) -> Answer {
        let token = tokens["refresh_token"].as_str().unwrap();
        post(served, "/revoke", &[("token", token), ("client_id", &self.id)]).await
    }
}

async fn post(served: &Served, path: &str, form: &[(&str, &str)]) -> Answer {
    let list = headers(&[("content-type", "application/x-www-form-urlencoded")]);
    served.send(Method::POST, path, list, encoded(form)).await
}
