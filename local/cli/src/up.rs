//! `countersign up`: from the template to a running gateway, and down again.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use local_gateway::{Gateway, Switches};
use local_identity_provider::{Accounts, Config, IdentityProvider, RemoteRedirects};
use local_secrets::{Grants, SecretId, Secrets, keys};
use local_template::Stack;
use secrecy::SecretString;
use serde_json::json;
use tokio::net::TcpListener;
use tokio::time::timeout;
use url::Url;

use crate::arguments::Up;
use crate::deployment::{Deployment, STACK_NAME};
use crate::failure::Failure;
use crate::functions::Functions;
use crate::listener::{bind, serve};
use crate::project::Project;
use crate::ready::{SignIn, announce};
use crate::shutdown::Shutdown;
use crate::{binaries, log, permitted};

/// How long requests that are being answered may take after Ctrl-C.
const PATIENCE: Duration = Duration::from_secs(5);

/// Builds, starts, serves, and stops when it is told to.
pub(crate) async fn up(options: Up) -> Result<End, Failure> {
    let shutdown = Shutdown::on_signal()?;
    tokio::select! {
        started = start(options, &shutdown) => started?.run(&shutdown).await,
        () = shutdown.begun() => return Ok(End::Interrupted),
    }
    Ok(End::Stopped)
}

/// How it ended.
pub(crate) enum End {
    /// Everything ran, until it was told to stop.
    Stopped,
    /// It was told to stop before everything ran.
    Interrupted,
}

/// Everything that runs.
struct Running {
    functions: Arc<Functions>,
    servers: Vec<tokio::task::JoinHandle<()>>,
}

impl Running {
    async fn run(self, shutdown: &Shutdown) {
        shutdown.begun().await;
        // The requests first: they still need the functions.
        if timeout(PATIENCE, join_all(self.servers)).await.is_err() {
            tracing::warn!("a request was still being answered");
        }
        self.functions.stop().await;
    }
}

async fn start(options: Up, shutdown: &Shutdown) -> Result<Running, Failure> {
    let project = Project::find(options.template.clone())?;
    let state = options.state.clone().unwrap_or_else(|| project.state());
    let mut deployment = Deployment::read(&project, &options)?;
    // What is wrong with the template is wrong on every port.
    deployment.resolve()?;

    // Whatever can be wrong comes before what takes long: ports, people, keys.
    let provider_port = provider_port(&options, &deployment)?;
    let (gateway_listener, address) = bind(options.port, "the gateway", Some("--port")).await?;
    let mcp_url = Url::parse(&format!("http://{address}/mcp"))?;
    let provider = listen_for_sign_in(provider_port, &mut deployment).await?;
    let stack = deployment.resolve()?;
    permitted::warnings(&stack).iter().for_each(|warning| log::warning(warning));
    let sign_in = match &provider {
        Some((_, issuer)) => Some(sign_in(&options, issuer, &mcp_url, &project, &state, &stack)?),
        None => None,
    };
    let secrets = Arc::new(fill(&project, &state, &stack, &mcp_url)?);
    let (secrets_listener, secrets_address) = bind(0, "Secrets Manager", None).await?;

    log::step("Building the functions");
    let names: Vec<_> = stack.functions().iter().map(|function| function.binary.as_str()).collect();
    let programs = binaries::build(project.root(), &names).await?;

    let endpoint = format!("http://{secrets_address}");
    let mut grants = Grants::default();
    let log = log::of_functions(STACK_NAME);
    let functions = Functions::start(stack.functions(), &programs, &endpoint, &mut grants, &log)?;
    let functions = Arc::new(functions);

    let gateway = Gateway::new(stack.gateway().clone(), &mcp_url, Arc::clone(&functions) as _, Switches::default())?;
    let mut servers = vec![serve(gateway_listener, gateway.router(), shutdown)];
    servers.push(serve(secrets_listener, local_secrets::router(secrets, grants), shutdown));
    if let (Some((listener, _)), Some(sign_in)) = (provider, &sign_in) {
        servers.push(serve(listener, sign_in.provider.router(), shutdown));
    }
    let running = Running { functions, servers };
    if let Err(failure) = running.functions.ready().await {
        running.functions.stop().await;
        return Err(failure);
    }
    announce(&mcp_url, sign_in.as_ref())?;
    Ok(running)
}

/// The port of the laptop's own identity provider, if the template is told to trust one here.
fn provider_port(options: &Up, deployment: &Deployment) -> Result<Option<u16>, Failure> {
    let port = match (options.identity_provider_port, deployment.identity_provider_port()) {
        (Some(_), None) => {
            let what = "--identity-provider-port is of no use: the parameter DiscoveryUrl names another provider";
            let hint = "Leave it out; or let DiscoveryUrl be http://127.0.0.1:PORT/.well-known/openid-configuration.";
            return Err(Failure::new(what).with_hint(hint));
        }
        (chosen, expected) => chosen.or(expected),
    };
    if let Some(port) = port.filter(|port| *port != 0 && *port == options.port) {
        return Err(Failure::new(format!("port {port} cannot be both the gateway's and the identity provider's"))
            .with_hint("Choose another with --port PORT or --identity-provider-port PORT."));
    }
    Ok(port)
}

/// The socket of the laptop's own identity provider, if it has a port.
async fn listen_for_sign_in(
    port: Option<u16>,
    deployment: &mut Deployment,
) -> Result<Option<(TcpListener, String)>, Failure> {
    let Some(port) = port else { return Ok(None) };
    let (listener, address) = bind(port, "the identity provider", Some("--identity-provider-port")).await?;
    let issuer = format!("http://{address}");
    deployment.set_identity_provider(&issuer);
    Ok(Some((listener, issuer)))
}

fn sign_in(
    options: &Up,
    issuer: &str,
    mcp_url: &Url,
    project: &Project,
    state: &std::path::Path,
    stack: &Stack,
) -> Result<SignIn, Failure> {
    let path = project.accounts();
    let in_file = |error: &dyn std::fmt::Display| {
        let error = error.to_string();
        // The reader of YAML begins with the word that stands before every failure here.
        Failure::new(format!("{}: {}", path.display(), error.strip_prefix("error: ").unwrap_or(&error)))
    };
    let text = std::fs::read_to_string(&path).map_err(|error| in_file(&error))?;
    let accounts = Accounts::parse(&text).map_err(|error| in_file(&error))?;
    let gateway = stack.gateway();
    let tool =
        gateway.targets.iter().find_map(|target| Some(format!("{}___{}", target.name, target.tools.first()?.name())));
    let provider = IdentityProvider::new(Config {
        issuer: issuer.to_owned(),
        audience: mcp_url.to_string(),
        scope: gateway.authorizer.allowed_scopes.join(" "),
        tool: tool.ok_or_else(|| project.lacks("a tool"))?,
        accounts: accounts.clone(),
        state: state.to_owned(),
        lifetime: options.access_token_ttl,
        remote_redirects: if options.allow_remote_redirects {
            RemoteRedirects::Allowed
        } else {
            RemoteRedirects::Refused
        },
    })?;
    Ok(SignIn { provider, issuer: issuer.to_owned(), accounts })
}

/// The stack's secrets, filled as the stack's own functions fill them on AWS.
fn fill(project: &Project, state: &std::path::Path, stack: &Stack, mcp_url: &Url) -> Result<Secrets, Failure> {
    let secret = |purpose: &str| {
        let name = format!("{STACK_NAME}/{purpose}");
        let secret = stack.secrets().iter().find(|secret| secret.name == name);
        let secret = secret.ok_or_else(|| project.lacks(&format!("a secret of the name `{name}`")))?;
        Ok::<_, Failure>(SecretId::new(&secret.arn, &secret.name)?)
    };
    let (signing, verification, control_secret) = (secret("signing")?, secret("verification")?, secret("control")?);
    let secrets = Secrets::open_without(state, control_secret.name())?;
    keys::ensure(&secrets, &signing, &verification)?;
    let gateway = stack.gateway();
    let control = json!({ "gateway_id": gateway.id, "gateway_arn": gateway.arn, "mcp_url": mcp_url });
    secrets.put(&control_secret, SecretString::from(control.to_string()))?;
    Ok(secrets)
}
