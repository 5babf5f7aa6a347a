use super::text;
use crate::clients::row::Row;

const INTRODUCTION: &str = r#"{"client": "mcp-remote", "version": "0.15.1", "registration": "dynamic"}"#;

fn row(lines: &[&str]) -> Row {
    let mut row = Row { id: "remote", note: "a note", ..Row::default() };
    lines.iter().for_each(|line| row.take(line));
    row
}

#[test]
fn what_a_client_did_stands_under_its_step() {
    let rows = [
        row(&[INTRODUCTION, r#"{"step": "401", "result": "ok"}"#, r#"{"step": "token", "result": "refused"}"#]),
        row(&[r#"{"protocol": "2025-11-25"}"#, r#"{"step": "token", "failed": "no token"}"#]),
    ];
    let text = text(&rows);
    let [head, first, second] = text.lines().collect::<Vec<_>>()[..] else { panic!("{text}") };
    let at = |line: &str, head_of: &str| {
        let start = head.find(head_of).unwrap();
        line[start..].split("  ").next().unwrap().to_owned()
    };
    let steps = ["client", "version", "protocol", "401", "metadata", "token", "restart"];
    assert_eq!(steps.map(|step| at(first, step)), ["mcp-remote", "0.15.1", "-", "ok", "-", "refused", "-"]);
    assert_eq!(steps.map(|step| at(second, step)), ["remote", "-", "2025-11-25", "-", "-", "FAILED", "-"]);
    assert!(first.ends_with("a note"), "{text}");
}

#[test]
fn steps_of_another_kind_stand_below() {
    let rows = [row(&[INTRODUCTION]), row(&[INTRODUCTION, r#"{"step": "a scenario", "result": "ok, 2 checks"}"#])];
    let text = text(&rows);
    assert!(text.ends_with("\n\nmcp-remote 0.15.1\n  a scenario  ok, 2 checks\n"), "{text}");
}
