//! `CustomJWTAuthorizer`: whose token opens the gateway.
//!
//! Signature, issuer and times are checked by the verifier that the authorizer function has, too. The rest are the
//! template's own rules, and all that are configured must hold.
//!
//! The service knows nothing of providers, so an ID token of the right audience passes here, as there, and is for the
//! authorizer function to refuse. Where the verifier is stricter all the same (a lifetime over 25 hours, no `kid`, `sub` or
//! `iat`, a `scope` that is no text), what it does on the service is unknown.

use std::collections::BTreeSet;
use std::time::Duration;

use http::HeaderMap;
use http::header::AUTHORIZATION;
use serde_json::Value;

use access_token::{
    AccessToken, AudienceRule, Claims, ConfigurationError, DiscoveryUrl, Profile, Rejection, TrustedIssuer, Verifier,
};
use local_template::{ClaimMatch, CustomClaim, CustomJwt};

use crate::refusal::Refusal;
use crate::unknowns::ScopeClaims;

/// Discovery and keys are read at two seconds each at most.
const BUDGET: Duration = Duration::from_secs(5);

pub(crate) struct Authorizer {
    verifier: Verifier,
    audience: AudienceRule,
    rules: CustomJwt,
    scope_claims: ScopeClaims,
}

impl Authorizer {
    pub(crate) fn new(rules: CustomJwt, scope_claims: ScopeClaims) -> Result<Self, ConfigurationError> {
        let discovery_url = DiscoveryUrl::parse(&rules.discovery_url)?;
        let verifier = Verifier::new(vec![TrustedIssuer::new(discovery_url, Profile::AnyToken)?])?;
        Ok(Self { verifier, audience: AudienceRule::checked_by_the_caller(), rules, scope_claims })
    }

    /// Lets the holder of a good token pass.
    pub(crate) async fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let token = credentials(headers)?;
        let claims = self.verifier.verify(&token, &self.audience, BUDGET).await?;
        let rules = &self.rules;
        if !allows(&rules.allowed_audience, claims.audience().iter().map(String::as_str)) {
            return Err(Refusal::Audience);
        }
        if !allows(&rules.allowed_clients, claims.claim("client_id").and_then(Value::as_str)) {
            return Err(Refusal::Client);
        }
        if let Some(rule) = rules.custom_claims.iter().find(|rule| !matches(rule, &claims)) {
            return Err(Refusal::Claim(rule.name.clone()));
        }
        if !allows(&rules.allowed_scopes, scopes(&claims, self.scope_claims)) {
            return Err(Refusal::Scope);
        }
        Ok(())
    }
}

/// The token of the one `Authorization` header. Nothing else is looked at, least of all the query (RFC 9700 §4.3.2).
fn credentials(headers: &HeaderMap) -> Result<AccessToken, Refusal> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(Refusal::NoCredentials)?;
    if values.next().is_some() {
        return Err(Refusal::SeveralCredentials);
    }
    let value = value.to_str().map_err(|_| Rejection::MalformedCredentials)?;
    Ok(AccessToken::from_authorization(value)?)
}

/// Whether a list that is empty because it is not configured, or else one of the values, lets pass.
fn allows<'a>(allowed: &[String], values: impl IntoIterator<Item = &'a str>) -> bool {
    allowed.is_empty() || values.into_iter().any(|value| allowed.iter().any(|one| one == value))
}

fn matches(rule: &CustomClaim, claims: &Claims) -> bool {
    let claim = claims.claim(&rule.name);
    let holds = |wanted: &String| {
        claim.and_then(Value::as_array).is_some_and(|values| values.iter().any(|value| value == wanted.as_str()))
    };
    match &rule.matching {
        ClaimMatch::Equals(wanted) => claim.is_some_and(|value| value == wanted.as_str()),
        ClaimMatch::Contains(wanted) => holds(wanted),
        ClaimMatch::ContainsAny(wanted) => wanted.iter().any(holds),
    }
}

/// `scope` is a text with spaces between (RFC 9068 §2.2.3); `scp` is that at Entra ID, and an array at Okta.
fn scopes(claims: &Claims, switch: ScopeClaims) -> BTreeSet<&str> {
    let names: &[&str] = match switch {
        ScopeClaims::ScopeAndScp => &["scope", "scp"],
        ScopeClaims::Scope => &["scope"],
        ScopeClaims::Scp => &["scp"],
    };
    let mut scopes = BTreeSet::new();
    for claim in names.iter().filter_map(|name| claims.claim(name)) {
        match claim {
            Value::String(list) => scopes.extend(list.split(' ')),
            Value::Array(list) => scopes.extend(list.iter().filter_map(Value::as_str)),
            _ => {}
        }
    }
    scopes
}
