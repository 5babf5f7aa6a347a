//! Who is calling, as a trusted issuer says.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;
use strict_json::Object;

use crate::claim::{object, seconds, text, text_or_texts, texts};
use crate::profile::{Membership, Rules};
use crate::unverified::Authentic;
use crate::{AudienceRule, Rejection};

/// The claims of an access token that passed every check. Only [`Verifier::verify`](crate::Verifier::verify) makes one.
///
/// `Debug` shows none of the values.
#[derive(Clone)]
pub struct Claims {
    issuer: String,
    subject: String,
    client_id: Option<String>,
    audience: Option<Vec<String>>,
    scopes: BTreeSet<String>,
    groups: Vec<String>,
    name: Option<String>,
    email: Option<String>,
    token_id: Option<String>,
    session_id: Option<String>,
    directory_id: Option<String>,
    issued_at: u64,
    expires_at: u64,
    authenticated_at: Option<u64>,
    all: Object,
}

impl Claims {
    /// The last step: what was signed, judged as an access token of this provider for this audience.
    pub(crate) fn judge(signed: Authentic, rules: &Rules, rule: &AudienceRule) -> Result<Self, Rejection> {
        let all = signed.claims;
        let known = |claim: Option<&'static str>| claim.map_or(Ok(None), |claim| text(&all, claim));
        let claims = Self {
            issuer: signed.issuer,
            subject: signed.subject,
            client_id: text(&all, rules.client)?,
            audience: text_or_texts(&all, "aud")?,
            scopes: scopes(&all, rules.scopes)?,
            groups: groups(&all, rules.groups)?,
            name: shown(&all, "name"),
            email: email(&all),
            token_id: text(&all, "jti")?,
            session_id: known(rules.session)?,
            directory_id: known(rules.directory)?,
            issued_at: signed.validity.issued_at,
            expires_at: signed.validity.expires_at,
            authenticated_at: seconds(&all, "auth_time")?,
            all,
        };
        rule.admit(claims.audience.as_deref(), claims.client_id(), rules.absent_audience)?;
        (rules.kind)(&claims.all)?;
        Ok(claims)
    }

    /// `iss`: the trusted issuer, to the byte.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// `sub`: the person or program, never empty. Unique together with the issuer only, and the two are all that a
    /// provider promises never to give to somebody else (OpenID Connect Core §5.7). So they are who is judged, recorded
    /// and stopped, whatever else the token holds.
    #[must_use]
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// The client that the token was issued to, if the provider says.
    #[must_use]
    pub fn client_id(&self) -> Option<&str> {
        self.client_id.as_deref()
    }

    /// `aud`; empty if absent.
    #[must_use]
    pub fn audience(&self) -> &[String] {
        self.audience.as_deref().unwrap_or_default()
    }

    /// `scope`, or `scp` where the provider uses that. A scope counts whole and in exactly this case (RFC 6749 §3.3).
    #[must_use]
    pub fn scopes(&self) -> &BTreeSet<String> {
        &self.scopes
    }

    /// The groups that the provider put into the token, in its order. After them roles as `role:NAME` (Entra ID's app
    /// roles, Keycloak's realm roles) and permissions as `permission:NAME` (Auth0); no group has such a name.
    #[must_use]
    pub fn groups(&self) -> &[String] {
        &self.groups
    }

    /// A name for people to read. It identifies nobody.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// An address for people to read, unless the provider says that it is not verified. It identifies nobody.
    #[must_use]
    pub fn email(&self) -> Option<&str> {
        self.email.as_deref()
    }

    /// `jti`.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }

    /// What all tokens of one sign-in share, refreshed ones too, if the provider says.
    #[must_use]
    pub fn session_id(&self) -> Option<&str> {
        self.session_id.as_deref()
    }

    /// Under which name the provider's directory knows the person, where that is not `sub`: `oid` at Entra ID, `uid` at
    /// Okta. For whoever has to find them there.
    #[must_use]
    pub fn directory_id(&self) -> Option<&str> {
        self.directory_id.as_deref()
    }

    /// `iat`, in seconds since 1970.
    #[must_use]
    pub fn issued_at(&self) -> u64 {
        self.issued_at
    }

    /// `exp`, in seconds since 1970. The verifier takes it 60 s longer.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// `auth_time`: when the person signed in, in seconds since 1970.
    #[must_use]
    pub fn authenticated_at(&self) -> Option<u64> {
        self.authenticated_at
    }

    /// Any claim by its name, as it stands in the token.
    #[must_use]
    pub fn claim(&self, name: &str) -> Option<&Value> {
        self.all.get(name)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Claims").finish_non_exhaustive()
    }
}

/// Separated by spaces, or a list in `scp`; an empty text is no scope. A scope of other characters than RFC 6749 §3.3 has
/// could be one scope to us and two to a tool.
fn scopes(claims: &Object, names: &[&'static str]) -> Result<BTreeSet<String>, Rejection> {
    let Some((&name, listed)) = names.iter().find_map(|name| Some((name, claims.get(*name)?))) else {
        return Ok(BTreeSet::new());
    };
    let scopes: BTreeSet<String> = match listed {
        Value::String(list) => list.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect(),
        Value::Array(_) if name == "scp" => texts(claims, name)?.unwrap_or_default().into_iter().collect(),
        _ => return Err(Rejection::MalformedClaim(name)),
    };
    let token = |byte: u8| matches!(byte, b'!' | b'#'..=b'[' | b']'..=b'~');
    let sound = |scope: &String| !scope.is_empty() && scope.bytes().all(token);
    if scopes.iter().all(sound) { Ok(scopes) } else { Err(Rejection::MalformedClaim(name)) }
}

/// A group whose name begins as a role's does could be one, and is refused with the token.
fn groups(claims: &Object, memberships: &[Membership]) -> Result<Vec<String>, Rejection> {
    let mut groups = Vec::new();
    for Membership { within, claim, prefix } in memberships {
        let holder = within.map_or(Ok(Some(claims)), |within| object(claims, within))?;
        let names = holder.map_or(Ok(None), |holder| texts(holder, claim))?.unwrap_or_default();
        let looks_like_another =
            |name: &String| memberships.iter().any(|other| !other.prefix.is_empty() && name.starts_with(other.prefix));
        if prefix.is_empty() && names.iter().any(looks_like_another) {
            return Err(Rejection::MalformedClaim(claim));
        }
        groups.extend(names.into_iter().map(|name| if prefix.is_empty() { name } else { format!("{prefix}{name}") }));
    }
    Ok(groups)
}

/// Nothing is decided on it, so an empty or mistyped one is no reason to refuse a person.
fn shown(claims: &Object, name: &str) -> Option<String> {
    let text = claims.get(name)?.as_str()?;
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whoever may write any address into their own account would otherwise be shown as somebody else.
fn email(claims: &Object) -> Option<String> {
    let verified = claims.get("email_verified").is_none_or(|verified| verified == true || verified == "true");
    shown(claims, "email").filter(|_| verified)
}
