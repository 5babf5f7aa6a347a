//! What the targets say of their tools.

use agentcore::tool::Definition;
use serde_json::Value;

use super::translation::Translation;

/// The interfaces of models take no longer names, and some assistants put their own name for the server before it.
const MAX_NAME: usize = 64;

pub(super) fn defects(template: &Translation) -> Vec<String> {
    let mut defects = Vec::new();
    let mut tools = 0;
    for (id, properties) in template.of_type("AWS::BedrockAgentCore::GatewayTarget") {
        let payload = properties.pointer("/TargetConfiguration/Mcp/Lambda/ToolSchema/InlinePayload");
        let (Some(target), Some(payload)) = (properties["Name"].as_str(), payload.and_then(Value::as_array)) else {
            defects.push(format!("{id}: its name and its tools must be readable here"));
            continue;
        };
        tools += payload.len();
        defects.extend(payload.iter().filter_map(|tool| match Definition::from_cloudformation(tool) {
            Err(error) => Some(format!("{id}: {error}, in {}", tool["Name"])),
            Ok(tool) => {
                let name = format!("{target}___{}", tool.name());
                let length = name.len();
                (length > MAX_NAME).then(|| format!("{name}: {length} characters, and {MAX_NAME} is the most"))
            }
        }));
    }
    if tools == 0 {
        defects.push("no tool is declared".to_owned());
    }
    defects
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::translation::Translation;
    use super::defects;

    fn target(name: &Value, payload: &Value) -> Translation {
        let mcp = json!({"Lambda": {"ToolSchema": {"InlinePayload": payload}}});
        let properties = json!({"Name": name, "TargetConfiguration": {"Mcp": mcp}});
        let resource = json!({"Type": "AWS::BedrockAgentCore::GatewayTarget", "Properties": properties});
        serde_json::from_value(json!({"Resources": {"Target": resource}})).unwrap()
    }

    fn tool(name: &str, input: &Value) -> Value {
        json!([{"Name": name, "Description": "Closes it", "InputSchema": input}])
    }

    #[test]
    fn a_name_of_64_characters_and_every_keyword_of_the_gateway_pass() {
        let number = json!({"Type": "integer", "Description": "which"});
        let input = json!({"Type": "object", "Properties": {"number": number}, "Required": ["number"]});
        assert_eq!(defects(&target(&json!("tickets"), &tool(&"a".repeat(54), &input))), [""; 0]);
    }

    #[rstest]
    #[case::unknown_keyword(json!("tickets"), tool("close", &json!({"Type": "object", "Enum": []})), "/InputSchema/Enum: ")]
    #[case::other_spelling(json!("tickets"), tool("close", &json!({"type": "object"})), "/InputSchema/type: ")]
    #[case::not_an_object(json!("tickets"), tool("close", &json!({"Type": "string"})), "the type must be object")]
    #[case::no_type(json!("tickets"), tool("close", &json!({})), "/InputSchema/Type: missing")]
    #[case::long_name(json!("tickets"), tool(&"a".repeat(55), &json!({"Type": "object"})), "65 characters")]
    #[case::name_by_a_function(json!({"Ref": "Name"}), tool("close", &json!({"Type": "object"})), "must be readable")]
    #[case::tools_elsewhere(json!("tickets"), json!({"Fn::If": []}), "must be readable")]
    #[case::no_tools(json!("tickets"), json!([]), "no tool is declared")]
    fn what_the_gateway_or_a_model_would_refuse_is_a_defect(
        #[case] name: Value,
        #[case] payload: Value,
        #[case] part: &str,
    ) {
        let found = defects(&target(&name, &payload));
        assert!(found.iter().any(|found| found.contains(part)), "{found:?}");
    }
}
