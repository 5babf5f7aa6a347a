//! The stack of `template.yaml` inside the test: the functions are the real processes with the real Secrets Manager
//! client and identity provider around them, and whatever reaches a function passes through the test's hands.

use std::collections::BTreeMap;
use std::os::unix::fs::symlink;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use agentcore::target::ClientContext;
use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use local_gateway::{Gateway, Invocation, Invoke, InvokeError, Switches};
use local_identity_provider::{
    Clock, Config, ConfigError, FetchPolicy, IdentityProvider, RemoteRedirects, TokenOptions,
};
use local_runtime_api::{Function, FunctionConfig, InvokeError as RuntimeError, LogLine, TraceId};
use local_secrets::{Grants, Operation, SecretId, Secrets};
use local_template::{Pseudo, Stack, Template, samconfig};
use rustix::process::{Pid, Signal, kill_process};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use tempfile::TempDir;
use tokio::net::TcpListener;
use transaction_token::SigningKeys;
use url::Url;
use uuid::Uuid;

use crate::identity::accounts;
use crate::process::PATIENCE;
use crate::programs::program;
use crate::{process_table, root};

/// What is done to the events of targets on their way.
type Alter = fn(Bytes) -> Bytes;

/// The stack, running.
pub(crate) struct Deployment {
    pub(crate) mcp_url: String,
    pub(crate) issuer: String,
    pub(crate) secrets: Arc<Secrets>,
    /// The secret `signing`, as it was at the start.
    pub(crate) signing: SecretString,
    pub(crate) trust_domain: String,
    provider: IdentityProvider,
    hands: Arc<Hands>,
    folder: TempDir,
}

/// One invocation of a target, as its function was given it.
pub(crate) struct Seen {
    /// The JSON of the client context.
    pub(crate) text: String,
    pub(crate) context: ClientContext,
}

/// The functions behind the gateway, and what the test does between the two.
struct Hands {
    /// By ARN, with the name of its program.
    functions: BTreeMap<String, (String, Function)>,
    alter: Mutex<Option<Alter>>,
    /// The events of functions that are invoked without a client context: the interceptors.
    intercepted: Mutex<Vec<String>>,
    seen: Mutex<Vec<Seen>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl Deployment {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// With these parameters over those of the set `local`.
    pub(crate) async fn with(parameters: &[(&str, &str)]) -> Self {
        Self::build(parameters, IdentityProvider::new).await
    }

    /// The identity provider goes by this clock, all else by the one of the machine.
    pub(crate) async fn by_clock(clock: Arc<dyn Clock>) -> Self {
        Self::build(&[], |config| IdentityProvider::with_clock(config, clock)).await
    }

    async fn build(
        parameters: &[(&str, &str)],
        provider: impl FnOnce(Config) -> Result<IdentityProvider, ConfigError>,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (gateway_listener, gateway_origin) = listen().await;
        let (provider_listener, issuer) = listen().await;
        let (secrets_listener, secrets_origin) = listen().await;
        let mcp_url = format!("{gateway_origin}/mcp");

        let stack = resolve(&issuer, parameters);
        let (secrets, signing) = fill(&folder, &stack, &mcp_url);
        let mut grants = Grants::default();
        let hands = Arc::new(Hands::new(&folder, &stack, &secrets_origin, &mut grants));
        let secrets = Arc::new(secrets);
        serve(secrets_listener, local_secrets::router(Arc::clone(&secrets), grants));

        let provider = provider(Config {
            issuer: issuer.clone(),
            audience: mcp_url.clone(),
            scope: stack.gateway().authorizer.allowed_scopes.join(" "),
            tool: "profile___who_am_i".to_owned(),
            accounts: accounts(),
            state: folder.path().to_owned(),
            lifetime: 600,
            remote_redirects: RemoteRedirects::Refused,
            documents: FetchPolicy::public_internet(),
            user_pool_client: None,
        });
        let provider = provider.unwrap();
        serve(provider_listener, provider.router());

        let url = Url::parse(&mcp_url).unwrap();
        let gateway = Gateway::new(stack.gateway().clone(), &url, Arc::clone(&hands) as _, Switches::default());
        serve(gateway_listener, gateway.unwrap().router());
        for (_, function) in hands.functions.values() {
            function.ready().await.unwrap();
        }
        let target = stack.functions().iter().find(|function| function.binary == "profile").unwrap();
        let trust_domain = target.environment["TRUST_DOMAIN"].clone();
        Self { mcp_url, issuer, secrets, signing, trust_domain, provider, hands, folder }
    }

    pub(crate) fn token(&self, account: &str) -> String {
        self.token_with(account, &TokenOptions::default())
    }

    pub(crate) fn token_with(&self, account: &str, options: &TokenOptions) -> String {
        self.provider.issue(account, options).unwrap().expose_secret().to_owned()
    }

    /// From now on the targets are given other events than the gateway sends.
    pub(crate) fn alter(&self, alter: Alter) {
        *self.hands.alter.lock().unwrap() = Some(alter);
    }

    /// Invokes a function past the gateway, as whoever may call Lambda's `Invoke` can.
    pub(crate) async fn invoke(
        &self,
        binary: &str,
        event: impl Into<Bytes>,
        client_context: Option<&str>,
    ) -> Result<String, RuntimeError> {
        let mut functions = self.hands.functions.values();
        let (_, function) = functions.find(|(program, _)| program == binary).unwrap();
        let answer = function.invoke(event.into(), client_context, &TraceId::of(Uuid::new_v4())).await?;
        Ok(String::from_utf8(answer.to_vec()).unwrap())
    }

    /// Every invocation of a target through the gateway since this was last asked for.
    pub(crate) fn take_seen(&self) -> Vec<Seen> {
        std::mem::take(&mut self.hands.seen.lock().unwrap())
    }

    /// Every event of an interceptor through the gateway so far.
    pub(crate) fn intercepted(&self) -> Vec<String> {
        self.hands.intercepted.lock().unwrap().clone()
    }

    /// All that the functions have written so far.
    pub(crate) fn log(&self) -> String {
        self.hands.log.lock().unwrap().join("\n")
    }

    /// A new instance of a function, which has read no secret yet.
    pub(crate) async fn replace(&self, binary: &str) {
        let process = self.process(binary);
        kill_process(process, Signal::KILL).unwrap();
        let deadline = Instant::now() + PATIENCE;
        while process_table::runs(process) {
            assert!(Instant::now() < deadline, "{binary} does not end");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// The process of a function. Another one after a crash.
    pub(crate) fn process(&self, binary: &str) -> Pid {
        process_table::started_as(&link(&self.folder, binary))
    }
}

impl Hands {
    fn new(folder: &TempDir, stack: &Stack, secrets_origin: &str, grants: &mut Grants) -> Self {
        let log = Arc::<Mutex<Vec<String>>>::default();
        let mut functions = BTreeMap::new();
        for function in stack.functions() {
            // A path of its own for every test: its processes are found by it.
            let program_link = link(folder, &function.binary);
            symlink(program(&function.binary), &program_link).unwrap();
            let mut environment = function.environment.clone();
            // So that the log holds all that it ever can.
            environment.insert("AWS_LAMBDA_LOG_LEVEL".to_owned(), "TRACE".to_owned());
            let permissions = function.secret_permissions.iter();
            let allowed = permissions.map(|one| (Operation::of_action(&one.action).unwrap(), &one.secret));
            let credentials = grants.add(&function.principal, allowed);
            let endpoint = ("AWS_ENDPOINT_URL_SECRETS_MANAGER", secrets_origin);
            let given = credentials.environment().into_iter().chain([endpoint]);
            environment.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
            let config = FunctionConfig {
                name: function.name.clone(),
                arn: function.arn.clone(),
                program: program_link,
                environment,
                timeout: function.timeout,
                memory_mb: function.memory_mb,
            };
            let lines = Arc::clone(&log);
            let sink = Arc::new(move |line: LogLine<'_>| lines.lock().unwrap().push(line.text.to_owned()));
            let started = Function::start(config, sink).unwrap();
            functions.insert(function.arn.clone(), (function.binary.clone(), started));
        }
        Self { functions, alter: Mutex::default(), intercepted: Mutex::default(), seen: Mutex::default(), log }
    }

    fn note(&self, invocation: &Invocation<'_>) {
        let Some(base64) = &invocation.client_context else {
            let event = String::from_utf8(invocation.event.to_vec()).unwrap();
            return self.intercepted.lock().unwrap().push(event);
        };
        let text = String::from_utf8(STANDARD.decode(base64).unwrap()).unwrap();
        let context = ClientContext::parse(text.as_bytes());
        self.seen.lock().unwrap().push(Seen { text, context });
    }
}

impl Invoke for Hands {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Bytes, InvokeError>> {
        self.note(&invocation);
        Box::pin(async move {
            let Invocation { function, event, client_context, request_id } = invocation;
            let (_, function) = self.functions.get(function).ok_or(InvokeError::NotFound)?;
            let alter = *self.alter.lock().unwrap();
            let event = match alter {
                Some(alter) if client_context.is_some() => alter(event),
                _ => event,
            };
            let answer = function.invoke(event, client_context.as_deref(), &TraceId::of(request_id)).await;
            answer.map_err(|error| match error {
                RuntimeError::FunctionError { error_type, message } => {
                    InvokeError::FunctionError { error_type, message }
                }
                other => InvokeError::Unavailable(other.to_string()),
            })
        })
    }
}

fn link(folder: &TempDir, binary: &str) -> PathBuf {
    folder.path().join(binary)
}

/// What `countersign` would deploy.
fn resolve(issuer: &str, parameters: &[(&str, &str)]) -> Stack {
    let pseudo = Pseudo {
        account_id: "000000000000".to_owned(),
        partition: "aws".to_owned(),
        region: "us-east-1".to_owned(),
        stack_name: "countersign".to_owned(),
        url_suffix: "amazonaws.com".to_owned(),
    };
    let discovery = format!("{issuer}/.well-known/openid-configuration");
    let mut all = samconfig::parameter_overrides(&root().join("samconfig.toml"), "local").unwrap();
    for (name, value) in parameters.iter().chain(&[("DiscoveryUrl", discovery.as_str())]) {
        all.insert((*name).to_owned(), (*value).to_owned());
    }
    Template::read(&root().join("template.yaml")).unwrap().resolve(&all, &pseudo).unwrap()
}

/// The secrets of the stack, and the one that only the authorizer may read.
fn fill(folder: &TempDir, stack: &Stack, mcp_url: &str) -> (Secrets, SecretString) {
    let id = |purpose: &str| {
        let secret = stack.secrets().iter().find(|secret| secret.name.ends_with(&format!("/{purpose}"))).unwrap();
        SecretId::new(&secret.arn, &secret.name).unwrap()
    };
    let secrets = Secrets::open(folder.path()).unwrap();
    let keys = SigningKeys::generate(0).unwrap();
    secrets.put(&id("signing"), keys.to_secret()).unwrap();
    secrets.put(&id("verification"), keys.verification().to_secret()).unwrap();
    secrets.put(&id("control"), json!({ "mcp_url": mcp_url }).to_string().into()).unwrap();
    let signing = secrets.value(id("signing").name()).unwrap().value;
    (secrets, signing)
}

async fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    (listener, origin)
}

fn serve(listener: TcpListener, router: Router) {
    tokio::spawn(async move { axum::serve(listener, router).await });
}
