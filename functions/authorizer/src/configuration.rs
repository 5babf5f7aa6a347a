//! What `template.yaml` tells the authorizer.

use std::collections::BTreeSet;

use access_token::{DiscoveryUrl, TrustedIssuer};
use environment::{Environment, VariableError};
use policy::Policy;
use telemetry::AuditDetail;

use crate::forwarded_groups::ForwardedGroups;

/// The configuration of the authorizer.
#[derive(Debug)]
pub struct Configuration {
    /// `DISCOVERY_URL`, `PROVIDER_PROFILE` and `CLIENT_CLAIM`: whose tokens count, and how they look.
    pub(crate) issuer: TrustedIssuer,
    /// `ALLOWED_AUDIENCE`: audiences that count beside the MCP URL, for providers that cannot be told the MCP URL.
    pub(crate) allowed_audience: Vec<String>,
    /// `ALLOWED_CLIENTS`: if there are any, the client must be one of them.
    pub(crate) allowed_clients: BTreeSet<String>,
    /// `ALLOWED_SCOPES`: if there are any, the token must have one of them. The Gateway's rule, checked again.
    pub(crate) allowed_scopes: BTreeSet<String>,
    /// `PUBLIC_URL`: the MCP URL, if it is not the one that AWS gives.
    pub(crate) public_url: Option<String>,
    /// `PERMITTED_TOOLS`: the tools that every signed-in person may use.
    pub(crate) policy: Policy,
    /// `FORWARDED_GROUPS`: the groups that tools get to see.
    pub(crate) forwarded_groups: ForwardedGroups,
    /// `AUDIT_DETAIL`: `standard` or `full`.
    pub(crate) audit_detail: AuditDetail,
    /// `TRUST_DOMAIN`: the audience of the transaction tokens.
    pub(crate) trust_domain: String,
    /// `SIGNING_SECRET`: the secret with the private key.
    pub(crate) signing_secret: String,
    /// `CONTROL_SECRET`: the secret with what the stack learnt after it was made.
    pub(crate) control_secret: String,
}

impl Configuration {
    /// Reads the environment.
    ///
    /// # Errors
    ///
    /// [`VariableError`] for the first variable that is not as it must be.
    pub fn read(environment: &Environment<'_>) -> Result<Self, VariableError> {
        let discovery_url = DiscoveryUrl::parse(&environment.required("DISCOVERY_URL")?)
            .map_err(|error| VariableError::new("DISCOVERY_URL", error))?;
        let permitted = environment.list("PERMITTED_TOOLS");
        let policy = Policy::permitting(permitted.iter().map(String::as_str))
            .map_err(|error| VariableError::new("PERMITTED_TOOLS", error))?;
        Ok(Self {
            issuer: TrustedIssuer {
                discovery_url,
                profile: environment.parsed("PROVIDER_PROFILE")?,
                client_claim: environment.parsed("CLIENT_CLAIM")?,
            },
            allowed_audience: environment.list("ALLOWED_AUDIENCE"),
            allowed_clients: environment.list("ALLOWED_CLIENTS").into_iter().collect(),
            allowed_scopes: environment.list("ALLOWED_SCOPES").into_iter().collect(),
            public_url: environment.optional("PUBLIC_URL"),
            policy,
            forwarded_groups: ForwardedGroups::new(environment.list("FORWARDED_GROUPS")),
            audit_detail: environment.parsed("AUDIT_DETAIL")?,
            trust_domain: environment.required("TRUST_DOMAIN")?,
            signing_secret: environment.required("SIGNING_SECRET")?,
            control_secret: environment.required("CONTROL_SECRET")?,
        })
    }
}
