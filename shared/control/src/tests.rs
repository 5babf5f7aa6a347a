use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use rstest::rstest;
use serde_json::{Value, json};
use transaction_token::client_id;

use super::{Control, ControlError, Gateway, MAX_BYTES, Revocation, RevocationError, SignIn, Whom};

const GATEWAY: Gateway<'_> = Gateway { id: "g-1", arn: "arn:aws:g-1", mcp_url: "https://gateway.example/mcp" };

/// Alice, who signed in at 1,000 and has a token that was refreshed at 2,000.
const ALICE: SignIn<'_> = SignIn {
    issuer: "https://a.example",
    subject: "alice",
    client: Some("assistant"),
    session: Some("s1"),
    issued_at: 2_000,
    authenticated_at: Some(1_000),
};

fn record(revocations: &Value) -> String {
    json!({ "mcp_url": "https://gateway.example/mcp", "revocations": revocations }).to_string()
}

fn is_revoked(revocation: &Value, sign_in: &SignIn<'_>) -> bool {
    let mut revocation = revocation.clone();
    revocation["made_at"] = json!(3_000);
    Control::parse(&record(&json!([revocation]))).unwrap().revocations.of(sign_in).is_some()
}

fn of_subject(subject: &str, before: Option<u64>) -> Revocation {
    Revocation::new(Whom::Subject(subject.to_owned()), None, before, 3_000, None).unwrap()
}

#[rstest]
#[case::subject(json!({ "subject": "alice" }))]
#[case::subject_of_this_issuer(json!({ "subject": "alice", "issuer": "https://a.example" }))]
#[case::client(json!({ "client": "assistant" }))]
#[case::session(json!({ "session": "s1" }))]
#[case::everything_before(json!({ "before": 2_001 }))]
#[case::everything_before_of_this_issuer(json!({ "before": 2_001, "issuer": "https://a.example" }))]
#[case::subject_before(json!({ "subject": "alice", "before": 1_001 }))]
#[case::before_the_refresh_but_after_the_sign_in(json!({ "before": 1_001 }))]
fn what_is_meant_is_revoked(#[case] revocation: Value) {
    assert!(is_revoked(&revocation, &ALICE));
}

#[rstest]
#[case::another_subject(json!({ "subject": "bob" }))]
#[case::subject_in_other_case(json!({ "subject": "Alice" }))]
#[case::beginning_of_the_subject(json!({ "subject": "ali" }))]
#[case::subject_of_another_issuer(json!({ "subject": "alice", "issuer": "https://b.example" }))]
#[case::issuer_with_a_slash(json!({ "subject": "alice", "issuer": "https://a.example/" }))]
#[case::client_of_another_issuer(json!({ "client": "assistant", "issuer": "https://b.example" }))]
#[case::another_client(json!({ "client": "assistant2" }))]
#[case::client_named_as_the_subject(json!({ "client": "alice" }))]
#[case::session_named_as_the_client(json!({ "session": "assistant" }))]
#[case::before_of_another_issuer(json!({ "before": 2_001, "issuer": "https://b.example" }))]
#[case::signed_in_at_that_very_second(json!({ "before": 1_000 }))]
#[case::subject_signed_in_after(json!({ "subject": "alice", "before": 1_000 }))]
#[case::another_subject_before(json!({ "subject": "bob", "before": 2_001 }))]
fn what_is_not_meant_is_not_revoked(#[case] revocation: Value) {
    assert!(!is_revoked(&revocation, &ALICE));
}

/// Without the time of the sign-in, that of the token counts; of two times, the earlier one.
#[rstest]
#[case::not_told(2_000, None, 2_001, true)]
#[case::not_told_and_later(2_000, None, 2_000, false)]
#[case::a_sign_in_after_the_token(1_000, Some(2_000), 1_001, true)]
fn a_sign_in_is_as_old_as_it_can_be(
    #[case] issued_at: u64,
    #[case] authenticated_at: Option<u64>,
    #[case] before: u64,
    #[case] revoked: bool,
) {
    assert_eq!(is_revoked(&json!({ "before": before }), &SignIn { issued_at, authenticated_at, ..ALICE }), revoked);
}

const NAMELESS: SignIn<'_> = SignIn { client: None, session: None, ..ALICE };

#[rstest]
#[case::client(json!({ "client": "other" }))]
#[case::client_of_this_issuer(json!({ "client": "other", "issuer": "https://a.example" }))]
#[case::client_before(json!({ "client": "other", "before": 1_001 }))]
#[case::session(json!({ "session": "s2" }))]
#[case::session_of_this_issuer(json!({ "session": "s2", "issuer": "https://a.example" }))]
fn what_a_token_does_not_name_could_be_the_one_that_is_meant(#[case] revocation: Value) {
    assert!(is_revoked(&revocation, &NAMELESS));
    assert!(!is_revoked(&revocation, &ALICE));
}

#[rstest]
#[case::client_of_another_issuer(json!({ "client": "other", "issuer": "https://b.example" }))]
#[case::session_of_another_issuer(json!({ "session": "s2", "issuer": "https://b.example" }))]
#[case::signed_in_after(json!({ "client": "other", "before": 1_000 }))]
#[case::subject(json!({ "subject": "bob" }))]
fn what_a_token_does_not_name_is_not_just_anything(#[case] revocation: Value) {
    assert!(!is_revoked(&revocation, &NAMELESS));
}

#[test]
fn a_client_is_stopped_by_what_tools_are_told_of_it() {
    let (long, other) = ("c".repeat(129), "d".repeat(129));
    let digest = client_id(&long);
    let is_stopped = |client: &str| is_revoked(&json!({ "client": digest }), &SignIn { client: Some(client), ..ALICE });
    assert!(is_stopped(&long) && is_stopped(&digest));
    assert!(!is_stopped(&other) && !is_stopped("assistant"));
    let stranger = client_id(&digest);
    assert!(!is_revoked(&json!({ "client": stranger }), &SignIn { client: Some(&long), ..ALICE }));
}

#[rstest]
#[case::never_filled("")]
#[case::not_an_object("[]")]
#[case::empty("{}")]
#[case::no_url(r#"{"gateway_id":"a"}"#)]
#[case::empty_url(r#"{"mcp_url":""}"#)]
#[case::url_is_no_text(r#"{"mcp_url":["a"]}"#)]
#[case::url_twice(r#"{"mcp_url":"a","mcp_url":"b"}"#)]
#[case::revocations_twice(r#"{"mcp_url":"a","revocations":[{"subject":"b","made_at":1}],"revocations":[]}"#)]
#[case::revocations_are_null(r#"{"mcp_url":"a","revocations":null}"#)]
#[case::revocations_are_an_object(r#"{"mcp_url":"a","revocations":{}}"#)]
#[case::something_after_it(r#"{"mcp_url":"a"}{}"#)]
fn a_doubtful_record_is_none(#[case] text: &str) {
    assert!(Control::parse(text).is_err());
}

#[rstest]
#[case::not_an_object(json!("alice"))]
#[case::null(Value::Null)]
#[case::empty(json!({}))]
#[case::nobody(json!({ "made_at": 1 }))]
#[case::an_issuer_alone(json!({ "issuer": "https://a.example", "made_at": 1 }))]
#[case::two_at_once(json!({ "subject": "alice", "client": "assistant", "made_at": 1 }))]
#[case::unknown_kind(json!({ "group": "staff", "made_at": 1 }))]
#[case::a_known_kind_with_an_unknown_limit(json!({ "subject": "alice", "made_at": 1, "after": 5 }))]
#[case::misspelt(json!({ "Subject": "alice", "made_at": 1 }))]
#[case::subject_is_null(json!({ "subject": null, "before": 5, "made_at": 1 }))]
#[case::subject_is_a_number(json!({ "subject": 1, "made_at": 1 }))]
#[case::subject_is_empty(json!({ "subject": "", "made_at": 1 }))]
#[case::subject_is_too_long(json!({ "subject": "a".repeat(1_025), "made_at": 1 }))]
#[case::subject_reads_backwards(json!({ "subject": "a\u{202e}b", "made_at": 1 }))]
#[case::issuer_is_null(json!({ "subject": "alice", "issuer": null, "made_at": 1 }))]
#[case::before_is_null(json!({ "subject": "alice", "before": null, "made_at": 1 }))]
#[case::before_is_a_text(json!({ "before": "2026-01-01T00:00:00Z", "made_at": 1 }))]
#[case::before_is_negative(json!({ "before": -1, "made_at": 1 }))]
#[case::before_is_a_fraction(json!({ "before": 1.5, "made_at": 1 }))]
#[case::nobody_knows_when(json!({ "subject": "alice" }))]
#[case::note_is_too_long(json!({ "subject": "alice", "made_at": 1, "note": "a".repeat(201) }))]
#[case::note_drives_the_terminal(json!({ "subject": "alice", "made_at": 1, "note": "\u{1b}[2J" }))]
fn one_revocation_that_is_not_understood_refuses_the_record(#[case] revocation: Value) {
    let good = json!({ "subject": "bob", "made_at": 1 });
    let error = Control::parse(&record(&json!([good, revocation]))).unwrap_err();
    assert_eq!(error, ControlError::Revocation(2));
}

#[test]
fn no_error_repeats_the_record() {
    for text in [record(&json!([{ "subject": "PRIVATE", "PRIVATE": 1 }])), r#"{"PRIVATE":1,"PRIVATE":2}"#.to_owned()] {
        let error = Control::parse(&text).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("PRIVATE"));
    }
}

#[rstest]
#[case::nobody(Whom::Everybody, None, None, None, RevocationError::Whom)]
#[case::blank(Whom::Subject("  ".to_owned()), None, None, None, RevocationError::Text)]
#[case::reads_backwards(Whom::Subject("a\u{202e}b".to_owned()), None, None, None, RevocationError::Text)]
#[case::isolates(Whom::Client("a\u{2066}b".to_owned()), None, None, None, RevocationError::Text)]
#[case::no_width(Whom::Session("a\u{200b}".to_owned()), None, None, None, RevocationError::Text)]
#[case::filler(Whom::Subject("\u{3164}".to_owned()), None, None, None, RevocationError::Text)]
#[case::tag(Whom::Subject("a\u{e0041}".to_owned()), None, None, None, RevocationError::Text)]
#[case::issuer_with_a_mark(Whom::Subject("a".to_owned()), Some("https://a\u{200e}.example"), None, None, RevocationError::Text)]
#[case::note_reads_backwards(Whom::Subject("a".to_owned()), None, None, Some("\u{202e}a"), RevocationError::Note)]
#[case::line_break(Whom::Client("a\nb".to_owned()), None, None, None, RevocationError::Text)]
#[case::empty_issuer(Whom::Session("a".to_owned()), Some(""), None, None, RevocationError::Text)]
#[case::empty_note(Whom::Everybody, None, Some(1), Some(""), RevocationError::Note)]
fn what_could_not_be_read_again_is_not_made(
    #[case] whom: Whom,
    #[case] issuer: Option<&str>,
    #[case] before: Option<u64>,
    #[case] note: Option<&str>,
    #[case] expected: RevocationError,
) {
    let made = Revocation::new(whom, issuer.map(str::to_owned), before, 1, note.map(str::to_owned));
    assert_eq!(made.unwrap_err(), expected);
}

#[test]
fn a_new_record_names_the_gateway_and_withdraws_nothing() {
    let text = Control::new(GATEWAY).to_text().unwrap();
    let written: Value = serde_json::from_str(&text).unwrap();
    let expected = json!({
        "gateway_id": "g-1", "gateway_arn": "arn:aws:g-1", "mcp_url": "https://gateway.example/mcp", "revocations": [],
    });
    assert_eq!(written, expected);
    assert_eq!(Control::parse(&text).unwrap(), Control::new(GATEWAY));
}

#[test]
fn another_gateway_takes_the_place_of_one_and_of_nothing_else() {
    let text =
        r#"{"mcp_url":"old","gateway_id":"old","sign_in":{"url":"u"},"revocations":[{"subject":"alice","made_at":1}]}"#;
    let mut control = Control::parse(text).unwrap();
    control.bind(GATEWAY);
    assert_eq!(control.mcp_url(), GATEWAY.mcp_url);
    let written: Value = serde_json::from_str(&control.to_text().unwrap()).unwrap();
    let expected = json!({
        "gateway_id": "g-1", "gateway_arn": "arn:aws:g-1", "mcp_url": "https://gateway.example/mcp",
        "sign_in": { "url": "u" }, "revocations": [{ "subject": "alice", "made_at": 1 }],
    });
    assert_eq!(written, expected);
}

#[test]
fn the_same_is_withdrawn_once_and_undone_alone() {
    let mut revocations = Control::new(GATEWAY).revocations;
    assert!(revocations.add(of_subject("alice", None)));
    assert!(revocations.add(of_subject("alice", Some(5_000))));
    assert!(!revocations.add(of_subject("alice", None)));
    assert!(revocations.undo(&of_subject("bob", None)).is_none());
    assert!(revocations.undo(&of_subject("alice", Some(4_999))).is_none());
    // The time stays in force when the stop is undone.
    assert!(revocations.undo(&of_subject("alice", None)).is_some());
    assert!(revocations.of(&ALICE).is_some());
    assert!(revocations.of(&SignIn { issued_at: 6_000, authenticated_at: Some(6_000), ..ALICE }).is_none());
    assert!(revocations.undo(&of_subject("alice", Some(5_000))).is_some());
    assert!(revocations.of(&ALICE).is_none() && revocations.is_empty());
}

#[test]
fn a_record_that_is_full_refuses_to_grow_and_loses_nothing() {
    let mut control = Control::new(GATEWAY);
    let mut number = 0;
    let full = loop {
        let before = control.clone();
        assert!(control.revocations.add(of_subject(&format!("{number:->1000}"), None)));
        match control.to_text() {
            Ok(text) => assert_eq!(Control::parse(&text).unwrap(), control),
            Err(full) => {
                assert!(Control::parse(&before.to_text().unwrap()).is_ok());
                break full;
            }
        }
        number += 1;
    };
    assert!(full.0 > MAX_BYTES && number > 60, "{number}");
    assert_eq!(control.to_text(), Err(full));
}

#[test]
fn a_record_that_no_secret_could_hold_is_not_read() {
    let text = record(&json!([])) + &" ".repeat(MAX_BYTES);
    assert_eq!(Control::parse(&text).unwrap_err(), ControlError::TooLong);
}

fn names() -> impl Strategy<Value = String> {
    // Few, so that they meet.
    prop_oneof![
        Just("a".to_owned()),
        Just("b".to_owned()),
        "[ -~é€]{1,20}".prop_filter("blank", |name| !name.trim().is_empty())
    ]
}

fn revocations() -> impl Strategy<Value = Revocation> {
    let whom = prop_oneof![
        names().prop_map(Whom::Subject),
        names().prop_map(Whom::Client),
        names().prop_map(Whom::Session),
        Just(Whom::Everybody),
    ];
    let times = (option::of(0..5_u64), 0..5_u64);
    (whom, option::of(names()), times, option::of(names())).prop_map(|(whom, issuer, (before, made_at), note)| {
        let before = if whom == Whom::Everybody { before.or(Some(2)) } else { before };
        Revocation::new(whom, issuer, before, made_at, note).unwrap()
    })
}

/// A sign-in in texts of its own.
type Told = (String, String, Option<String>, Option<String>, u64, Option<u64>);

fn sign_ins() -> impl Strategy<Value = Told> {
    (names(), names(), option::of(names()), option::of(names()), 0..5_u64, option::of(0..5_u64))
}

fn sign_in((issuer, subject, client, session, issued_at, authenticated_at): &Told) -> SignIn<'_> {
    let (client, session) = (client.as_deref(), session.as_deref());
    SignIn { issuer, subject, client, session, issued_at: *issued_at, authenticated_at: *authenticated_at }
}

proptest! {
    #[test]
    fn what_was_written_is_read(all in vec(revocations(), 0..20)) {
        let mut control = Control::new(GATEWAY);
        control.revocations.0 = all;
        prop_assert_eq!(Control::parse(&control.to_text().unwrap()).unwrap(), control);
    }

    #[test]
    fn one_more_lets_nobody_in(all in vec(revocations(), 1..20), told in sign_ins()) {
        let mut revocations = Control::new(GATEWAY).revocations;
        let mut was_revoked = false;
        for revocation in all {
            let _ = revocations.add(revocation);
            let is_revoked = revocations.of(&sign_in(&told)).is_some();
            prop_assert!(is_revoked || !was_revoked);
            was_revoked = is_revoked;
        }
    }

    #[test]
    fn undoing_is_as_if_it_had_not_been(all in vec(revocations(), 0..20), one in revocations()) {
        let mut revocations = Control::new(GATEWAY).revocations;
        revocations.0 = all;
        let before = revocations.clone();
        if revocations.add(one.clone()) {
            prop_assert_eq!(revocations.undo(&one), Some(one));
        }
        prop_assert_eq!(revocations, before);
    }
}
