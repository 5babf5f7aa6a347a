//! One withdrawal of access.

use serde::{Deserialize, Deserializer};
use serde_json::Value;
use transaction_token::client_id;

/// The longest subject, client, session or issuer, in bytes.
const MAX_TEXT: usize = 1_024;

/// The longest note, in bytes.
const MAX_NOTE: usize = 200;

/// Whose access is withdrawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Whom {
    /// A person: the claim `sub`.
    Subject(String),
    /// A client, in whoever's name it acts: by its identifier, or by what tools are told of that
    /// ([`client_id`](transaction_token::client_id())).
    Client(String),
    /// One sign-in of a person and what was refreshed from it, at providers whose tokens name it.
    Session(String),
    /// Everybody who signed in before a time. It always comes with one.
    Everybody,
}

/// A withdrawal of access.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Members")]
pub struct Revocation {
    whom: Whom,
    issuer: Option<String>,
    before: Option<u64>,
    made_at: u64,
    note: Option<String>,
}

/// What is wrong with a revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationError {
    /// It names nobody, or more than one.
    #[error("a revocation is of one subject, client or session, or of everything before a time")]
    Whom,
    /// A name is empty, too long, or would not show as it is.
    #[error("a name has 1 to {MAX_TEXT} bytes, no control characters, and none that are invisible or reorder text")]
    Text,
    /// A note is empty, too long, or would not show as it is.
    #[error("a note has 1 to {MAX_NOTE} bytes, no control characters, and none that are invisible or reorder text")]
    Note,
}

/// What a verified token says, or what a host knows of the session that it is about to refresh.
#[derive(Debug, Clone, Copy)]
pub struct SignIn<'a> {
    /// Who vouches for it.
    pub issuer: &'a str,
    /// The person.
    pub subject: &'a str,
    /// The client, if it is known.
    pub client: Option<&'a str>,
    /// The session, if it is known.
    pub session: Option<&'a str>,
    /// When the token was issued, in seconds since 1970.
    pub issued_at: u64,
    /// When the person signed in, in seconds since 1970, if it is known.
    pub authenticated_at: Option<u64>,
}

impl Revocation {
    /// A revocation that was made at `made_at`: of tokens of this issuer only, if there is one; and of what came of a
    /// sign-in before `before` only, if there is one. Times are in seconds since 1970.
    ///
    /// # Errors
    ///
    /// [`RevocationError`].
    pub fn new(
        whom: Whom,
        issuer: Option<String>,
        before: Option<u64>,
        made_at: u64,
        note: Option<String>,
    ) -> Result<Self, RevocationError> {
        let name = match &whom {
            Whom::Subject(name) | Whom::Client(name) | Whom::Session(name) => Some(name),
            Whom::Everybody => None,
        };
        if name.is_none() && before.is_none() {
            return Err(RevocationError::Whom);
        }
        if !name.into_iter().chain(&issuer).all(|name| is_text(name, MAX_TEXT)) {
            return Err(RevocationError::Text);
        }
        if !note.iter().all(|note| is_text(note, MAX_NOTE)) {
            return Err(RevocationError::Note);
        }
        Ok(Self { whom, issuer, before, made_at, note })
    }

    /// Whose access.
    #[must_use]
    pub fn whom(&self) -> &Whom {
        &self.whom
    }

    /// The one issuer whose tokens are meant, if not those of every issuer.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// Only what came of a sign-in before this time, in seconds since 1970. `None`: everything, until it is undone.
    #[must_use]
    pub fn before(&self) -> Option<u64> {
        self.before
    }

    /// When it was made, in seconds since 1970.
    #[must_use]
    pub fn made_at(&self) -> u64 {
        self.made_at
    }

    /// What the operator wrote down.
    #[must_use]
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// Whether it withdraws what this sign-in brought. A client or a session that is not known could be the one that is
    /// meant.
    pub(crate) fn covers(&self, sign_in: &SignIn<'_>) -> bool {
        let meant = match &self.whom {
            Whom::Subject(subject) => sign_in.subject == subject,
            Whom::Client(client) => sign_in.client.is_none_or(|id| id == client || client_id(id) == *client),
            Whom::Session(session) => sign_in.session.is_none_or(|id| id == session),
            Whom::Everybody => true,
        };
        meant
            && self.issuer().is_none_or(|issuer| sign_in.issuer == issuer)
            && self.before.is_none_or(|before| sign_in.began() < before)
    }

    /// Whether the two withdraw the same, whoever made them and why.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.whom == other.whom && self.issuer == other.issuer && self.before == other.before
    }

    /// As it stands in the record.
    pub(crate) fn to_value(&self) -> Value {
        let name = match &self.whom {
            Whom::Subject(name) => Some(("subject", name)),
            Whom::Client(name) => Some(("client", name)),
            Whom::Session(name) => Some(("session", name)),
            Whom::Everybody => None,
        };
        let members = [
            name.map(|(kind, name)| (kind, Value::from(name.as_str()))),
            self.issuer().map(|issuer| ("issuer", issuer.into())),
            self.before.map(|before| ("before", before.into())),
            Some(("made_at", self.made_at.into())),
            self.note().map(|note| ("note", note.into())),
        ];
        members.into_iter().flatten().collect()
    }
}

impl SignIn<'_> {
    /// A refresh brings a token that is issued later and stems from the same sign-in. To go by `issued_at` alone would let
    /// whoever has a refresh token slip out from under a time.
    fn began(&self) -> u64 {
        self.authenticated_at.map_or(self.issued_at, |authenticated_at| authenticated_at.min(self.issued_at))
    }
}

fn is_text(text: &str, limit: usize) -> bool {
    !text.trim().is_empty() && text.len() <= limit && !text.chars().any(legible::is_hidden)
}

/// A revocation as it stands in the record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    #[serde(default, deserialize_with = "present")]
    subject: Option<String>,
    #[serde(default, deserialize_with = "present")]
    client: Option<String>,
    #[serde(default, deserialize_with = "present")]
    session: Option<String>,
    #[serde(default, deserialize_with = "present")]
    issuer: Option<String>,
    #[serde(default, deserialize_with = "present")]
    before: Option<u64>,
    made_at: u64,
    #[serde(default, deserialize_with = "present")]
    note: Option<String>,
}

/// A member that is there has a value: `null` is not an absent one.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl TryFrom<Members> for Revocation {
    type Error = RevocationError;

    fn try_from(members: Members) -> Result<Self, RevocationError> {
        let whom = match (members.subject, members.client, members.session) {
            (Some(subject), None, None) => Whom::Subject(subject),
            (None, Some(client), None) => Whom::Client(client),
            (None, None, Some(session)) => Whom::Session(session),
            (None, None, None) => Whom::Everybody,
            _ => return Err(RevocationError::Whom),
        };
        Self::new(whom, members.issuer, members.before, members.made_at, members.note)
    }
}
