use agentcore::tool::Definition;
use rstest::rstest;
use serde_json::{Value, json};

use super::differences;

fn tool(name: &str, description: &str, properties: &Value) -> Definition {
    let schema = json!({"type": "object", "properties": properties});
    Definition::from_api(&json!({"name": name, "description": description, "inputSchema": schema})).unwrap()
}

fn own() -> Vec<Definition> {
    let number = json!({"number": {"type": "integer"}});
    vec![tool("close", "Closes it", &number), tool("read", "Reads it", &json!({}))]
}

#[test]
fn the_same_tools_in_another_order_are_the_same() {
    let mut template = own();
    template.reverse();
    assert_eq!(differences("tickets", &template, &own()), [""; 0]);
}

#[rstest]
#[case::description(tool("read", "Reads  it", &json!({})))]
#[case::argument(tool("read", "Reads it", &json!({"all": {"type": "boolean"}})))]
fn a_tool_declared_otherwise_is_a_difference(#[case] read: Definition) {
    let template = [own().swap_remove(0), read];
    let found = differences("tickets", &template, &own());
    assert!(matches!(found.as_slice(), [only] if only.starts_with("tickets___read: template.yaml declares\n")));
}

#[test]
fn a_tool_of_one_side_is_a_difference() {
    let [one, both] = [&own()[..1], &own()];
    let starts = |found: &[String], text| matches!(found, [only] if only.starts_with(text));
    assert!(starts(&differences("tickets", one, both), "tickets___read: missing in template.yaml; the program has\n{"));
    assert!(starts(
        &differences("tickets", both, one),
        "tickets___read: declared in template.yaml, and the program has no"
    ));
}
