//! The template, resolved for the laptop.

use std::collections::BTreeMap;

use local_template::{Pseudo, Stack, Template, samconfig};
use url::{Host, Url};

use crate::arguments::Up;
use crate::failure::Failure;
use crate::project::Project;

/// The parameter set of `samconfig.toml` that `cargo run` deploys.
const PARAMETER_SET: &str = "local";

/// The parameter that names the identity provider.
const DISCOVERY_URL: &str = "DiscoveryUrl";

const WELL_KNOWN: &str = "/.well-known/openid-configuration";

/// The template with its parameters, not yet resolved.
#[derive(Debug)]
pub(crate) struct Deployment {
    template: Template,
    parameters: BTreeMap<String, String>,
}

impl Deployment {
    /// Reads template and parameter set.
    pub(crate) fn read(project: &Project, options: &Up) -> Result<Self, Failure> {
        let template = Template::read(&project.template)?;
        let mut parameters = samconfig::parameter_overrides(&project.samconfig(), PARAMETER_SET)?;
        parameters.extend(options.parameter_overrides.iter().cloned());
        Ok(Self { template, parameters })
    }

    /// The port at which the laptop's own identity provider is expected: that of a `DiscoveryUrl` on 127.0.0.1. `None`
    /// if the provider is somewhere else.
    pub(crate) fn identity_provider_port(&self) -> Option<u16> {
        let url = Url::parse(self.parameters.get(DISCOVERY_URL)?).ok()?;
        let own = url.scheme() == "http" && url.host() == Some(Host::Ipv4(std::net::Ipv4Addr::LOCALHOST));
        if own { url.port_or_known_default() } else { None }
    }

    /// Puts the identity provider where it really listens.
    pub(crate) fn set_identity_provider(&mut self, issuer: &str) {
        self.parameters.insert(DISCOVERY_URL.to_owned(), format!("{issuer}{WELL_KNOWN}"));
    }

    /// What stands when the template is deployed.
    pub(crate) fn resolve(&self) -> Result<Stack, Failure> {
        Ok(self.template.resolve(&self.parameters, &pseudo())?)
    }
}

/// The name of the stack on the laptop.
pub(crate) const STACK_NAME: &str = "countersign";

fn pseudo() -> Pseudo {
    Pseudo {
        account_id: "000000000000".to_owned(),
        partition: "aws".to_owned(),
        region: "us-east-1".to_owned(),
        stack_name: STACK_NAME.to_owned(),
        url_suffix: "amazonaws.com".to_owned(),
    }
}
