//! `countersign up`: from the template to a running gateway, and down again.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use local_gateway::{Gateway, Switches};
use local_identity_provider::{Accounts, Config, FetchPolicy, IdentityProvider, RemoteRedirects, UserPoolClient};
use local_secrets::{Grants, Operation, SecretId, Secrets};
use local_template::Stack;
use tokio::net::TcpListener;
use tokio::time::timeout;
use url::Url;

use crate::arguments::{Location, Up};
use crate::custom_resources::{self, Request};
use crate::deployment::{Deployment, REGION, STACK_NAME, identity_provider_port};
use crate::failure::Failure;
use crate::functions::{Functions, SECRETS_ENDPOINT};
use crate::listener::{bind, serve};
use crate::project::Project;
use crate::published::{Claim, Operator, Published};
use crate::ready::{SignIn, announce};
use crate::shutdown::Shutdown;
use crate::{binaries, log, permitted, stack_control};

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
    published: Published,
    claim: Claim,
}

impl Running {
    async fn run(self, shutdown: &Shutdown) {
        shutdown.begun().await;
        drop(self.published);
        // The requests first: they still need the functions.
        if timeout(PATIENCE, join_all(self.servers)).await.is_err() {
            tracing::warn!("a request was still being answered");
        }
        self.functions.stop().await;
        // Nothing writes to the state folder any more.
        drop(self.claim);
    }
}

async fn start(options: Up, shutdown: &Shutdown) -> Result<Running, Failure> {
    let project = Project::find(options.location.template.clone())?;
    let state = options.location.state()?;
    let mut deployment = Deployment::read(&project, &options)?;
    // What is wrong with the template is wrong on every port.
    let expected = deployment.resolve()?;

    // Whatever can be wrong comes before what takes long: ports, people, keys.
    let provider_port = provider_port(&options, &expected)?;
    let claim = Claim::of(&state).await?;
    let (gateway_listener, address) = bind(options.port, "the gateway", Some("--port")).await?;
    let mcp_url = Url::parse(&format!("http://{address}/mcp"))?;
    deployment.set_gateway(&mcp_url);
    let provider = listen_for_sign_in(provider_port, &mut deployment, &expected).await?;
    let stack = deployment.resolve()?;
    permitted::warnings(&stack).iter().for_each(|warning| log::warning(warning));
    let (secrets, request) = secrets(&state, &stack)?;
    let control = control(&project, &stack, &secrets, &state, &options.location)?;
    let sign_in = match &provider {
        Some((_, issuer)) => {
            let accounts = accounts(&project)?;
            let objection = stack_control::objection(Arc::clone(&secrets), control.clone(), issuer.clone());
            let accounts = accounts.with_objection(objection);
            Some(sign_in(&options, issuer, &mcp_url, &project, &state, &stack, accounts)?)
        }
        None => None,
    };
    let (secrets_listener, secrets_address) = bind(0, "Secrets Manager", None).await?;

    log::step("Building the functions");
    let names: Vec<_> = stack.functions().iter().map(|function| function.binary.as_str()).collect();
    let programs = binaries::build(project.root(), &names).await?;

    let endpoint = format!("http://{secrets_address}");
    let mut grants = Grants::default();
    let log = log::of_functions(STACK_NAME);
    let functions = Arc::new(Functions::new(stack.functions(), &programs, &endpoint, &mut grants, &log));
    let operator = operator(&mut grants, &control, &endpoint);

    let gateway = Gateway::new(stack.gateway().clone(), &mcp_url, Arc::clone(&functions) as _, Switches::default())?
        .with_home(sign_in.as_ref().map(SignIn::page).as_deref());
    let secrets_router = local_secrets::router(Arc::clone(&secrets), grants);
    let mut servers = vec![serve(secrets_listener, secrets_router, shutdown)];
    if let (Some((listener, _)), Some(sign_in)) = (provider, &sign_in) {
        servers.push(serve(listener, sign_in.provider.router(), shutdown));
    }
    if let Err(failure) = bring_up(&functions, &stack, request, &state).await {
        functions.stop().await;
        return Err(failure);
    }
    servers.push(serve(gateway_listener, gateway.router(), shutdown));
    let published = claim.publish(gateway.connection(), operator)?;
    announce(gateway.connection(), sign_in.as_ref(), &options.location)?;
    Ok(Running { functions, servers, published, claim })
}

/// Has the secrets filled, then starts the functions that read them.
async fn bring_up(functions: &Functions, stack: &Stack, request: Request, state: &Path) -> Result<(), Failure> {
    custom_resources::make(stack.custom_resources(), request, functions).await.map_err(|failure| {
        let folder = state.join("secrets");
        failure.with_hint(format!("The secrets are files in {}. One that is removed is made anew.", folder.display()))
    })?;
    functions.ready().await
}

/// The port of the laptop's own identity provider, if the template is told to trust one here.
fn provider_port(options: &Up, stack: &Stack) -> Result<Option<u16>, Failure> {
    let port = match (options.identity_provider_port, identity_provider_port(stack)) {
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
    stack: &Stack,
) -> Result<Option<(TcpListener, String)>, Failure> {
    let Some(port) = port else { return Ok(None) };
    let (listener, address) = bind(port, "the identity provider", Some("--identity-provider-port")).await?;
    let issuer = format!("http://{address}");
    deployment.set_identity_provider(&issuer, stack);
    Ok(Some((listener, issuer)))
}

fn accounts(project: &Project) -> Result<Accounts, Failure> {
    let path = project.accounts();
    let in_file = |error: &dyn std::fmt::Display| {
        let error = error.to_string();
        // The reader of YAML begins with the word that stands before every failure here.
        Failure::new(format!("{}: {}", path.display(), error.strip_prefix("error: ").unwrap_or(&error)))
    };
    let text = std::fs::read_to_string(&path).map_err(|error| in_file(&error))?;
    Accounts::parse(&text).map_err(|error| in_file(&error))
}

fn sign_in(
    options: &Up,
    issuer: &str,
    mcp_url: &Url,
    project: &Project,
    state: &Path,
    stack: &Stack,
    accounts: Accounts,
) -> Result<SignIn, Failure> {
    let gateway = stack.gateway();
    let tool =
        gateway.targets.iter().find_map(|target| Some(format!("{}___{}", target.name, target.tools.first()?.name())));
    let pool_client = stack.user_pool_client();
    let scopes = pool_client.map_or(&gateway.authorizer.allowed_scopes, |client| &client.scopes);
    let user_pool_client =
        pool_client.cloned().map(|local_template::UserPoolClient { id, name, callback_urls, .. }| UserPoolClient {
            id,
            name,
            callback_urls,
        });
    let provider = IdentityProvider::new(Config {
        issuer: issuer.to_owned(),
        audience: mcp_url.to_string(),
        scope: scopes.join(" "),
        tool: tool.ok_or_else(|| project.lacks("a tool"))?,
        accounts: accounts.clone(),
        state: state.to_owned(),
        lifetime: options.access_token_ttl,
        remote_redirects: if options.allow_remote_redirects {
            RemoteRedirects::Allowed
        } else {
            RemoteRedirects::Refused
        },
        documents: FetchPolicy::public_internet(),
        user_pool_client,
    })?;
    Ok(SignIn { provider, issuer: issuer.to_owned(), accounts })
}

/// Who may change the control record: on AWS, whom the account lets do so.
fn operator(grants: &mut Grants, control: &SecretId, endpoint: &str) -> Operator {
    let operations = [
        Operation::DescribeSecret,
        Operation::GetSecretValue,
        Operation::PutSecretValue,
        Operation::UpdateSecretVersionStage,
    ];
    let allowed = operations.map(|operation| (operation, control.arn()));
    let credentials = grants.add("arn:aws:iam::000000000000:user/operator", allowed);
    let place = [("AWS_REGION", REGION), (SECRETS_ENDPOINT, endpoint)];
    let variables = credentials.environment().into_iter().chain(place);
    Operator(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The stack's secrets, each empty unless it was filled in an earlier run, and what that makes of this one.
fn secrets(state: &Path, stack: &Stack) -> Result<(Arc<Secrets>, Request), Failure> {
    let secrets = Secrets::open(state)?;
    let mut request = Request::Create;
    for secret in stack.secrets() {
        secrets.create(&SecretId::new(&secret.arn, &secret.name)?);
        if secrets.value(&secret.name).is_some() {
            request = Request::Update;
        }
    }
    Ok((Arc::new(secrets), request))
}

/// The name of the control record. What an earlier run has left there must be understood.
fn control(
    project: &Project,
    stack: &Stack,
    secrets: &Secrets,
    state: &Path,
    location: &Location,
) -> Result<SecretId, Failure> {
    let name = format!("{STACK_NAME}/control");
    let secret = stack.secrets().iter().find(|secret| secret.name == name);
    let secret = secret.ok_or_else(|| project.lacks(&format!("a secret of the name `{name}`")))?;
    let id = SecretId::new(&secret.arn, &secret.name)?;
    let record = stack_control::read(secrets, &id).map_err(|error| {
        let hint = format!("It is in {}. Restore or remove it; with it go its revocations.", state.display());
        Failure::new(format!("the secret {name}: {error}")).with_hint(hint)
    })?;
    if record.is_some_and(|record| !record.revocations.is_empty()) {
        log::warning(&format!("somebody is stopped; `{}` shows whom", location.call("revoke --list")));
    }
    Ok(id)
}
