use rstest::rstest;

use super::Run;

const SAID: &str = "
#2\tINITED cov: 77 ft: 78 corp: 1/1b exec/s: 0 rss: 41Mb
#4096\tDONE   cov: 512 ft: 1024 corp: 64/8Kb lim: 64 exec/s: 2048 rss: 90Mb
Done 4096 runs in 2 second(s)
stat::number_of_executed_units: 4096
stat::average_exec_per_sec:     2048
";

const KEPT: &str =
    "artifact_prefix='fuzz/artifacts/a/'; Test unit written to fuzz/artifacts/a/crash-0123\nBase64: e30=\n";

#[test]
fn a_target_that_ran_to_its_end_has_no_defect() {
    assert_eq!(Run::read(SAID, true), Run { executions: 4096, edges: 512, defect: None });
}

#[rstest]
#[case::crash(&format!("{SAID}{KEPT}"), false, "fuzz/artifacts/a/crash-0123")]
#[case::slow_input(&format!("{KEPT}{SAID}"), true, "fuzz/artifacts/a/crash-0123")]
#[case::killed(SAID, false, "kept nothing")]
#[case::nothing_run("stat::number_of_executed_units: 0", true, "kept nothing")]
#[case::nothing_said("", true, "kept nothing")]
fn anything_else_is_a_defect(#[case] said: &str, #[case] succeeded: bool, #[case] expected: &str) {
    let defect = Run::read(said, succeeded).defect.unwrap();
    assert!(defect.contains(expected), "{defect}");
}
