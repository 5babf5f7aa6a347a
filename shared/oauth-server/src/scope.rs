//! What a client asks for, and what it gets (RFC 6749 §3.3).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ConfigurationError;

/// The longest `scope`, in bytes.
const MAX_BYTES: usize = 1024;

/// Scopes of OpenID Connect Core §5.4 and §11 that we honour: name and e-mail stand in the access token, and a refresh
/// token always comes.
const HONOURED: [&str; 3] = ["email", "offline_access", "profile"];

/// It asks for an ID token, which no MCP client needs and which could be mistaken for an access token. Many clients ask
/// by habit, so it is no error; it is not granted, and the answer's `scope` says so.
const TOLERATED: &str = "openid";

/// A set of scopes, each whole and in its own case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Scopes(BTreeSet<String>);

/// The request asks for nothing that exists, or for more than was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InvalidScope;

impl Scopes {
    /// Whether no more of them could be read.
    pub(crate) fn is_too_long(text: &str) -> bool {
        text.len() > MAX_BYTES
    }

    /// Texts separated by spaces.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidScope> {
        let is_character = |byte: u8| matches!(byte, b' ' | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        if Self::is_too_long(text) || !text.bytes().all(is_character) {
            return Err(InvalidScope);
        }
        Ok(Self(text.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()))
    }

    /// Each of them, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }

    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn is_within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    fn and(&self, other: &Self) -> Self {
        Self(self.0.intersection(&other.0).cloned().collect())
    }

    fn or(&self, other: &Self) -> Self {
        Self(self.0.union(&other.0).cloned().collect())
    }

    fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|scope| keep(scope)).cloned().collect())
    }
}

/// Separated by spaces.
impl fmt::Display for Scopes {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            formatter.write_str(if index == 0 { "" } else { " " })?;
            formatter.write_str(scope)?;
        }
        Ok(())
    }
}

/// The scopes of the resource, and which of them a client gets that names none.
#[derive(Debug, Clone)]
pub struct ScopePolicy {
    known: Scopes,
    default: Scopes,
    others: Others,
}

/// What becomes of scopes that are not the resource's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Others {
    /// Those of OpenID Connect are honoured or tolerated, unknown ones passed over beside one that is known.
    PassedOver,
    /// One is enough for an error.
    Refused,
}

impl ScopePolicy {
    /// Both separated by spaces; `default` is a part of `known`, and neither is empty.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Scopes`].
    pub fn new(known: &str, default: &str) -> Result<Self, ConfigurationError> {
        let read = |text| Scopes::parse(text).map_err(|_| ConfigurationError::Scopes);
        let (known, default) = (read(known)?, read(default)?);
        if default.is_empty() || !default.is_within(&known) || known.iter().any(is_of_identity) {
            return Err(ConfigurationError::Scopes);
        }
        Ok(Self { known, default, others: Others::PassedOver })
    }

    /// For a server that is as strict as some are: whoever asks for any other scope, also one of OpenID Connect, gets
    /// nothing, and whoever asks for none gets all.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::Scopes`].
    pub fn exactly(known: &str) -> Result<Self, ConfigurationError> {
        Ok(Self { others: Others::Refused, ..Self::new(known, known)? })
    }

    /// For metadata. Clients that find `offline_access` here ask for it and then count on refresh tokens.
    pub(crate) fn advertised(&self) -> Vec<&str> {
        let more = (self.others == Others::PassedOver).then_some("offline_access");
        self.known.iter().chain(more).collect()
    }

    /// What an authorization request gets. Scopes that nobody here knows are passed over, as §3.3 allows, since clients
    /// ask for what other providers have; a request that names nothing of ours gets the default; one that names nothing
    /// but unknown scopes is an error.
    pub(crate) fn grant(&self, requested: Option<&str>) -> Result<Scopes, InvalidScope> {
        let requested = self.read(requested)?;
        let ours = requested.and(&self.known);
        let ours = if ours.is_empty() { self.default.clone() } else { ours };
        Ok(ours.or(&requested.only(|scope| HONOURED.contains(&scope))))
    }

    /// What a refresh gets: no more than was granted (§6), and of that what still exists. Clients repeat what they asked for at first, granted or not;
    /// only a scope of the resource that was not granted is an attempt to get more.
    pub(crate) fn narrow(&self, granted: &Scopes, requested: Option<&str>) -> Result<Scopes, InvalidScope> {
        let requested = self.read(requested)?;
        let (granted, ours) = (&self.still_known(granted), requested.and(&self.known));
        if granted.and(&self.known).is_empty() || !ours.is_within(granted) {
            return Err(InvalidScope);
        }
        Ok(if ours.is_empty() { granted.clone() } else { requested.and(granted) })
    }

    /// What a registration may keep of the scopes that it lists.
    pub(crate) fn registrable(&self, listed: &str) -> Result<Scopes, InvalidScope> {
        Ok(self.still_known(&Scopes::parse(listed)?))
    }

    fn still_known(&self, scopes: &Scopes) -> Scopes {
        scopes.only(|scope| self.known.0.contains(scope) || HONOURED.contains(&scope))
    }

    fn read(&self, requested: Option<&str>) -> Result<Scopes, InvalidScope> {
        let requested = Scopes::parse(requested.unwrap_or_default())?;
        let is_known = |scope: &str| self.known.0.contains(scope) || is_of_identity(scope);
        let is_refused = match self.others {
            Others::PassedOver => !requested.is_empty() && !requested.iter().any(is_known),
            Others::Refused => !requested.is_within(&self.known),
        };
        if is_refused {
            return Err(InvalidScope);
        }
        Ok(requested)
    }
}

fn is_of_identity(scope: &str) -> bool {
    scope == TOLERATED || HONOURED.contains(&scope)
}
