use oauth_server::{HostData, People as _, Refresh, Standing};
use rstest::rstest;

use super::{Accounts, AccountsError};

/// One account, with members replaced.
fn file(changes: &[(&str, &str)]) -> String {
    let mut text =
        "accounts:\n  - id: alice\n    sub: s-1\n    name: Alice\n    email: a@example.com\n    groups: [g]\n"
            .to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

#[test]
fn the_accounts_of_the_project_are_of_different_groups() {
    let accounts = Accounts::parse(include_str!("../../../accounts.yaml")).unwrap();
    let groups: Vec<_> = accounts.iter().map(|account| (account.id.as_str(), account.groups.join(" "))).collect();
    let expected = [("alice", "engineering support"), ("bob", "engineering"), ("carol", ""), ("dora", "finance")];
    assert_eq!(groups, expected.map(|(id, groups)| (id, groups.to_owned())));
    assert!(accounts.find("alice").is_some());
    assert!(accounts.find("Alice").is_none());
}

#[rstest]
#[case::empty("")]
#[case::not_yaml("accounts: [")]
#[case::list("[]")]
#[case::other_member(&file(&[("groups: [g]", "groups: [g]\n    admin: true")]))]
#[case::other_section(&format!("{}clients: []\n", file(&[])))]
#[case::no_groups(&file(&[("    groups: [g]\n", "")]))]
#[case::member_twice(&file(&[("sub: s-1", "sub: s-1\n    sub: s-2")]))]
#[case::groups_no_list(&file(&[("[g]", "g")]))]
#[case::two_documents(&format!("{}---\n{}", file(&[]), file(&[])))]
fn the_file_has_one_form(#[case] text: &str) {
    let error = Accounts::parse(text).unwrap_err();
    assert!(matches!(error, AccountsError::Yaml(_)), "{error:?}");
}

#[test]
fn an_error_says_where() {
    let error = Accounts::parse(&file(&[("groups: [g]", "groups: [g]\n    admin: true")])).unwrap_err().to_string();
    assert!(error.contains("admin") && error.contains('7'), "{error}");
}

#[rstest]
#[case::empty_id("id: alice", "id: ''", "id")]
#[case::capital("id: alice", "id: Alice", "id")]
#[case::markup("id: alice", "id: '<b>'", "id")]
#[case::empty_sub("sub: s-1", "sub: ' '", "sub")]
#[case::two_lines("name: Alice", r#"name: "A\nB""#, "name")]
#[case::empty_email("a@example.com", "''", "email")]
#[case::empty_group("[g]", "['']", "groups")]
#[case::control_character("[g]", r#"["\e[1m"]"#, "groups")]
fn the_texts_of_an_account_are_lines(#[case] from: &str, #[case] to: &str, #[case] at_fault: &str) {
    let error = Accounts::parse(&file(&[(from, to)])).unwrap_err();
    assert!(matches!(error, AccountsError::Member { member, .. } if member == at_fault), "{error:?}");
}

#[test]
fn texts_and_numbers_are_bounded() {
    let name = |length| Accounts::parse(&file(&[("name: Alice", &format!("name: {}", "x".repeat(length)))]));
    assert!(name(200).is_ok());
    assert!(matches!(name(201).unwrap_err(), AccountsError::Member { member: "name", .. }));
    assert!(matches!(name(70_000).unwrap_err(), AccountsError::Number));
    let groups = |number| Accounts::parse(&file(&[("[g]", &format!("[{}]", vec!["g"; number].join(", ")))]));
    assert!(groups(50).is_ok());
    assert!(matches!(groups(51).unwrap_err(), AccountsError::Member { member: "groups", .. }));
    assert!(matches!(Accounts::parse("accounts: []").unwrap_err(), AccountsError::Number));
    let many = (0..51).fold("accounts:\n".to_owned(), |text, number| {
        let account = file(&[("alice", &format!("a{number}")), ("s-1", &format!("s{number}"))]);
        text + account.strip_prefix("accounts:\n").unwrap()
    });
    assert!(matches!(Accounts::parse(&many).unwrap_err(), AccountsError::Number));
}

#[rstest]
#[case::id(&[("s-1", "s-2")], "id")]
#[case::sub(&[("alice", "bob")], "sub")]
fn nobody_is_two(#[case] second: &[(&str, &str)], #[case] at_fault: &str) {
    let second = file(second);
    let both = file(&[]) + second.strip_prefix("accounts:\n").unwrap();
    let error = Accounts::parse(&both).unwrap_err();
    assert!(matches!(error, AccountsError::Duplicate { member, .. } if member == at_fault), "{error:?}");
}

#[rstest]
#[case::nothing(|| None, |standing: &Standing| matches!(standing, Standing::Current { .. }))]
#[case::stopped(|| Some(Standing::Ended), |standing: &Standing| matches!(standing, Standing::Ended))]
#[case::unknown(|| Some(Standing::Unavailable), |standing: &Standing| matches!(standing, Standing::Unavailable))]
#[tokio::test]
async fn a_session_goes_on_unless_something_is_said_against_it(
    #[case] said: fn() -> Option<Standing>,
    #[case] is_expected: fn(&Standing) -> bool,
) {
    let accounts = Accounts::parse(&file(&[])).unwrap();
    let person = accounts.find("alice").unwrap().person(1_000);
    let host_data = HostData::default();
    let refresh = Refresh { person: &person, client_id: "c-1", session_id: "s-1", host_data: &host_data };
    for (client_id, session_id) in [("c-1", "s-1"), ("c-1", "s-2"), ("c-2", "s-1")] {
        let accounts = accounts.clone().with_objection(move |refresh| {
            let is_it = (refresh.client_id, refresh.session_id) == (client_id, session_id);
            if is_it { said() } else { None }
        });
        let standing = accounts.standing(&refresh).await;
        if (client_id, session_id) == ("c-1", "s-1") {
            assert!(is_expected(&standing), "{standing:?}");
        } else {
            assert!(matches!(standing, Standing::Current { .. }), "{standing:?}");
        }
    }
}
