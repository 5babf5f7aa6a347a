//! What `template.yaml` tells the authorizer.

use access_token::{DiscoveryUrl, PinnedKeys, TrustedIssuer};
use environment::{Environment, VariableError};
use policy::Policy;
use telemetry::AuditDetail;

use crate::access::Access;
use crate::forwarded_groups::ForwardedGroups;

/// The configuration of the authorizer.
#[derive(Debug)]
pub struct Configuration {
    /// `DISCOVERY_URL` and `PROVIDER_PROFILE`: whose tokens count, and how they look. `ISSUER_KEYS`: the keys, if none
    /// are to be fetched.
    pub(crate) issuer: TrustedIssuer,
    /// `ALLOWED_AUDIENCE` (beside the MCP URL, for providers that cannot be told it), `ALLOWED_CLIENTS`, `ALLOWED_SCOPES`.
    pub(crate) gateway: Access,
    /// `API_AUDIENCE`, `API_CLIENTS` and `API_SCOPES`: the same for APIs of API Gateway, if there are any.
    pub(crate) api: Option<Access>,
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
        let profile = environment.parsed("PROVIDER_PROFILE")?;
        let mut issuer = DiscoveryUrl::parse(&environment.required("DISCOVERY_URL")?)
            .and_then(|discovery_url| TrustedIssuer::new(discovery_url, profile))
            .map_err(|error| VariableError::new("DISCOVERY_URL", error))?;
        if let Some(keys) = environment.optional("ISSUER_KEYS") {
            issuer = PinnedKeys::parse(&keys)
                .and_then(|keys| issuer.with_pinned_keys(keys))
                .map_err(|error| VariableError::new("ISSUER_KEYS", error))?;
        }
        let permitted = environment.list("PERMITTED_TOOLS");
        let policy = Policy::permitting(permitted.iter().map(String::as_str))
            .map_err(|error| VariableError::new("PERMITTED_TOOLS", error))?;
        let gateway = Access::to_gateway(environment);
        let public_url = environment.optional("PUBLIC_URL");
        Ok(Self {
            issuer,
            api: Access::to_apis(environment, &gateway, public_url.as_deref())?,
            gateway,
            public_url,
            policy,
            forwarded_groups: ForwardedGroups::new(environment.list("FORWARDED_GROUPS")),
            audit_detail: environment.parsed("AUDIT_DETAIL")?,
            trust_domain: environment.required("TRUST_DOMAIN")?,
            signing_secret: environment.required("SIGNING_SECRET")?,
            control_secret: environment.required("CONTROL_SECRET")?,
        })
    }
}
