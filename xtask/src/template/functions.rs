//! What every function has: a role of its own, and a log that holds the audit record and is emptied some day.

use std::collections::BTreeMap;

use serde_json::Value;

use super::rights::rights;
use super::translation::{Translation, arn_of, reference};

const LOGGING: &[&str] = &["logs:CreateLogStream", "logs:PutLogEvents"];

pub(super) fn defects(template: &Translation) -> Vec<String> {
    let groups: BTreeMap<&str, &Value> = template.of_type("AWS::Logs::LogGroup").collect();
    let unbounded = groups.iter().filter(|(_, properties)| properties.get("RetentionInDays").is_none());
    let mut defects: Vec<_> = unbounded.map(|(name, _)| format!("{name}: nothing ends what it keeps")).collect();
    let mut roles: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, properties) in template.of_type("AWS::Lambda::Function") {
        let role = arn_of(&properties["Role"]).filter(|role| template.resources.contains_key(*role));
        let group = properties.pointer("/LoggingConfig/LogGroup").and_then(reference);
        let group = group.filter(|group| groups.contains_key(group));
        let Some(role) = role else {
            defects.push(format!("{name}: no role of this template"));
            continue;
        };
        if let Some(other) = roles.insert(role, name) {
            defects.push(format!("{name}: its role is that of {other} too, and with it what either may do"));
        }
        let Some(group) = group else {
            defects.push(format!("{name}: no log group of this template, so Lambda makes one that is kept for ever"));
            continue;
        };
        let own: Vec<&str> = rights(template)
            .filter(|right| right.role == role && arn_of(right.resource) == Some(group))
            .map(|right| right.action)
            .collect();
        let missing = LOGGING.iter().filter(|action| !own.contains(action));
        defects.extend(missing.map(|action| format!("{name}: {role} may not {action} in {group}: no audit record")));
    }
    if roles.is_empty() {
        defects.push("no function has a role".to_owned());
    }
    defects
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::{Value, json};

    use super::defects;

    /// One function, and whatever else it needs.
    fn sound() -> Value {
        let logging = json!({
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": {"Fn::GetAtt": ["Logs", "Arn"]},
        });
        json!({
            "Function": {"Type": "AWS::Lambda::Function", "Properties": {
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "LoggingConfig": {"LogGroup": {"Ref": "Logs"}},
            }},
            "Role": {"Type": "AWS::IAM::Role", "Properties": {
                "Policies": [{"PolicyDocument": {"Statement": [logging]}}],
            }},
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"RetentionInDays": {"Ref": "Days"}}},
        })
    }

    fn found(resources: &Value) -> Vec<String> {
        defects(&serde_json::from_value(json!({"Resources": resources})).unwrap())
    }

    #[test]
    fn a_function_with_what_it_needs_is_no_defect() {
        assert_eq!(found(&sound()), [""; 0]);
    }

    #[rstest]
    #[case::role_of_elsewhere("/Function/Properties/Role", json!("arn:aws:iam::123456789012:role/all"), "no role of this")]
    #[case::role_of_nobody("/Function/Properties/Role", json!({"Fn::GetAtt": ["Other", "Arn"]}), "no role of this")]
    #[case::no_log_group("/Function/Properties/LoggingConfig", json!({"LogFormat": "JSON"}), "no log group")]
    #[case::log_of_nobody("/Function/Properties/LoggingConfig/LogGroup", json!({"Ref": "Other"}), "no log group")]
    #[case::kept_for_ever("/Logs/Properties", json!({}), "Logs: nothing ends what it keeps")]
    #[case::no_logging("/Role/Properties/Policies", json!([]), "may not logs:CreateLogStream in Logs")]
    #[case::no_events(
        "/Role/Properties/Policies/0/PolicyDocument/Statement/0/Action",
        json!("logs:CreateLogStream"),
        "may not logs:PutLogEvents in Logs"
    )]
    #[case::log_of_another(
        "/Role/Properties/Policies/0/PolicyDocument/Statement/0/Resource",
        json!({"Fn::GetAtt": ["Other", "Arn"]}),
        "may not logs:PutLogEvents in Logs"
    )]
    fn what_a_function_lacks_is_a_defect(#[case] pointer: &str, #[case] instead: Value, #[case] part: &str) {
        let mut resources = sound();
        *resources.pointer_mut(pointer).unwrap() = instead;
        let found = found(&resources);
        assert!(found.iter().any(|found| found.contains(part)), "{found:?}");
    }

    #[test]
    fn two_functions_do_not_share_a_role() {
        let mut resources = sound();
        resources["Second"] = resources["Function"].clone();
        assert_eq!(found(&resources), ["Second: its role is that of Function too, and with it what either may do"]);
    }

    #[test]
    fn a_template_without_functions_is_a_defect() {
        assert_eq!(found(&json!({})), ["no function has a role"]);
    }
}
