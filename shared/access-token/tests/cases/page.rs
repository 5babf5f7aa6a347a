//! The page that shows the cases.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use access_token::Rejection;
use libtest_mimic::{Failed, Trial};

use crate::case::{Case, Got};
use crate::elsewhere::ELSEWHERE;
use crate::table::{LAST, Table};

const PAGE: &str = "../../docs/verification.md";

pub(crate) fn trials(table: &Arc<Table>) -> [Trial; 4] {
    let of = |check: fn(&Table) -> Result<(), Failed>| {
        let table = Arc::clone(table);
        move || check(&table)
    };
    [
        Trial::test("page::every_number_has_a_case", of(every_number_has_a_case)),
        Trial::test("page::every_reason_has_a_case_and_its_words", of(every_reason_has_a_case_and_its_words)),
        Trial::test("page::the_table_is_that_of_the_run", of(the_table_is_that_of_the_run)),
        Trial::test("page::no_two_cases_have_one_name", of(no_two_cases_have_one_name)),
    ]
}

fn page() -> Result<String, Failed> {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE))
        .map_err(|error| format!("{PAGE}: {error}").into())
}

fn every_number_has_a_case(table: &Table) -> Result<(), Failed> {
    let elsewhere = ELSEWHERE.iter().map(|row| row.rule.0);
    let numbers: BTreeSet<u8> = table.cases().iter().map(|case| case.rule.0).chain(elsewhere).collect();
    if numbers.iter().copied().eq(1..=LAST) { Ok(()) } else { Err(format!("{numbers:?}").into()) }
}

/// The page has a row for each reason, with the words that go with it. `KeysUnavailable` is shown elsewhere.
fn every_reason_has_a_case_and_its_words(table: &Table) -> Result<(), Failed> {
    let refused = table.cases().iter().filter_map(|case| case.expected.err());
    let rows: BTreeSet<String> = refused.chain([Rejection::KeysUnavailable]).map(row).collect();
    let page = page()?;
    let on_page: BTreeSet<String> =
        page.lines().filter(|line| line.starts_with("| `")).map(|line| cells(line, 2)).collect();
    let amiss: Vec<_> = rows.symmetric_difference(&on_page).collect();
    if amiss.is_empty() { Ok(()) } else { Err(format!("only here or only there: {amiss:#?}").into()) }
}

/// How the page begins the row of a reason.
fn row(rejection: Rejection) -> String {
    let words = match rejection {
        Rejection::MalformedClaim(name) | Rejection::MissingClaim(name) => rejection.to_string().replace(name, "…"),
        _ => rejection.to_string(),
    };
    format!("| `{}` | {words} |", rejection.reason())
}

fn cells(line: &str, count: usize) -> String {
    line.split_inclusive('|').take(count + 1).collect()
}

fn the_table_is_that_of_the_run(table: &Table) -> Result<(), Failed> {
    let as_expected = |case: &Case| Some(Got::as_expected(case));
    let text = table.text(|index| as_expected(&table.cases()[index]));
    if page()?.contains(&text) {
        return Ok(());
    }
    Err("it is not; put in what `cargo test -p access-token --test cases -- --nocapture` prints at its end".into())
}

fn no_two_cases_have_one_name(table: &Table) -> Result<(), Failed> {
    let names: BTreeSet<String> = (0..table.cases().len()).map(|index| table.name(index)).collect();
    if names.len() == table.cases().len() { Ok(()) } else { Err("they have".into()) }
}
