use std::sync::LazyLock;

use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{DecodingKey, TokenData, Validation, decode, decode_header};
use local_private_folder::PrivateFolder;
use reqwest::header::{HOST, HeaderMap, HeaderName, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Client, Method};
use secrecy::SecretString;
use serde_json::Value;
use tempfile::{TempDir, tempdir};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::{Accounts, Config, FetchPolicy, IdentityProvider, RemoteRedirects};

pub(super) const AUDIENCE: &str = "http://127.0.0.1:8484/mcp";
pub(super) const LIFETIME: u32 = 3600;

/// An RSA key takes a while, so all tests that do not mind share one.
static KEY: LazyLock<SecretString> = LazyLock::new(|| oauth_server::SigningKey::generate().unwrap().1);

pub(super) struct Served {
    pub(super) issuer: String,
    pub(super) provider: IdentityProvider,
    state: TempDir,
    server: JoinHandle<()>,
}

pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) body: String,
}

/// A state folder that holds a key already.
pub(super) fn state() -> TempDir {
    let state = tempdir().unwrap();
    let folder = PrivateFolder::open(state.path().join("identity-provider")).unwrap();
    folder.write("signing-key.pem", &KEY).unwrap();
    state
}

pub(super) fn config(issuer: &str, state: &TempDir) -> Config {
    Config {
        issuer: issuer.to_owned(),
        audience: AUDIENCE.to_owned(),
        scope: "countersign/tools".to_owned(),
        tool: "profile___who_am_i".to_owned(),
        accounts: Accounts::parse(include_str!("../../../accounts.yaml")).unwrap(),
        state: state.path().to_owned(),
        lifetime: LIFETIME,
        remote_redirects: RemoteRedirects::Refused,
        documents: FetchPolicy::public_internet(),
        user_pool_client: None,
    }
}

pub(super) async fn serve() -> Served {
    serve_accounts(include_str!("../../../accounts.yaml")).await
}

pub(super) async fn serve_accounts(yaml: &str) -> Served {
    serve_with(|config| Config { accounts: Accounts::parse(yaml).unwrap(), ..config }).await
}

pub(super) async fn serve_with(change: impl FnOnce(Config) -> Config) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let state = state();
    let provider = IdentityProvider::new(change(config(&issuer, &state))).unwrap();
    let server = spawn(listener, &provider);
    Served { issuer, provider, state, server }
}

fn spawn(listener: TcpListener, provider: &IdentityProvider) -> JoinHandle<()> {
    let router = provider.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() })
}

pub(super) fn headers(list: &[(&'static str, &str)]) -> HeaderMap {
    let header =
        |(name, value): &(&'static str, &str)| (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
    list.iter().map(header).collect()
}

impl Served {
    /// Another provider, at the same address and with the same state.
    pub(super) async fn restart(self) -> Self {
        self.restart_with(include_str!("../../../accounts.yaml")).await
    }

    /// The same with other accounts.
    pub(super) async fn restart_with(self, yaml: &str) -> Self {
        let Self { issuer, provider, state, server } = self;
        drop(provider);
        server.abort();
        assert!(server.await.unwrap_err().is_cancelled());
        let listener = TcpListener::bind(issuer.strip_prefix("http://").unwrap()).await.unwrap();
        let config = Config { accounts: Accounts::parse(yaml).unwrap(), ..config(&issuer, &state) };
        let provider = IdentityProvider::new(config).unwrap();
        let server = spawn(listener, &provider);
        Self { issuer, provider, state, server }
    }

    pub(super) fn file(&self, name: &str) -> std::path::PathBuf {
        self.state.path().join("identity-provider").join(name)
    }

    pub(super) async fn send(&self, method: Method, path: &str, headers: HeaderMap, body: String) -> Answer {
        // reqwest wants to know its cryptography although nothing here is encrypted; the second test finds it known.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let url = format!("{}{path}", self.issuer);
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let answer = client.request(method, url).headers(headers).body(body).send().await.unwrap();
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        Answer { status, headers, body: answer.text().await.unwrap() }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, HeaderMap::new(), String::new()).await
    }

    pub(super) async fn get_as(&self, host: &str, path: &str) -> Answer {
        let headers = HeaderMap::from_iter([(HOST, HeaderValue::from_str(host).unwrap())]);
        self.send(Method::GET, path, headers, String::new()).await
    }

    /// Verifies a token with the published keys and nothing else. `jsonwebtoken` is none of ours.
    pub(super) async fn verify(&self, token: &str) -> TokenData<Value> {
        let set: JwkSet = serde_json::from_str(&self.get("/jwks.json").await.body).unwrap();
        let header = decode_header(token).unwrap();
        let key = DecodingKey::from_jwk(set.find(&header.kid.unwrap()).unwrap()).unwrap();
        let mut rules = Validation::new(jsonwebtoken::Algorithm::RS256);
        rules.set_issuer(&[&self.issuer]);
        rules.validate_aud = false;
        rules.validate_exp = false;
        decode(token, &key, &rules).unwrap()
    }
}

impl Answer {
    pub(super) fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json");
        serde_json::from_str(&self.body).unwrap()
    }
}
