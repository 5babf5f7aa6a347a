//! The forms of `parameter_overrides`. What SAM 1.170 makes of each was read from its own converter.

use std::collections::BTreeMap;

use rstest::rstest;

use super::values;
use crate::samconfig::{overrides, parameter_overrides};

fn read(value: &str) -> Result<BTreeMap<String, String>, String> {
    let text = format!("version = 0.1\n[local.deploy.parameters]\nparameter_overrides = {value}\n");
    overrides(&text, "local").map_err(|problem| problem.in_file("samconfig.toml").to_string())
}

#[rstest]
#[case::list(r#"["A=1", "B=x,y"]"#)]
#[case::one_text(r#""A=1 B=x,y""#)]
#[case::quoted(r#""A='1' B='x,y'""#)]
#[case::quoted_twice(r#"["A=\"1\"", 'B="x,y"']"#)]
#[case::table(r#"{ A = 1, B = "x,y" }"#)]
#[case::table_with_a_list(r#"{ A = "1", B = ["x", "y"] }"#)]
#[case::list_of_both(r#"["A=1", { B = "x,y" }]"#)]
#[case::the_last_one_counts(r#"["A=0", "A=1 B=x,y"]"#)]
fn every_form_gives_the_same_set(#[case] value: &str) {
    assert_eq!(read(value).unwrap(), values([("A", "1"), ("B", "x,y")]));
}

#[test]
fn a_value_may_hold_equals_signs_and_quoted_ones_spaces() {
    assert_eq!(read(r#""A=x=y B='x y' C=''""#).unwrap(), values([("A", "x=y"), ("B", "x y"), ("C", "")]));
}

#[rstest]
#[case::not_a_pair(r#""A""#, "samconfig.toml:3:23: found `A`, expected `Name=value` or `Name=\"a value\"`")]
#[case::skipped_by_sam(r#"["A=1", "B=x y"]"#, "samconfig.toml:3:31: found `y`, expected")]
#[case::empty(r#""A= B=2""#, "samconfig.toml:3:23: found `A= B=2`, expected")]
#[case::open_quote(r#""A='x y""#, "samconfig.toml:3:23: found `A='x y`, expected")]
#[case::after_a_quote(r#""A='x'y""#, "samconfig.toml:3:23: found `A='x'y`, expected")]
#[case::backslash(r#"'A=x\ y'"#, "samconfig.toml:3:23: found `A=x\\ y`, expected")]
#[case::file(r#""file://x=y""#, "samconfig.toml:3:23: found `file://x=y`, expected")]
#[case::name(r#"{ A_B = "1" }"#, "samconfig.toml:3:25: found `A_B`, expected the name of a parameter")]
#[case::boolean("{ A = true }", "samconfig.toml:3:29: found boolean, expected a text or a decimal whole number")]
#[case::radix("{ A = 0x10 }", "samconfig.toml:3:29: found integer, expected")]
#[case::number("7", "samconfig.toml:3:23: found integer, expected a text, a list or a table")]
#[case::not_toml("[", "samconfig.toml:3:24: found a text that is not TOML")]
#[case::twice("1\nparameter_overrides = 2", "samconfig.toml:4:1: found a text that is not TOML")]
fn another_form_is_refused_with_its_place(#[case] value: &str, #[case] expected: &str) {
    let error = read(value).unwrap_err();
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_set_without_overrides_has_none() {
    assert_eq!(overrides("[local.deploy.parameters]\n", "local").unwrap(), BTreeMap::new());
}

#[rstest]
#[case::of_others("[default.deploy.parameters]\n[local.deploy.parameters]\n", "one of `default`, `local`")]
#[case::of_one("[other.deploy.parameters]\n[lcal.build.parameters]\n", "`other`")]
#[case::of_none("version = 0.1\n", "none")]
#[case::that_is_no_table("lcal = 1\n", "none")]
fn an_unknown_set_is_refused_with_those_that_exist(#[case] text: &str, #[case] known: &str) {
    let error = overrides(text, "lcal").unwrap_err().in_file("samconfig.toml").to_string();
    let found = "samconfig.toml:1:1: found no parameter set `lcal`: no `[lcal.deploy.parameters]`";
    assert_eq!(error, format!("{found}, expected {known}"));
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = parameter_overrides(&folder.path().join("samconfig.toml"), "local").unwrap_err().to_string();
    assert!(error.contains("samconfig.toml: "), "{error}");
}
