//! Which resource needs which. CloudFormation refuses a circle.

use local_template::{Needs, circle};
use serde_json::Value;

use super::translation::{Translation, one_or_more};

pub(super) fn defects(template: &Translation) -> Option<String> {
    let needs = needs(template);
    let circle = circle(&needs);
    (!circle.is_empty()).then(|| format!("each of these needs the next, so none can be made: {}", circle.join(" -> ")))
}

/// As if every condition held: a circle that only some parameters close is found too.
fn needs(template: &Translation) -> Needs {
    let mut needs = Needs::new();
    for (name, resource) in &template.resources {
        let mut needed: Vec<&str> = one_or_more(&resource.depends_on).iter().filter_map(Value::as_str).collect();
        refer(&resource.properties, &mut needed);
        let existing = needed.into_iter().filter(|needed| template.resources.contains_key(*needed));
        needs.extend(existing.map(|needed| (name.clone(), needed.to_owned())));
    }
    needs
}

/// Adds whatever a value refers to: resources, and parameters too.
fn refer<'a>(value: &'a Value, needed: &mut Vec<&'a str>) {
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| refer(element, needed)),
        Value::Object(members) => {
            for (name, argument) in members {
                match (name.as_str(), one_or_more(argument)) {
                    ("Ref", [Value::String(name)]) => needed.push(name),
                    ("Fn::GetAtt", [Value::String(path), ..]) => needed.push(owner(path)),
                    ("Fn::Sub", [Value::String(text), variables @ ..]) => {
                        needed.extend(variables_of(text).map(owner));
                        variables.iter().for_each(|variables| refer(variables, needed));
                    }
                    _ => refer(argument, needed),
                }
            }
        }
        _ => {}
    }
}

/// `Gateway` of `Gateway.GatewayArn`.
fn owner(path: &str) -> &str {
    path.split('.').next().unwrap_or(path)
}

/// What stands in `${…}`; `${!…}` is a text.
fn variables_of(text: &str) -> impl Iterator<Item = &str> {
    let opened = text.split("${").skip(1).filter_map(|rest| rest.split_once('}'));
    opened.map(|(name, _)| name.trim()).filter(|name| !name.starts_with('!'))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::super::translation::Translation;
    use super::defects;

    /// The gateway calls a function, which reads a secret.
    fn with_secret(secret: &Value) -> Translation {
        serde_json::from_value(json!({"Resources": {
            "Gateway": {"Type": "Gateway", "Properties": {"Interceptor": {"Fn::GetAtt": ["Function", "Arn"]}}},
            "Function": {"Type": "Function", "Properties": {"Secret": {"Ref": "Secret"}}, "DependsOn": "Role"},
            "Role": {"Type": "Role"},
            "Secret": secret,
        }}))
        .unwrap()
    }

    #[rstest]
    #[case::reference(json!({"Properties": {"Text": {"Ref": "Gateway"}}}))]
    #[case::attribute(json!({"Properties": {"Text": {"Fn::GetAtt": ["Gateway", "GatewayIdentifier"]}}}))]
    #[case::attribute_as_text(json!({"Properties": {"Text": {"Fn::GetAtt": "Gateway.GatewayIdentifier"}}}))]
    #[case::in_a_text(json!({"Properties": {"Text": {"Fn::Sub": "https://${ Gateway.GatewayIdentifier }/mcp"}}}))]
    #[case::in_a_text_with_variables(json!({"Properties": {"Text": {"Fn::Sub": ["${Url}", {"Url": {"Ref": "Gateway"}}]}}}))]
    #[case::in_a_branch(json!({"Properties": {"Text": {"Fn::If": ["Known", "url", [{"a": {"Ref": "Gateway"}}]]}}}))]
    #[case::by_order(json!({"DependsOn": ["Role", "Gateway"]}))]
    #[case::by_order_of_one(json!({"DependsOn": "Gateway"}))]
    fn what_the_gateway_needs_does_not_need_the_gateway(#[case] mut secret: Value) {
        secret["Type"] = json!("Secret");
        let found = defects(&with_secret(&secret)).unwrap();
        assert!(found.ends_with(": Function -> Secret -> Gateway -> Function"), "{found}");
    }

    #[rstest]
    #[case::literal(json!({"Text": {"Fn::Sub": "${!Gateway}"}}))]
    #[case::a_text(json!({"Text": "Gateway", "Gateway": "Ref"}))]
    #[case::what_leads_out(json!({"Text": {"Ref": "Role"}}))]
    #[case::a_parameter(json!({"Text": {"Ref": "GatewayLogs"}}))]
    fn what_is_no_reference_closes_no_circle(#[case] properties: Value) {
        assert_eq!(defects(&with_secret(&json!({"Type": "Secret", "Properties": properties}))), None);
    }
}
