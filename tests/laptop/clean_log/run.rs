//! A whole run: what everybody does, and every value that must stay between those who exchange it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};
use uuid::Uuid;

use crate::browser::{Browser, Page};
use crate::countersign::Countersign;
use crate::form::Form;
use crate::http::{self, Request, call};
use crate::oauth_client::{OAuthClient, Tokens, assert_refused, parameters};
use crate::process_table::{children_of, variable};
use crate::traces::Traces;

/// What is kept in files, and may be known.
const PUBLIC_MEMBERS: [&str; 6] = ["client_id", "kid", "sub", "subject", "version_id", "x"];

pub(super) struct Run<'a> {
    countersign: &'a Countersign,
    /// What must not be found.
    pub(super) secrets: Traces,
    /// What may: identifiers of clients (RFC 6749 §2.2) and those by which an operator stops sessions.
    pub(super) public: BTreeSet<String>,
    /// The token of the printed command.
    pub(super) printed: String,
    /// What must be found, if the whole log is looked at.
    pub(super) logged: Traces,
}

impl<'a> Run<'a> {
    pub(super) fn of(countersign: &'a Countersign) -> Self {
        let (_, rest) = countersign.curl.split_once("Bearer ").unwrap();
        let printed = rest.split_once('\'').unwrap().0.to_owned();
        let mut secrets = Traces::default();
        secrets.of("the printed token", &printed);
        Self { countersign, secrets, public: BTreeSet::default(), printed, logged: Traces::default() }
    }

    /// Two people sign in, call, and go on after their token expired; one ends it.
    pub(super) async fn people(&mut self) {
        for (account, revoked) in [("alice", false), ("bob", true)] {
            let client = self.client(account).await;
            let tokens = self.sign_in(&client, account).await;
            client.call(&tokens).await.said();
            let refreshed = client.refresh(&tokens).await;
            self.keep_tokens(&refreshed);
            // The answer was lost.
            let again = client.refresh(&tokens).await;
            self.keep_tokens(&again);
            client.call(&again).await.said();
            if revoked {
                assert_eq!(client.revoke(&again.refresh).await.status, 200);
                assert_refused(&client.token(&client.refreshment(&again.refresh)).await, 400, "invalid_grant");
            }
        }
    }

    /// What was stolen comes to the provider, and what nobody has issued.
    pub(super) async fn thieves(&mut self) {
        let (client, thief) = (self.client("victim").await, self.client("thief").await);
        let tokens = self.sign_in(&client, "carol").await;
        let code = self.code(&client, "dora").await;
        self.keep_tokens(&client.redeem(&code).await);
        for form in [
            client.redemption(&code),
            client.redemption(&code).with("client_id", &thief.id),
            client.redemption(&self.random("an unknown code")),
            client.redemption(&code).with("code_verifier", &self.random("another verifier")),
            client.redemption(&code).with("client_secret", &self.random("a client secret")),
            client.redemption(&code).with("client_id", &self.random("an unknown client")),
            client.redemption(&code).with("resource", &self.random("another resource")),
            client.redemption(&code).with("grant_type", &self.random("another grant")),
            client.redemption(&code).and("code", &self.random("a second code")),
            thief.refreshment(&tokens.refresh),
            client.refreshment(&self.random("an unknown refresh token")),
            client.refreshment(&tokens.refresh).with("scope", &self.random("a scope")),
            client.refreshment(&tokens.refresh).with(&self.random("a parameter"), &self.random("its value")),
        ] {
            client.token(&form).await;
        }
        // The third is the first that is too old: the session ends.
        let second = client.refresh(&client.refresh(&tokens).await).await;
        self.keep_tokens(&second);
        assert_refused(&client.token(&client.refreshment(&tokens.refresh)).await, 400, "invalid_grant");
        assert_refused(&thief.revoke(&second.access).await, 400, "unsupported_token_type");
        assert_eq!(thief.revoke(&self.random("an unknown token")).await.status, 200);
    }

    /// Requests that are wrong in every way, with values that nobody else needs to read.
    pub(super) async fn strangers(&mut self) {
        let client = self.client("stranger").await;
        let countersign = self.countersign;
        let issuer = &countersign.issuer;
        let mut browser = Browser::at(issuer);
        for name in ["client_id", "redirect_uri", "code_challenge", "response_type", "resource", "scope", "prompt"] {
            let value = self.random("a parameter of a request");
            let request = client.request().with(name, &value);
            browser.open(&client.link_of(&request)).await;
            browser.open(&client.link_of(&request.and("state", &value))).await;
        }
        let page = browser.consent(&client.link(), "alice").await;
        self.keep_page(&page, &browser);
        for (name, value) in [
            ("form_token", self.random("a form token")),
            ("interaction", self.random("an interaction")),
            ("decision", self.random("a decision")),
        ] {
            let form = page.hidden().with("decision", "allow").with(name, &value);
            assert!(browser.post(page.action(), &form).await.answer.status >= 400);
        }
        assert_eq!(Browser::at(issuer).press(&page, "decision", "allow").await.answer.status, 403);
        browser.press(&page, "decision", "deny").await;

        for metadata in [
            json!({ "redirect_uris": [self.random("a redirect URI")] }),
            json!({ "redirect_uris": [format!("https://{}.example/", self.random("a host"))] }),
            json!({ "client_name": [self.random("a name")] }),
            json!(self.random("no metadata")),
        ] {
            assert_eq!(Request::json(&format!("{issuer}/register"), &metadata).send().await.status, 400);
        }
        let document = format!("http://127.0.0.1:9/{}", self.random("a path"));
        browser.open(&client.link_of(&client.request().with("client_id", &document))).await;
        for origin in [issuer, countersign.mcp_url.strip_suffix("/mcp").unwrap()] {
            let address = format!("{origin}/{}?{}", self.random("a path"), self.random("a query"));
            assert_eq!(Request::get(&address).send().await.status, 404);
            let elsewhere = format!("{}.example", self.random("a host"));
            assert_eq!(Request::get(&format!("{origin}/")).header("Host", &elsewhere).send().await.status, 403);
        }
    }

    /// Tokens for people without a client.
    pub(super) async fn scripts(&mut self) {
        let countersign = self.countersign;
        self.secrets.of("a token for a script", &countersign.token("carol").await);
        let issuer = &countersign.issuer;
        let request = json!({ "account": self.random("an account"), "scope": self.random("a scope") });
        assert_eq!(Request::json(&format!("{issuer}/token-for"), &request).send().await.status, 404);

        let mut browser = Browser::at(issuer);
        let page = browser.open("/").await;
        self.secrets.of("the form token of the page", page.hidden().value("form_token"));
        let page = browser.press(&page, "account", "dora").await;
        let (_, token) = page.answer.text.split_once("<textarea id=\"token\"").unwrap();
        let (_, token) = token.split_once('>').unwrap();
        self.secrets.of("a token of the page", token.split_once('<').unwrap().0);
    }

    /// Calls that are allowed, and every kind that is not.
    pub(super) async fn calls(&mut self) {
        let countersign = self.countersign;
        let good = countersign.token("alice").await;
        let (signed, _) = good.rsplit_once('.').unwrap();
        let mut tokens = vec![good.clone(), format!("{signed}.{}", self.random("a signature"))];
        for request in [
            json!({ "account": "bob", "expires_in": -600 }),
            json!({ "account": "bob", "scope": "other" }),
            json!({ "account": "bob", "audience": "https://other.example/mcp" }),
        ] {
            tokens.push(countersign.token_with(&request).await);
        }
        tokens.push(self.random("no token"));
        for token in &tokens {
            self.secrets.of("a token of a call", token);
            countersign.who_am_i(token).await;
        }

        let id = Uuid::new_v4().to_string();
        self.logged.of("a JSON-RPC id", &id);
        let arguments = json!({ (self.random("the name of an argument")): [self.random("an argument")] });
        let meta = json!({ "progressToken": self.random("a progress token") });
        let params = json!({ "name": "profile___who_am_i", "arguments": arguments, "_meta": meta });
        let message = json!({ "jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params });
        let request = http::message(&countersign.mcp_url, &message).bearer(&good);
        let request = request.header("Txn-Token", &self.random("a header")).header("Cookie", &self.random("a cookie"));
        request.header("X-Amzn-Oidc-Identity", &self.random("a header")).send().await.said();

        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": self.random("a method") });
        http::message(&countersign.mcp_url, &body).bearer(&good).send().await;
        http::message(&countersign.mcp_url, &json!(self.random("no message"))).bearer(&good).send().await;
        let request = call(&countersign.mcp_url, &json!(1)).bearer(&good);
        request.header("Origin", &format!("https://{}.example", self.random("an origin"))).send().await;
        let basic = format!("Basic {}", self.random("a password"));
        call(&countersign.mcp_url, &json!(1)).header("Authorization", &basic).send().await;
        let address = format!("{}?access_token={}", countersign.mcp_url, self.random("a token in a query"));
        assert_eq!(call(&address, &json!(1)).send().await.status, 401);
    }

    /// What the processes of the functions were given to prove who they are.
    pub(super) fn keep_processes(&mut self) {
        let functions = children_of(self.countersign.process.pid());
        assert!(functions.len() >= 2);
        for (_, pid) in functions {
            for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] {
                self.secrets.of("a function's credential", &variable(pid, name));
            }
            let runtime_api = variable(pid, "AWS_LAMBDA_RUNTIME_API");
            self.secrets.of("the path of a Runtime API", runtime_api.rsplit_once('/').unwrap().1);
        }
    }

    /// What is kept from one run to the next: keys, and what is stored of sessions. How many files that is.
    pub(super) fn keep_files(&mut self, folder: &Path) -> usize {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        // The variables of the functions are those of their processes.
        let kept = entries.filter(|path| path.extension().is_none_or(|extension| extension != "env"));
        let files = kept.map(|path| {
            if path.is_dir() {
                return self.keep_files(&path);
            }
            let text = fs::read_to_string(&path).unwrap();
            let lines = text.lines().filter(|line| !line.starts_with("-----"));
            lines.for_each(|line| self.keep_text(line));
            1
        });
        files.sum()
    }

    fn keep_text(&mut self, text: &str) {
        match serde_json::from_str(text) {
            Ok(value @ (Value::Array(_) | Value::Object(_))) => self.keep_json(&value),
            _ if text.len() >= 22 && !text.contains([' ', ':', '@']) => self.secrets.of("of a file", text),
            _ => {}
        }
    }

    fn keep_json(&mut self, value: &Value) {
        match value {
            Value::String(text) => self.keep_text(text),
            Value::Array(values) => values.iter().for_each(|value| self.keep_json(value)),
            Value::Object(members) => {
                let secret = members.iter().filter(|(name, _)| !PUBLIC_MEMBERS.contains(&name.as_str()));
                secret.for_each(|(_, value)| self.keep_json(value));
            }
            _ => {}
        }
    }

    async fn client(&mut self, name: &str) -> OAuthClient {
        let client = self.countersign.registered(name).await;
        self.public.insert(client.id.clone());
        self.secrets.of("a verifier", &client.verifier);
        self.secrets.of("a state", &client.state);
        self.secrets.of("a challenge", client.request().value("code_challenge"));
        client
    }

    async fn code(&mut self, client: &OAuthClient, account: &str) -> String {
        let mut browser = Browser::at(&self.countersign.issuer);
        let page = browser.open(&client.link()).await;
        self.keep_page(&page, &browser);
        let page = browser.press(&page, "account", account).await;
        self.keep_page(&page, &browser);
        let callback = browser.press(&page, "decision", "allow").await.location().unwrap();
        let code = client.code(&callback);
        self.secrets.of("a code", &code);
        code
    }

    async fn sign_in(&mut self, client: &OAuthClient, account: &str) -> Tokens {
        let code = self.code(client, account).await;
        let tokens = client.redeem(&code).await;
        self.keep_tokens(&tokens);
        tokens
    }

    fn keep_tokens(&mut self, tokens: &Tokens) {
        self.secrets.of("an access token", &tokens.access);
        self.secrets.of("a refresh token", &tokens.refresh);
        self.public.extend(tokens.claims()["sid"].as_str().map(str::to_owned));
    }

    /// What a page and its browser know of each other.
    fn keep_page(&mut self, page: &Page, browser: &Browser) {
        let (_, query) = page.address.split_once('?').unwrap();
        let address = parameters(&format!("http://127.0.0.1/?{query}"));
        let keep = |secrets: &mut Traces, form: &Form| form.values().for_each(|value| secrets.of("of a page", value));
        keep(&mut self.secrets, &address);
        keep(&mut self.secrets, &page.hidden());
        for value in browser.cookies.values().filter(|value| !value.is_empty()) {
            self.secrets.of("a cookie", value);
        }
    }

    /// A value that somebody sends where it does not belong.
    fn random(&mut self, what: &'static str) -> String {
        let value = format!("m{}", Uuid::new_v4().simple());
        self.secrets.of(what, &value);
        value
    }
}
