//! `countersign revoke`: withdraws access, gives it back, and shows what is withdrawn.

mod record;

use std::io::Write as _;

use control::{Control, MAXIMUM_AGE, PERIOD, Revocation, Whom};
use local_assistants::quoted;
use url::Url;

use crate::arguments::Revoke;
use crate::failure::Failure;
use crate::log::harmless;
use crate::time::Time;
use record::Record;

/// How far a time may lie ahead, in seconds: as far as two clocks may be apart.
const AHEAD: u64 = 300;

/// Does what the options say, and writes to standard output what was done, or what is in force.
pub(crate) async fn revoke(options: &Revoke) -> Result<(), Failure> {
    let revocation = revocation(options)?;
    let record = Record::of(options)?;
    let text = match &revocation {
        None => list(&record.read().await?),
        Some(revocation) if options.undo => {
            let ((), control) = record.change(|control| undo(control, revocation, options)).await?;
            format!("Taken back: {}.\n{}{}", described(revocation), obeyed(options), count(&control, options))
        }
        Some(revocation) => {
            let (is_new, control) = record.change(|control| Ok(control.revocations.add(revocation.clone()))).await?;
            let limit = if revocation.before().is_none() { ", until it is taken back" } else { "" };
            let what = format!("{}{limit}", described(revocation));
            let done = if is_new {
                format!("Revoked: {what}.\n{}{}", obeyed(options), cautions(revocation))
            } else {
                let note = options.note.as_ref().map(|_| " Its note stays as it was.").unwrap_or_default();
                format!("Already in force: {what}.{note}\n")
            };
            done + &count(&control, options)
        }
    };
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}

/// What is to be revoked or taken back; `None` if only the list is wanted.
fn revocation(options: &Revoke) -> Result<Option<Revocation>, Failure> {
    let Revoke { subject, client, session, all_before, .. } = options;
    let whom = match (subject, client, session, all_before) {
        (Some(subject), ..) => Whom::Subject(subject.clone()),
        (_, Some(client), ..) => Whom::Client(client.clone()),
        (.., Some(session), _) => Whom::Session(session.clone()),
        (.., Some(_)) => Whom::Everybody,
        (None, None, None, None) => return Ok(None),
    };
    let (now, before) = (Time::now(), options.before.or(*all_before));
    if let Some(before) = before.filter(|before| *before > now.plus(AHEAD)) {
        let what = format!("{before} lies in the future, and until then nobody meant could sign in again");
        return Err(Failure::new(what).with_hint("Give a time that has passed, or `now`."));
    }
    // What stands in the record already can be taken back, whatever it is.
    if let Some(issuer) = options.issuer.as_deref().filter(|issuer| !options.undo && !is_url(issuer)) {
        let what = format!("the issuer {} is no URL of https or http", harmless(issuer));
        return Err(Failure::new(what).with_hint("Give it as `issuer` stands in the audit lines."));
    }
    let before = before.map(|before| before.0);
    Ok(Some(Revocation::new(whom, options.issuer.clone(), before, now.0, options.note.clone())?))
}

fn is_url(text: &str) -> bool {
    Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

fn undo(control: &mut Control, revocation: &Revocation, options: &Revoke) -> Result<(), Failure> {
    let undone = control.revocations.undo(revocation);
    undone.map(drop).ok_or_else(|| {
        Failure::new(format!("not in force: {}", described(revocation)))
            .with_hint(format!("`{}` has the words of what is.", list_command(options)))
    })
}

/// For a sentence.
fn described(revocation: &Revocation) -> String {
    let whom = match revocation.whom() {
        Whom::Subject(subject) => format!("the person {}", harmless(subject)),
        Whom::Client(client) => format!("the assistant {}", harmless(client)),
        Whom::Session(session) => format!("the session {}", harmless(session)),
        Whom::Everybody => "everybody".to_owned(),
    };
    let issuer = revocation.issuer().map(|issuer| format!(" of {}", harmless(issuer))).unwrap_or_default();
    let limit = revocation.before().map(|before| format!(", for sign-ins before {}", Time(before))).unwrap_or_default();
    format!("{whom}{issuer}{limit}")
}

fn obeyed(options: &Revoke) -> String {
    // AWS states no bound. What runs on this machine gives it out at once.
    let of_when =
        options.stack.as_ref().map(|_| " of when Secrets Manager gives the new value out").unwrap_or_default();
    format!(
        "Obeyed within {} seconds{of_when}. A function that cannot read the secret refuses everybody after {}.\n",
        PERIOD.as_secs(),
        MAXIMUM_AGE.as_secs()
    )
}

/// What nothing here can know: whether the names exist, and what the tokens say.
fn cautions(revocation: &Revocation) -> String {
    let member = match revocation.whom() {
        Whom::Subject(_) => Some("subject"),
        Whom::Client(_) => Some("client_id"),
        Whom::Session(_) => Some("session"),
        Whom::Everybody => None,
    };
    let issuer = revocation.issuer().map(|_| "issuer");
    let mut text = String::new();
    for member in member.into_iter().chain(issuer) {
        text += &format!("A misspelt name stops nobody: compare it with `{member}` in the audit lines.\n");
    }
    let unnamed = match revocation.whom() {
        Whom::Client(_) => "A token that names no client is refused, too.\n",
        Whom::Session(_) => "A token that names no session is refused, too.\n",
        Whom::Subject(_) | Whom::Everybody => "",
    };
    text += unnamed;
    if revocation.before().is_some() {
        text += "Where a token does not say when its person signed in (`auth_time`), it goes by when the token was issued, \
                 and a refresh brings one that is let in. End the sessions at the identity provider, too.\n";
    }
    text
}

/// How many are in force. All of them would push away what was done.
fn count(control: &Control, options: &Revoke) -> String {
    format!("{} in force: {}\n", control.revocations.iter().len(), list_command(options))
}

fn list_command(options: &Revoke) -> String {
    let command = options.location.call("revoke --list");
    match &options.stack {
        Some(stack) => format!("{command} --stack {}", quoted(stack)),
        None => command,
    }
}

fn list(control: &Control) -> String {
    if control.revocations.is_empty() {
        return "Nothing is revoked.\n".to_owned();
    }
    let mut text = "In force, by when it was revoked. With --undo these words take it back:\n".to_owned();
    for revocation in control.revocations.iter() {
        let note = revocation.note().map(|note| format!("  ({})", harmless(note))).unwrap_or_default();
        text += &format!("  {}  {}{note}\n", Time(revocation.made_at()), words(revocation));
    }
    text
}

/// The options that mean it.
fn words(revocation: &Revocation) -> String {
    let before = revocation.before().map(|before| Time(before).to_string());
    let (option, value) = match revocation.whom() {
        Whom::Subject(subject) => ("--subject", Some(subject)),
        Whom::Client(client) => ("--client", Some(client)),
        Whom::Session(session) => ("--session", Some(session)),
        Whom::Everybody => ("--all-before", before.as_ref()),
    };
    let limit = before.as_ref().filter(|_| *revocation.whom() != Whom::Everybody);
    let pairs = [
        (option, value.map(String::as_str)),
        ("--issuer", revocation.issuer()),
        ("--before", limit.map(String::as_str)),
    ];
    let words = pairs.into_iter().filter_map(|(option, value)| Some(format!("{option} {}", quoted(&harmless(value?)))));
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use rstest::rstest;

    use super::{Revocation, cautions, described, revocation, words};
    use crate::arguments::{Arguments, Command};

    fn given_by(words: &[&str]) -> Revocation {
        let line = [&["countersign", "revoke"], words].concat();
        let Command::Revoke(options) = Arguments::parse_from(line).command() else { panic!() };
        revocation(&options).unwrap().unwrap()
    }

    #[rstest]
    #[case::person(&["--subject", "a"], "the person a")]
    #[case::of_an_issuer(&["--client", "a", "--issuer", "https://a.example"], "the assistant a of https://a.example")]
    #[case::session(&["--session", "a-1"], "the session a-1")]
    #[case::everybody(&["--all-before", "2026-01-01T00:00:00Z"], "everybody, for sign-ins before 2026-01-01T00:00:00Z")]
    #[case::all(&["--subject", "a", "--issuer", "https://b.example", "--before", "2026-01-01T00:00:00Z"], "the person a of https://b.example, for sign-ins before 2026-01-01T00:00:00Z")]
    fn the_words_that_are_listed_are_those_that_were_given(#[case] given: &[&str], #[case] sentence: &str) {
        let revocation = given_by(given);
        assert_eq!(words(&revocation), given.join(" "));
        assert_eq!(described(&revocation), sentence);
    }

    #[rstest]
    #[case::person(&["--subject", "a"], &["`subject`"])]
    #[case::assistant(&["--client", "a"], &["`client_id`"])]
    #[case::session_of_an_issuer(&["--session", "a", "--issuer", "https://b.example"], &["`session`", "`issuer`"])]
    #[case::person_of_an_issuer(&["--subject", "a", "--issuer", "https://b.example"], &["`subject`", "`issuer`"])]
    #[case::person_before(&["--subject", "a", "--before", "now"], &["`subject`", "`auth_time`"])]
    #[case::everybody(&["--all-before", "now"], &["`auth_time`"])]
    #[case::everybody_of_an_issuer(&["--all-before", "now", "--issuer", "https://b.example"], &["`issuer`", "`auth_time`"])]
    fn what_may_stop_nobody_is_said(#[case] given: &[&str], #[case] named: &[&str]) {
        let text = cautions(&given_by(given));
        for member in ["`subject`", "`client_id`", "`session`", "`issuer`", "`auth_time`"] {
            assert_eq!(text.contains(member), named.contains(&member), "{member}: {text}");
        }
    }

    #[test]
    fn a_name_does_nothing_to_the_shell() {
        assert_eq!(words(&given_by(&["--subject", "a'b c"])), r"--subject 'a'\''b c'");
    }
}
