//! Which tokens open what.

use std::collections::BTreeSet;

use access_token::AudienceRule;
use environment::{Environment, VariableError};

/// What a token must say to open something.
#[derive(Debug)]
pub(crate) struct Access {
    /// One of these must be in `aud`.
    pub(crate) audience: Vec<String>,
    /// If there are any, the client must be one of them.
    pub(crate) clients: BTreeSet<String>,
    /// If there are any, the token must have one of them.
    pub(crate) scopes: BTreeSet<String>,
}

/// What somebody wants to enter. A token for the gateway opens no API, and the reverse.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Entrance<'a> {
    Gateway(&'a Access),
    Api(&'a Access),
}

impl Access {
    /// To the Gateway: the Gateway's own rules, checked again.
    pub(crate) fn to_gateway(environment: &Environment<'_>) -> Self {
        Self {
            audience: environment.list("ALLOWED_AUDIENCE"),
            clients: environment.list("ALLOWED_CLIENTS").into_iter().collect(),
            scopes: environment.list("ALLOWED_SCOPES").into_iter().collect(),
        }
    }

    /// To APIs of API Gateway. Without an audience there are none.
    ///
    /// # Errors
    ///
    /// [`VariableError`] if no scope is demanded, or an audience is the gateway's too.
    pub(crate) fn to_apis(
        environment: &Environment<'_>,
        gateway: &Self,
        public_url: Option<&str>,
    ) -> Result<Option<Self>, VariableError> {
        let audience = environment.list("API_AUDIENCE");
        if audience.is_empty() {
            return Ok(None);
        }
        if audience.iter().any(|one| gateway.audience.contains(one) || public_url == Some(one)) {
            return Err(VariableError::new("API_AUDIENCE", "is an audience of the gateway; an API needs its own"));
        }
        let scopes: BTreeSet<_> = environment.list("API_SCOPES").into_iter().collect();
        if scopes.is_empty() {
            return Err(VariableError::new("API_SCOPES", "is empty; an API demands a scope"));
        }
        Ok(Some(Self { audience, clients: environment.list("API_CLIENTS").into_iter().collect(), scopes }))
    }
}

impl<'a> Entrance<'a> {
    pub(crate) fn access(self) -> &'a Access {
        let (Self::Gateway(access) | Self::Api(access)) = self;
        access
    }

    /// For whom a token must be meant.
    pub(crate) fn audience(self, mcp_url: &str) -> AudienceRule {
        let named = self.access().audience.iter().map(String::as_str);
        match self {
            Self::Gateway(access) => {
                AudienceRule::accept(named.chain([mcp_url])).or_without_audience_from(access.clients.iter().cloned())
            }
            // A token without `aud` is never one for an API: its client says for whom it acts, not what it wants. Nor is
            // one for the gateway, and where that is was not known when the configuration was read.
            Self::Api(_) => AudienceRule::accept(named.filter(|one| *one != mcp_url)),
        }
    }
}

#[cfg(test)]
mod tests {
    use environment::{Environment, VariableError};
    use rstest::rstest;

    use super::Access;

    fn to_apis(variables: &[(&str, &str)]) -> Result<Option<Access>, VariableError> {
        let value = |name: &str| variables.iter().find(|(variable, _)| *variable == name);
        let environment = Environment::new(|name| value(name).map(|(_, value)| (*value).to_owned()));
        let gateway = Access::to_gateway(&environment);
        Access::to_apis(&environment, &gateway, Some("https://tools.example/mcp"))
    }

    #[rstest]
    #[case::audience_of_the_gateway(&[("ALLOWED_AUDIENCE", "a"), ("API_AUDIENCE", "b,a"), ("API_SCOPES", "c")], "API_AUDIENCE")]
    #[case::url_of_the_gateway(&[("API_AUDIENCE", "https://tools.example/mcp"), ("API_SCOPES", "c")], "API_AUDIENCE")]
    #[case::no_scope(&[("API_AUDIENCE", "a")], "API_SCOPES")]
    #[case::no_scope_in_the_list(&[("API_AUDIENCE", "a"), ("API_SCOPES", ",")], "API_SCOPES")]
    fn a_configuration_that_would_open_more_than_it_says_is_refused(
        #[case] variables: &[(&str, &str)],
        #[case] named: &str,
    ) {
        assert_eq!(to_apis(variables).unwrap_err().variable, named);
    }

    #[rstest]
    #[case::nothing(&[])]
    #[case::blank(&[("API_AUDIENCE", " "), ("API_SCOPES", "c")])]
    #[case::scopes_alone(&[("API_SCOPES", "c")])]
    fn without_an_audience_there_is_no_api(#[case] variables: &[(&str, &str)]) {
        assert!(to_apis(variables).unwrap().is_none());
    }
}
