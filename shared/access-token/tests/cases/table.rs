//! The cases in their order, and how they look.

use access_token::Rejection;

use crate::case::{Case, Got, Rule};
use crate::elsewhere::{ELSEWHERE, Elsewhere};

/// The last number.
pub(crate) const LAST: u8 = 54;

/// All cases, in the order of their numbers.
pub(crate) struct Table(Vec<Case>);

impl Table {
    pub(crate) fn of(mut cases: Vec<Case>) -> Self {
        cases.sort_by_key(|case| case.rule.0);
        Self(cases)
    }

    pub(crate) fn cases(&self) -> &[Case] {
        &self.0
    }

    /// The name of a case's test: number and letter, rule, and what is presented.
    pub(crate) fn name(&self, index: usize) -> String {
        let case = &self.0[index];
        let first = self.0.partition_point(|other| other.rule.0 < case.rule.0);
        let dashed = |text: &str| {
            let words: Vec<_> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
            words.join("-")
        };
        format!("{:02}{}::{}::{}", case.rule.0, letter(index - first), dashed(case.rule.1), dashed(&case.what))
    }

    /// A line for all rows of a number that end alike, and one for all that is shown elsewhere, in Markdown.
    pub(crate) fn text(&self, got: impl Fn(usize) -> Option<Got>) -> String {
        let mut lines: Vec<(u8, String, Vec<&str>, String)> = Vec::new();
        for (index, case) in self.0.iter().enumerate() {
            let outcome = got(index);
            let was = match &outcome {
                None => "not run".to_owned(),
                Some(got) if case.judge(got).is_ok() => "the same".to_owned(),
                Some(got) => format!("**{}**, {}", verdict(got.verdict), got.requests),
            };
            let start = format!("{} | {}", case.rule.0, case.rule.1);
            let end = format!("{} | {} | {was}", verdict(case.expected), case.requests);
            match lines.iter_mut().find(|line| (&line.1, &line.3) == (&start, &end)) {
                Some((_, _, what, _)) if what.contains(&case.what.as_str()) => {}
                Some((_, _, what, _)) => what.push(&case.what),
                None => lines.push((case.rule.0, start, vec![&case.what], end)),
            }
        }
        for rows in ELSEWHERE.chunk_by(|one, next| one.rule.0 == next.rule.0) {
            let Rule(number, rule) = rows[0].rule;
            let joined = |part: fn(&Elsewhere) -> String| rows.iter().map(part).collect::<Vec<_>>().join("; ");
            let verdicts = joined(|row| row.verdict.to_owned());
            let tests = joined(|row| {
                let name = row.file.rsplit('/').next().unwrap();
                format!("[`{name}`](../{}): `{}`", row.file, row.test)
            });
            let what = rows.iter().map(|row| row.what).collect();
            lines.push((number, format!("{number} | {rule}"), what, format!("{verdicts} | – | {tests}")));
        }
        lines.sort_by_key(|line| line.0);
        let lines = lines.iter().map(|(_, start, what, end)| format!("| {start} | {} | {end} |\n", what.join("; ")));
        let heading =
            "| # | Rule | What is presented | Expected | Requests | Got |\n| --- | --- | --- | --- | --- | --- |\n";
        heading.to_owned() + &lines.collect::<String>()
    }
}

fn verdict(verdict: Result<(), Rejection>) -> String {
    match verdict {
        Ok(()) => "accepted".to_owned(),
        Err(rejection) => format!("`{}`", rejection.reason()),
    }
}

/// a, b, …, z, aa, ab, …
fn letter(index: usize) -> String {
    let last = char::from(b"abcdefghijklmnopqrstuvwxyz"[index % 26]);
    if index < 26 { last.to_string() } else { format!("{}{last}", letter(index / 26 - 1)) }
}
