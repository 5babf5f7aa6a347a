//! The template, resolved for the laptop.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::PathBuf;

use local_template::{Error, Pseudo, Stack, Template, samconfig};
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
    /// The parameters of the command line; the others are those of `samconfig`.
    overridden: BTreeSet<String>,
    samconfig: PathBuf,
}

impl Deployment {
    /// Reads template and parameter set.
    pub(crate) fn read(project: &Project, options: &Up) -> Result<Self, Failure> {
        let template = Template::read(&project.template)?;
        let samconfig = project.samconfig();
        let mut parameters = samconfig::parameter_overrides(&samconfig, PARAMETER_SET).map_err(|error| {
            let missing = matches!(&error, Error::Unreadable { source, .. } if source.kind() == ErrorKind::NotFound);
            let failure = Failure::from(error);
            if missing {
                failure.with_hint("It belongs beside the template: its parameter set `local` is used.")
            } else {
                failure
            }
        })?;
        parameters.extend(options.parameter_overrides.iter().cloned());
        let overridden = options.parameter_overrides.iter().map(|(name, _)| name.clone()).collect();
        Ok(Self { template, parameters, overridden, samconfig })
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
        format!("The value stands in {}, parameter set `{PARAMETER_SET}`.", self.samconfig.display())
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
