//! The template, resolved for the laptop.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::path::PathBuf;

use local_template::{Error, Pseudo, Stack, Template, samconfig};
use url::{Host, Url};

use crate::arguments::Up;
use crate::failure::Failure;
use crate::project::Project;

/// The parameter that names the identity provider.
const DISCOVERY_URL: &str = "DiscoveryUrl";

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// Where the laptop's own identity provider is when no `DiscoveryUrl` says it.
const PROVIDER_PORT: u16 = 8485;

/// The template with its parameters, not yet resolved.
#[derive(Debug)]
pub(crate) struct Deployment {
    template: Template,
    parameters: BTreeMap<String, String>,
    /// The parameters of the command line; the others are those of `samconfig`.
    overridden: BTreeSet<String>,
    samconfig: PathBuf,
    /// The parameter set there.
    set: String,
}

impl Deployment {
    /// Reads template and parameter set.
    pub(crate) fn read(project: &Project, options: &Up) -> Result<Self, Failure> {
        let template = Template::read(&project.template)?;
        let samconfig = project.samconfig();
        let set = options.parameters.clone();
        let mut parameters = samconfig::parameter_overrides(&samconfig, &set).map_err(|error| {
            let missing = matches!(&error, Error::Unreadable { source, .. } if source.kind() == ErrorKind::NotFound);
            let failure = Failure::from(error);
            if missing {
                failure.with_hint(format!("It belongs beside the template: its parameter set `{set}` is used."))
            } else {
                failure
            }
        })?;
        parameters.extend(options.parameter_overrides.iter().cloned());
        let overridden = options.parameter_overrides.iter().map(|(name, _)| name.clone()).collect();
        Ok(Self { template, parameters, overridden, samconfig, set })
    }

    /// Puts the laptop's own identity provider where it really listens: in the place of the stack's user pool, or where
    /// `DiscoveryUrl` says that there is one.
    pub(crate) fn set_identity_provider(&mut self, issuer: &str, stack: &Stack) {
        if stack.user_pool_client().is_some() {
            self.template.stand_in_for_user_pool(issuer);
        } else {
            self.parameters.insert(DISCOVERY_URL.to_owned(), format!("{issuer}{WELL_KNOWN}"));
        }
    }

    /// Puts the gateway where it really listens.
    pub(crate) fn set_gateway(&mut self, mcp_url: &Url) {
        self.template.stand_in_for_gateway(mcp_url.as_str());
    }

    /// What stands when the template is deployed.
    pub(crate) fn resolve(&self) -> Result<Stack, Failure> {
        self.template.resolve(&self.parameters, &pseudo()).map_err(|error| {
            let origin = error.parameter().map(|parameter| self.origin(parameter));
            let failure = Failure::from(error);
            if let Some(origin) = origin { failure.with_hint(origin) } else { failure }
        })
    }

    fn origin(&self, parameter: &str) -> String {
        if self.overridden.contains(parameter) {
            return "The value was given with --parameter-overrides.".to_owned();
        }
        format!("The value stands in {}, parameter set `{}`.", self.samconfig.display(), self.set)
    }
}

/// The port at which the laptop's own identity provider is expected: that of a discovery URL on 127.0.0.1, or our choice
/// if it stands in for a user pool. `None` if the provider is somewhere else.
pub(crate) fn identity_provider_port(stack: &Stack) -> Option<u16> {
    if stack.user_pool_client().is_some() {
        return Some(PROVIDER_PORT);
    }
    let url = Url::parse(&stack.gateway().authorizer.discovery_url).ok()?;
    let own = url.scheme() == "http" && url.host() == Some(Host::Ipv4(Ipv4Addr::LOCALHOST));
    if own { url.port_or_known_default() } else { None }
}

/// The name of the stack on the laptop.
pub(crate) const STACK_NAME: &str = "countersign";

/// Where it is said to be.
pub(crate) const REGION: &str = "us-east-1";

/// The stack, as pseudo parameters tell of it.
pub(crate) fn pseudo() -> Pseudo {
    Pseudo {
        account_id: "000000000000".to_owned(),
        partition: "aws".to_owned(),
        region: REGION.to_owned(),
        stack_name: STACK_NAME.to_owned(),
        url_suffix: "amazonaws.com".to_owned(),
    }
}
