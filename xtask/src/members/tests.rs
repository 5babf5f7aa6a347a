use std::collections::BTreeMap;

use rstest::rstest;

use super::{Member, Run, defects};

const LOG: &str = "
   Compiling jws v0.1.0
    Finished `test` profile [unoptimized + debuginfo] target(s) in 1m 02s
     Running unittests src/lib.rs (target/debug/deps/jws-01)

running 2 tests
..
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.01s

     Running unittests src/main.rs (/elsewhere/debug/deps/profile-02)

running 0 tests

test result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

     Running tests/laptop/main.rs (target/debug/deps/laptop-03)

running 1 test
test refusals ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 4.20s

   Doc-tests strict_json

running 1 test
test shared/strict-json/src/lib.rs - parse (line 3) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.31s
";

const EXEMPT: &[(&str, &str)] = &[("profile", "a reason")];

fn member(name: &str, program: Option<(&str, &str)>, documentation: Option<&str>) -> Member {
    let programs = program.map(|(file, target)| (file.to_owned(), target.to_owned()));
    Member {
        name: name.to_owned(),
        programs: BTreeMap::from_iter(programs),
        documentation: documentation.map(str::to_owned),
    }
}

fn members() -> Vec<Member> {
    vec![
        member("jws", Some(("jws-01", "jws")), Some("jws")),
        member("profile", Some(("profile-02", "profile")), None),
        member("end-to-end", Some(("laptop-03", "laptop")), None),
        member("strict-json", None, Some("strict_json")),
    ]
}

fn found(log: &str, exempt: &[(&str, &str)]) -> Vec<String> {
    defects(&members(), &Run::read(log), exempt)
}

#[test]
fn a_run_of_everything_has_no_defect() {
    assert_eq!(found(LOG, EXEMPT), [""; 0]);
}

#[rstest]
#[case::program_not_run("laptop-03", "laptop-04", "end-to-end: the tests of `laptop` (laptop-03) were not run")]
#[case::started_and_not_ended(
    "ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 4",
    "",
    "end-to-end: no test"
)]
#[case::failed("ok. 2 passed; 0 failed", "FAILED. 1 passed; 1 failed", "jws: no test of it passed")]
#[case::ignored("ok. 2 passed; 0 failed; 0 ignored", "ok. 0 passed; 0 failed; 2 ignored", "jws: no test of it passed")]
#[case::examples_not_run("Doc-tests strict_json", "", "strict-json: no test of it passed")]
#[case::exempt_has_tests("ok. 0 passed", "ok. 3 passed", "profile: has 3 tests and is exempt nevertheless")]
#[case::quiet("Running", "", "jws: the tests of `jws` (jws-01) were not run")]
fn a_member_that_rests_is_named(#[case] text: &str, #[case] instead: &str, #[case] defect: &str) {
    assert!(LOG.contains(text));
    let found = found(&LOG.replace(text, instead), EXEMPT);
    assert!(found.iter().any(|found| found.starts_with(defect)), "{found:?}");
}

#[rstest]
#[case::needed_and_missing(&[], "profile: no test of it passed, and it is not exempt")]
#[case::of_nobody(&[("profile", ""), ("gone", "")], "gone: exempt, and no member of the workspace")]
fn an_exemption_names_a_member_that_needs_it(#[case] exempt: &[(&str, &str)], #[case] defect: &str) {
    assert_eq!(found(LOG, exempt), [defect]);
}
