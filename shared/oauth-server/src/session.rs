//! A session: what one consent led to, for as long as its client comes back with refresh tokens.
//!
//! A refresh token of a public client is replaced at each use, so that a stolen one shows (RFC 9700 §4.14.2). But the
//! answer can be lost, and two processes of one client can ask at once; neither is a theft. So the successor of a token
//! is *derived* from it, under a secret made for that one step: asking again within the grace brings the same successor,
//! and no second line of tokens begins.

use std::fmt;

use aws_lc_rs::hmac;
use serde::{Deserialize, Serialize};

use crate::opaque::{NoRandomness, Opaque, TokenHash, is_base64url, random_text};
use crate::people::HostData;
use crate::person::Person;
use crate::resource::ResourceIndicator;
use crate::scope::Scopes;

/// For how long the token before the current one still works, in seconds.
pub(crate) const GRACE: u64 = 30;

/// For how long a refresh has a session to itself, in seconds: more than the host and two writes take. Then its process
/// is taken to have ended.
const CLAIM: u64 = 15;

/// 16 bytes in base64url.
const FAMILY_CHARACTERS: usize = 22;

/// The name of a session, which all its refresh tokens bear. It is not shown: who knows it could end the session.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Family(String);

impl Family {
    pub(crate) fn random() -> Result<Self, NoRandomness> {
        Ok(Self(random_text::<16>()?))
    }

    /// 22 characters of base64url, fit for a key of a store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What may be shown of it.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Family(..)")
    }
}

/// A refresh token: the family, a dot, 256 bits.
pub(crate) struct RefreshToken {
    pub(crate) family: Family,
    secret: Opaque,
}

impl RefreshToken {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (family, secret) = text.split_once('.')?;
        let is_family = family.len() == FAMILY_CHARACTERS && is_base64url(family);
        is_family.then_some(Self { family: Family(family.to_owned()), secret: Opaque::parse(secret)? })
    }

    pub(crate) fn expose(&self) -> String {
        format!("{}.{}", self.family.0, self.secret.expose())
    }

    /// Who has the step but not this token cannot make the successor, and the other way round.
    fn successor(&self, step: &Step) -> Self {
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, step.0.as_bytes()), self.secret.expose().as_bytes());
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(tag.as_ref()) {
            *to = *from;
        }
        Self { family: self.family.clone(), secret: Opaque::of(&bytes) }
    }
}

/// 256 random bits for one replacement, forgotten at the next. After the grace it is of no use to us, and to who reads the
/// store of none at any time: of the token that belongs to it only the hash is there.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Step(String);

impl Step {
    pub(crate) fn random() -> Result<Self, NoRandomness> {
        Ok(Self(random_text::<32>()?))
    }
}

/// A session as it is stored: one item.
#[derive(Clone, Serialize, Deserialize)]
pub struct Session {
    family: Family,
    pub(crate) client_id: String,
    pub(crate) resource: String,
    #[serde(default)]
    pub(crate) resource_indicator: ResourceIndicator,
    pub(crate) scopes: Scopes,
    pub(crate) person: Person,
    #[serde(default)]
    pub(crate) host_data: HostData,
    #[serde(default)]
    revision: u64,
    claimed_at: Option<u64>,
    current: TokenHash,
    previous: Option<Previous>,
    idle_until: u64,
    ends_at: u64,
}

/// The refresh token before the current one.
#[derive(Clone, Serialize, Deserialize)]
struct Previous {
    token: TokenHash,
    step: Step,
    replaced_at: u64,
}

/// What a session is made from.
pub(crate) struct NewSession {
    pub(crate) family: Family,
    pub(crate) client_id: String,
    pub(crate) resource: String,
    pub(crate) resource_indicator: ResourceIndicator,
    pub(crate) scopes: Scopes,
    pub(crate) person: Person,
    pub(crate) host_data: HostData,
}

/// What a presented refresh token is.
pub(crate) enum Presented {
    /// The current one: it is to be replaced.
    Current,
    /// The one before, within the grace; its successor is the current one.
    Previous(RefreshToken),
    /// An older one, or the one before after the grace.
    Old,
}

impl Session {
    pub(crate) fn begin(
        new: NewSession,
        now: u64,
        (session, idle): (u64, u64),
    ) -> Result<(Self, RefreshToken), NoRandomness> {
        let token = RefreshToken { family: new.family.clone(), secret: Opaque::random()? };
        let session = Self {
            family: new.family,
            client_id: new.client_id,
            resource: new.resource,
            resource_indicator: new.resource_indicator,
            scopes: new.scopes,
            person: new.person,
            host_data: new.host_data,
            revision: 0,
            claimed_at: None,
            current: token.secret.hash(),
            previous: None,
            idle_until: now.saturating_add(idle),
            ends_at: now.saturating_add(session),
        };
        Ok((session, token))
    }

    /// The key of the item.
    #[must_use]
    pub fn family(&self) -> &Family {
        &self.family
    }

    /// How often it was written, on which the next write is conditional.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// From when on the session is of no use, in seconds since 1970. Its use moves this on, up to a limit.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.idle_until.min(self.ends_at)
    }

    /// When it ends, however much it is used, in seconds since 1970.
    pub(crate) fn ends_at(&self) -> u64 {
        self.ends_at
    }

    /// What this token of the session's family is now. A clock that went back does not prolong the grace.
    pub(crate) fn judge(&self, token: &RefreshToken, now: u64) -> Presented {
        let hash = token.secret.hash();
        if hash == self.current {
            return Presented::Current;
        }
        let previous = self.previous.as_ref().filter(|previous| previous.token == hash);
        match previous.filter(|previous| now.abs_diff(previous.replaced_at) <= GRACE) {
            Some(previous) => Presented::Previous(token.successor(&previous.step)),
            None => Presented::Old,
        }
    }

    /// The session for one refresh alone, so that the host is asked once; `None` while another refresh has it.
    pub(crate) fn claimed(&self, now: u64) -> Option<Self> {
        let is_free = self.claimed_at.is_none_or(|at| now.abs_diff(at) > CLAIM);
        is_free.then(|| Self { claimed_at: Some(now), ..self.next() })
    }

    /// The session for any refresh again.
    pub(crate) fn released(&self) -> Self {
        Self { claimed_at: None, ..self.next() }
    }

    /// The session with the successor of its current token, which is `token`, and with what the host has said.
    pub(crate) fn replaced(
        &self,
        token: &RefreshToken,
        step: Step,
        now: u64,
        idle: u64,
        (person, host_data): (Person, HostData),
    ) -> (Self, RefreshToken) {
        let successor = token.successor(&step);
        let session = Self {
            person,
            host_data,
            current: successor.secret.hash(),
            previous: Some(Previous { token: self.current.clone(), step, replaced_at: now }),
            idle_until: now.saturating_add(idle),
            ..self.released()
        };
        (session, successor)
    }

    fn next(&self) -> Self {
        Self { revision: self.revision.saturating_add(1), ..self.clone() }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Session").field("expires_at", &self.expires_at()).finish_non_exhaustive()
    }
}
