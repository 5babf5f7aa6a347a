//! The accounts, each with a button.

use std::fmt::Write as _;

use local_page::Escaped;

use crate::account::{Account, Accounts};

/// A list for a form. The button says `label` to the eye, and `label` with `joint` and the name to a screen reader.
pub(super) fn list(accounts: &Accounts, label: &str, joint: &str) -> String {
    let mut items = String::new();
    for account in accounts.iter() {
        // Writing to a string cannot fail.
        let _ = write!(
            items,
            r#"<li>
<div>
<strong>{name}</strong>
<span>{email}</span>
{groups}</div>
<button name="account" value="{id}" aria-label="{label}{joint} {name}">{label}</button>
</li>
"#,
            id = Escaped(&account.id),
            name = Escaped(&account.name),
            email = Escaped(&account.email),
            groups = groups(account),
        );
    }
    format!("<ul class=\"accounts\">\n{items}</ul>\n")
}

fn groups(account: &Account) -> String {
    if account.groups.is_empty() {
        return "<span class=\"none\">in no group</span>\n".to_owned();
    }
    let items: String = account.groups.iter().map(|group| format!("<li>{}</li>", Escaped(group))).collect();
    format!("<ul class=\"groups\" aria-label=\"Groups\">{items}</ul>\n")
}
