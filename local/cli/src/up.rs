//! `countersign up`: from the template to a running gateway, and down again.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use local_gateway::{Gateway, Switches};
use local_secrets::{Grants, SecretId, Secrets};
use local_template::Stack;
use tokio::time::timeout;
use url::Url;

use crate::arguments::Up;
use crate::custom_resources::{self, Request};
use crate::deployment::{Deployment, STACK_NAME};
use crate::event::{Container, Deployed};
use crate::failure::Failure;
use crate::functions::Functions;
use crate::listener::{bind, serve};
use crate::project::Project;
use crate::published::{Claim, Published};
use crate::ready::announce;
use crate::shutdown::Shutdown;
use crate::sign_in::{self, SignIn};
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
    let provider_port = sign_in::provider_port(&options, &expected)?;
    let claim = Claim::of(&state).await?;
    let (gateway_listener, address) = bind(options.port, "the gateway", Some("--port")).await?;
    let mcp_url = Url::parse(&format!("http://{address}/mcp"))?;
    deployment.set_gateway(&mcp_url);
    let provider = sign_in::listen(provider_port, &mut deployment, &expected).await?;
    let stack = deployment.resolve()?;
    permitted::warnings(&stack).iter().for_each(|warning| log::warning(warning));
    let (secrets, request) = secrets(&state, &stack)?;
    let control = stack_control::find(&project, &stack, &secrets, &state, &options.location)?;
    let sign_in = match &provider {
        Some((_, issuer)) => {
            let accounts = sign_in::accounts(&project)?;
            let objection = stack_control::objection(Arc::clone(&secrets), control.clone(), issuer.clone());
            let accounts = accounts.with_objection(objection);
            Some(sign_in::provider(&options, issuer, &mcp_url, &project, &state, &stack, accounts)?)
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
    let operator = stack_control::operator(&mut grants, &control, &endpoint);

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
    let deployed = Deployed::of(&stack, &functions, sign_in.as_ref());
    let container = Container::of(&stack, &functions, &secrets)?;
    let published = claim.publish(gateway.connection(), operator, deployed, &container)?;
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
