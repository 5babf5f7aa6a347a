//! The program `countersign`, started as a person starts it.

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::http::{self, Answer, Request};
use crate::oauth_client::OAuthClient;
use crate::process::Process;
use crate::programs::{BUILD, program};
use crate::root;

/// The last line that a person reads before everything can be used.
const READY: &str = "Ctrl-C stops everything.";

/// So that tests do not get in each other's way.
pub(crate) const FREE_PORTS: &[&str] = &["--port", "0", "--identity-provider-port", "0"];

/// `countersign up`, ready to be used.
pub(crate) struct Countersign {
    pub(crate) process: Process,
    /// As it was printed.
    pub(crate) mcp_url: String,
    /// The identity provider: the printed sign-in page without its path.
    pub(crate) issuer: String,
    /// The printed command.
    pub(crate) curl: String,
    state: Arc<TempDir>,
}

impl Countersign {
    /// One instance for all tests that run at the same time. The last that lets go of it ends it; a later test starts
    /// another one.
    pub(crate) fn shared() -> Arc<Self> {
        static SHARED: Mutex<Weak<Countersign>> = Mutex::new(Weak::new());
        // A test that failed to start it does not spare the others the try.
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        shared.upgrade().unwrap_or_else(|| {
            let started = Arc::new(Self::alone(&[]));
            *shared = Arc::downgrade(&started);
            started
        })
    }

    /// An instance with a state folder of its own, and with these options.
    pub(crate) fn alone(options: &[&str]) -> Self {
        Self::with_state(&Arc::new(tempfile::tempdir().unwrap()), options)
    }

    pub(crate) fn with_state(state: &Arc<TempDir>, options: &[&str]) -> Self {
        Self::started(command(state.path(), FREE_PORTS), state, options)
    }

    /// The same with all that it can log.
    pub(crate) fn verbose(state: &Arc<TempDir>, options: &[&str]) -> Self {
        let mut command = command(state.path(), FREE_PORTS);
        command.env("RUST_LOG", "trace");
        Self::started(command, state, options)
    }

    fn started(mut command: Command, state: &Arc<TempDir>, options: &[&str]) -> Self {
        command.args(options);
        let process = Process::start(command);
        let text = process.wait_for(READY, BUILD, |state| {
            state.output.iter().any(|line| line == READY).then(|| state.output.clone())
        });
        let after = |label: &str| {
            let line = text.iter().find_map(|line| line.trim().strip_prefix(label));
            line.unwrap_or_else(|| panic!("no {label} in {text:?}")).trim().to_owned()
        };
        let sign_in = after("Sign-in");
        Self {
            mcp_url: after("MCP URL"),
            issuer: sign_in.strip_suffix('/').unwrap().to_owned(),
            curl: text.iter().find(|line| line.starts_with("curl ")).unwrap().clone(),
            process,
            state: Arc::clone(state),
        }
    }

    /// Its state folder, kept as long as the process.
    pub(crate) fn state(&self) -> &Path {
        self.state.path()
    }

    /// The client that needs no registration.
    pub(crate) fn assistant(&self) -> OAuthClient {
        OAuthClient::assistant(&self.issuer, &self.mcp_url)
    }

    /// A client that has just registered itself.
    pub(crate) async fn registered(&self, name: &str) -> OAuthClient {
        OAuthClient::registered(&self.issuer, &self.mcp_url, name).await
    }

    /// An access token of this account.
    pub(crate) async fn token(&self, account: &str) -> String {
        self.token_with(&json!({ "account": account })).await
    }

    /// The access token of a request for scripts.
    pub(crate) async fn token_with(&self, request: &Value) -> String {
        let answer = Request::json(&format!("{}/token-for", self.issuer), request).send().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        answer.json()["access_token"].as_str().unwrap().to_owned()
    }

    /// Calls `who_am_i`.
    pub(crate) async fn who_am_i(&self, token: &str) -> Answer {
        http::call(&self.mcp_url, &json!(1)).bearer(token).send().await
    }
}

/// `countersign up` with these options, in the root of the workspace.
pub(crate) fn command(state: &Path, options: &[&str]) -> Command {
    let mut command = Command::new(program("countersign"));
    command.current_dir(root()).arg("up").arg("--state").arg(state).args(options);
    // The log is part of what is tested.
    command.env("CARGO", env!("CARGO")).env_remove("RUST_LOG");
    command
}
