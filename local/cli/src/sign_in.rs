//! The laptop's own identity provider: where it listens, who is in it, and how the stack has it.

use std::path::Path;

use local_identity_provider::{Accounts, Config, FetchPolicy, IdentityProvider, RemoteRedirects, UserPoolClient};
use local_template::Stack;
use tokio::net::TcpListener;
use url::Url;

use crate::arguments::Up;
use crate::deployment::{Deployment, identity_provider_port};
use crate::failure::Failure;
use crate::listener::bind;
use crate::project::Project;

/// The laptop's own identity provider, and who can sign in there.
pub(crate) struct SignIn {
    pub(crate) provider: IdentityProvider,
    pub(crate) issuer: String,
    pub(crate) accounts: Accounts,
}

impl SignIn {
    /// Where a person opens it.
    pub(crate) fn page(&self) -> String {
        format!("{}/", self.issuer)
    }
}

/// The port of the laptop's own identity provider, if the template is told to trust one here.
pub(crate) fn provider_port(options: &Up, stack: &Stack) -> Result<Option<u16>, Failure> {
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
pub(crate) async fn listen(
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

/// The people of the project.
pub(crate) fn accounts(project: &Project) -> Result<Accounts, Failure> {
    let path = project.accounts();
    let in_file = |error: &dyn std::fmt::Display| {
        let error = error.to_string();
        // The reader of YAML begins with the word that stands before every failure here.
        Failure::new(format!("{}: {}", path.display(), error.strip_prefix("error: ").unwrap_or(&error)))
    };
    let text = std::fs::read_to_string(&path).map_err(|error| in_file(&error))?;
    Accounts::parse(&text).map_err(|error| in_file(&error))
}

/// The identity provider of this stack, with the keys and sessions of its state folder.
pub(crate) fn provider(
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
