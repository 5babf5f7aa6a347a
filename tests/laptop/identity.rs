//! Who `who_am_i` must say that somebody is.

use local_identity_provider::{Account, Accounts};
use serde_json::Value;

use crate::root;

/// The accounts that `countersign` reads.
pub(crate) fn accounts() -> Accounts {
    let text = std::fs::read_to_string(root().join("local/accounts.yaml")).unwrap();
    Accounts::parse(&text).unwrap()
}

pub(crate) fn account(id: &str) -> Account {
    accounts().find(id).unwrap().clone()
}

/// Asserts that a tool was told about this account, and about no other.
pub(crate) fn assert_is(said: &Value, account: &Account, issuer: &str) {
    assert_eq!(said["subject"], account.sub.as_str(), "{said}");
    assert_eq!(said["name"], account.name.as_str());
    assert_eq!(said["email"], account.email.as_str());
    assert_eq!(said["groups"], Value::from(account.groups.clone()));
    assert_eq!(said["issuer"], issuer);
    assert!(!said["transaction"].as_str().unwrap().is_empty());
}

/// Asserts that an answer tells nothing of anybody.
pub(crate) fn assert_is_nobody(answer: &str) {
    for account in accounts().iter() {
        for datum in [&account.sub, &account.name, &account.email] {
            assert!(!answer.contains(datum.as_str()), "{datum} in {answer}");
        }
    }
}
