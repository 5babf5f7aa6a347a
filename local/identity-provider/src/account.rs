//! The people who can sign in.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use oauth_server::{HostData, People, Person, Refresh, Standing};
use serde::Deserialize;

/// The longest file of accounts, in bytes.
const FILE_LIMIT: usize = 64 * 1024;
/// The most accounts, and the most groups of one: what fits on the page and in a token.
const NUMBER_LIMIT: usize = 50;
/// The longest text of an account, in bytes.
const TEXT_LIMIT: usize = 200;

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// What one types and clicks: lower-case letters, digits and hyphens.
    pub id: String,
    /// The claim `sub`.
    pub sub: String,
    /// The claim `name`.
    pub name: String,
    /// The claim `email`.
    pub email: String,
    /// The claim `groups`.
    pub groups: Vec<String>,
}

/// The people, in the order of the file. At least one.
#[derive(Clone)]
pub struct Accounts {
    accounts: Vec<Account>,
    objection: Option<Objection>,
}

type Objection = Arc<dyn Fn(&Refresh<'_>) -> Option<Standing> + Send + Sync>;

/// Why a file of accounts was refused. The text may quote the file, which holds no secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AccountsError {
    /// Two accounts share an `id` or a `sub`.
    #[error("two accounts have the same {member} {value:?}")]
    Duplicate {
        /// `id` or `sub`.
        member: &'static str,
        /// Of both.
        value: String,
    },
    /// A text is empty, too long or of the wrong form.
    #[error("the {member} of account {id:?} must be {expected}")]
    Member {
        /// The member at fault.
        member: &'static str,
        /// Of the account.
        id: String,
        /// What would be right.
        expected: &'static str,
    },
    /// None, or more than 50 accounts, or a file of more than 64 KiB.
    #[error("there must be 1 to {NUMBER_LIMIT} accounts in at most {FILE_LIMIT} bytes")]
    Number,
    /// Not YAML of the form of `local/accounts.yaml`.
    #[error("{0}")]
    Yaml(String),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    accounts: Vec<Account>,
}

impl Accounts {
    /// Reads a file of the form of `local/accounts.yaml`.
    ///
    /// # Errors
    ///
    /// [`AccountsError`]; for what is not YAML of that form with line and column.
    pub fn parse(yaml: &str) -> Result<Self, AccountsError> {
        if yaml.len() > FILE_LIMIT {
            return Err(AccountsError::Number);
        }
        let file: File = serde_saphyr::from_str(yaml).map_err(|error| AccountsError::Yaml(error.to_string()))?;
        if file.accounts.is_empty() || file.accounts.len() > NUMBER_LIMIT {
            return Err(AccountsError::Number);
        }
        let (mut ids, mut subjects) = (HashSet::new(), HashSet::new());
        for account in &file.accounts {
            account.check()?;
            if !ids.insert(&account.id) {
                return Err(AccountsError::Duplicate { member: "id", value: account.id.clone() });
            }
            if !subjects.insert(&account.sub) {
                return Err(AccountsError::Duplicate { member: "sub", value: account.sub.clone() });
            }
        }
        Ok(Self { accounts: file.accounts, objection: None })
    }

    /// Has this asked before a session goes on: what the organisation says against it, if anything.
    #[must_use]
    pub fn with_objection(self, objection: impl Fn(&Refresh<'_>) -> Option<Standing> + Send + Sync + 'static) -> Self {
        Self { objection: Some(Arc::new(objection)), ..self }
    }

    /// The account with this `id`.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// All of them, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Account> {
        self.accounts.iter()
    }
}

impl fmt::Debug for Accounts {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Accounts").field(&self.accounts).finish()
    }
}

/// A session goes on while its account is in the file, as the account is now, and nothing is said against it.
impl People for Accounts {
    async fn standing(&self, refresh: &Refresh<'_>) -> Standing {
        if let Some(standing) = self.objection.as_ref().and_then(|objection| objection(refresh)) {
            return standing;
        }
        let person = refresh.person;
        match self.iter().find(|account| account.sub == person.subject) {
            Some(account) => {
                Standing::Current { person: account.person(person.authenticated_at), host_data: HostData::default() }
            }
            None => Standing::Ended,
        }
    }
}

impl Account {
    /// The person, signed in at this time, in seconds since 1970.
    pub(crate) fn person(&self, authenticated_at: u64) -> Person {
        Person {
            subject: self.sub.clone(),
            name: Some(self.name.clone()),
            email: Some(self.email.clone()),
            groups: self.groups.clone(),
            authenticated_at,
        }
    }

    fn check(&self) -> Result<(), AccountsError> {
        let wrong = |member, expected| AccountsError::Member { member, id: self.id.clone(), expected };
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !is_text(&self.id) || !self.id.bytes().all(plain) {
            return Err(wrong("id", "lower-case letters, digits and hyphens"));
        }
        for (member, text) in [("sub", &self.sub), ("name", &self.name), ("email", &self.email)] {
            if !is_text(text) {
                return Err(wrong(member, "a line of 1 to 200 bytes"));
            }
        }
        if self.groups.len() > NUMBER_LIMIT || !self.groups.iter().all(|group| is_text(group)) {
            return Err(wrong("groups", "at most 50 lines of 1 to 200 bytes"));
        }
        Ok(())
    }
}

fn is_text(text: &str) -> bool {
    !text.trim().is_empty() && text.len() <= TEXT_LIMIT && !text.chars().any(char::is_control)
}

#[cfg(test)]
mod tests;
