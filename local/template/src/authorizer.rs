//! `CustomJWTAuthorizer` of a gateway: whose tokens it accepts.

use std::collections::BTreeMap;

use crate::error::{Problem, one_of, quoted};
use crate::fields::Fields;
use crate::node::Node;

/// No maximum is published for lists of audiences, clients and scopes.
const MANY: usize = 1000;

/// What a bearer token must satisfy. At least one of audience, clients, scopes and claims is configured, and a token
/// must satisfy each that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomJwt {
    /// The provider's OpenID Connect discovery document. Ends in `/.well-known/openid-configuration`.
    pub discovery_url: String,
    /// Values of `aud`, one of which the token must have. Empty if none is asked for.
    pub allowed_audience: Vec<String>,
    /// Values of `client_id`. Empty if none is asked for.
    pub allowed_clients: Vec<String>,
    /// Scopes, one of which the token must have. Empty if none is asked for.
    pub allowed_scopes: Vec<String>,
    /// What clients are told to ask for in place of an allowed scope.
    pub advertised_scope_mapping: BTreeMap<String, String>,
    /// All of these must match.
    pub custom_claims: Vec<CustomClaim>,
}

/// A rule for one claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomClaim {
    /// The name of the claim.
    pub name: String,
    /// What its value must be.
    pub matching: ClaimMatch,
}

/// What the value of a claim must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClaimMatch {
    /// A string, exactly this.
    Equals(String),
    /// An array of strings with this one in it.
    Contains(String),
    /// An array of strings with one of these in it.
    ContainsAny(Vec<String>),
}

impl CustomJwt {
    pub(crate) fn read(node: &Node) -> Result<Self, Problem> {
        let mut fields = Fields::of(node, "`CustomJWTAuthorizer`")?;
        let discovery = fields.required("DiscoveryUrl")?;
        let expected = "a URL that ends in /.well-known/openid-configuration";
        let discovery_url = discovery.text(expected)?;
        if discovery_url.strip_suffix("/.well-known/openid-configuration").is_none_or(str::is_empty) {
            return Err(discovery.instead_of(expected));
        }
        let mut texts = |name, what| fields.optional(name).map_or(Ok(Vec::new()), |node| node.texts(what, 1..=MANY));
        let allowed_audience = texts("AllowedAudience", "audiences")?;
        let allowed_clients = texts("AllowedClients", "clients")?;
        let allowed_scopes = fields.optional("AllowedScopes").map_or(Ok(Vec::new()), scopes)?;
        let mapping = fields.optional("AdvertisedScopeMapping");
        let custom_claims = fields.optional("CustomClaims").map_or(Ok(Vec::new()), claims)?;
        fields.finish()?;
        if [&allowed_audience, &allowed_clients, &allowed_scopes].iter().all(|list| list.is_empty())
            && custom_claims.is_empty()
        {
            let found = "an authorizer that accepts every token of the provider";
            let names = one_of(["AllowedAudience", "AllowedClients", "AllowedScopes", "CustomClaims"]);
            return Err(Problem::new(node.place, found, format!("at least {names}")));
        }
        Ok(Self {
            discovery_url: discovery_url.to_owned(),
            advertised_scope_mapping: mapping.map_or(Ok(BTreeMap::new()), |node| advertised(node, &allowed_scopes))?,
            allowed_audience,
            allowed_clients,
            allowed_scopes,
            custom_claims,
        })
    }
}

/// `scope-token` of RFC 6749 §3.3, at most 255 characters.
fn scopes(node: &Node) -> Result<Vec<String>, Problem> {
    for element in node.counted_list("scopes", 1..=MANY)? {
        let expected = "a scope of 1 to 255 printable characters without space, `\"` and `\\`";
        let scope = element.text(expected)?;
        let known = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
        if !(1..=255).contains(&scope.len()) || !scope.bytes().all(known) {
            return Err(element.instead_of(expected));
        }
    }
    node.texts("scopes", 1..=MANY)
}

fn advertised(node: &Node, allowed: &[String]) -> Result<BTreeMap<String, String>, Problem> {
    let members = node.map("a mapping of scopes")?;
    if !(1..=50).contains(&members.len()) {
        return Err(Problem::new(node.place, format!("a mapping of {}", members.len()), "a mapping of 1 to 50 scopes"));
    }
    let mut mapping = BTreeMap::new();
    for member in members {
        if !allowed.contains(&member.name) {
            return Err(Problem::new(member.place, quoted(&member.name), "one of the `AllowedScopes`"));
        }
        mapping.insert(member.name.clone(), member.value.text("a scope")?.to_owned());
    }
    Ok(mapping)
}

fn claims(node: &Node) -> Result<Vec<CustomClaim>, Problem> {
    node.counted_list("claims", 1..=MANY)?.iter().map(claim).collect()
}

fn claim(node: &Node) -> Result<CustomClaim, Problem> {
    let mut fields = Fields::of(node, "a custom claim")?;
    let name = fields.required("InboundTokenClaimName")?.text("the name of a claim")?.to_owned();
    let value_type = fields.required("InboundTokenClaimValueType")?;
    let mut rule = Fields::of(fields.required("AuthorizingClaimMatchValue")?, "`AuthorizingClaimMatchValue`")?;
    let operator = rule.required("ClaimMatchOperator")?;
    let mut value = Fields::of(rule.required("ClaimMatchValue")?, "`ClaimMatchValue`")?;
    let expected = one_of(["EQUALS", "CONTAINS", "CONTAINS_ANY"]);
    let (kind, matching) = match operator.text(&expected)? {
        "EQUALS" => ("STRING", ClaimMatch::Equals(single(&mut value)?)),
        "CONTAINS" => ("STRING_ARRAY", ClaimMatch::Contains(single(&mut value)?)),
        "CONTAINS_ANY" => {
            let values = value.required("MatchValueStringList")?.texts("values", 1..=MANY)?;
            ("STRING_ARRAY", ClaimMatch::ContainsAny(values))
        }
        _ => return Err(operator.instead_of(expected)),
    };
    value_type.exactly(kind)?;
    value.finish()?;
    rule.finish()?;
    fields.finish()?;
    Ok(CustomClaim { name, matching })
}

fn single(value: &mut Fields<'_>) -> Result<String, Problem> {
    Ok(value.required("MatchValueString")?.text("a text")?.to_owned())
}
