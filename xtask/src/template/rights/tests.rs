use rstest::rstest;
use serde_json::{Value, json};

use super::super::translation::Translation;
use super::{Row, defects};

const EXPECTED: &[Row] = &[("JudgeRole", "Signing", &["secretsmanager:GetSecretValue"])];

/// A role that may read the one secret it should.
fn sound() -> Value {
    let trust = json!({"Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"},
    ]});
    let statements = json!([
        {"Effect": "Allow", "Action": ["logs:PutLogEvents"], "Resource": {"Fn::GetAtt": ["Logs", "Arn"]}},
        {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": [{"Ref": "Signing"}]},
    ]);
    let policies = json!([{"PolicyName": "judge", "PolicyDocument": {"Statement": statements}}]);
    json!({"AssumeRolePolicyDocument": trust, "Policies": policies})
}

/// The defects of a template with these roles.
fn found(roles: &Value, others: &Value) -> Vec<String> {
    let mut resources = others.clone();
    for (name, properties) in roles.as_object().unwrap() {
        resources[name] = json!({"Type": "AWS::IAM::Role", "Properties": properties});
    }
    let template: Translation = serde_json::from_value(json!({"Resources": resources})).unwrap();
    defects(&template, EXPECTED)
}

#[test]
fn the_rights_of_the_table_are_no_defect() {
    assert_eq!(found(&json!({"JudgeRole": sound()}), &json!({})), [""; 0]);
}

#[rstest]
#[case::of_another_role(json!("secretsmanager:GetSecretValue"), json!({"Ref": "Signing"}), "of Signing is not among")]
#[case::another_action(json!("secretsmanager:PutSecretValue"), json!({"Ref": "Signing"}), "PutSecretValue of Signing is not")]
#[case::in_other_letters(json!("SecretsManager:getSecretValue"), json!({"Ref": "Signing"}), "of Signing is not among")]
#[case::one_of_several(json!(["logs:PutLogEvents", "secretsmanager:GetSecretValue"]), json!({"Ref": "Signing"}), "of Signing is")]
#[case::by_prefix(json!("secretsmanager:Get*"), json!({"Ref": "Signing"}), "each action by its name")]
#[case::by_letter(json!("secretsmanager:GetSecretValu?"), json!({"Ref": "Signing"}), "each action by its name")]
#[case::everything(json!("*"), json!({"Ref": "Signing"}), "each action by its name")]
#[case::action_by_a_function(json!({"Fn::If": ["A", "b", "c"]}), json!({"Ref": "Signing"}), "each action by its name")]
#[case::every_secret(json!("secretsmanager:GetSecretValue"), json!("*"), "`*` is everything")]
#[case::secrets_by_pattern(
    json!("secretsmanager:GetSecretValue"),
    json!({"Fn::Sub": "arn:${AWS::Partition}:secretsmanager:*:*:secret:*"}),
    "of what is not one secret"
)]
#[case::another_role(json!("iam:PassRole"), json!({"Fn::GetAtt": ["JudgeRole", "Arn"]}), "iam:PassRole is nothing that a")]
#[case::code(json!("lambda:UpdateFunctionCode"), json!({"Fn::GetAtt": ["Judge", "Arn"]}), "is nothing that a role needs")]
#[case::every_log(json!("logs:PutLogEvents"), json!(["*"]), "`*` is everything")]
fn a_right_beyond_the_table_is_a_defect(#[case] action: Value, #[case] resource: Value, #[case] part: &str) {
    let mut other = sound();
    other["Policies"][0]["PolicyDocument"]["Statement"] =
        json!({"Effect": "Allow", "Action": action, "Resource": resource});
    let found = found(&json!({"JudgeRole": sound(), "ToolRole": other}), &json!({}));
    assert!(found.iter().all(|found| found.starts_with("ToolRole: ")), "{found:?}");
    assert!(found.iter().any(|found| found.contains(part)), "{found:?}");
}

#[rstest]
#[case::all_actions_but(json!({"Effect": "Allow", "NotAction": "s3:*", "Resource": {"Ref": "Signing"}}))]
#[case::all_resources_but(json!({"Effect": "Allow", "Action": "logs:PutLogEvents", "NotResource": "a"}))]
#[case::denial(json!({"Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": "a"}))]
#[case::by_a_condition(json!({"Fn::If": ["A", {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "a"}, "b"]}))]
#[case::without_action(json!({"Effect": "Allow", "Resource": "a"}))]
fn a_statement_that_cannot_be_judged_is_a_defect(#[case] statement: Value) {
    let mut role = sound();
    role["Policies"][0]["PolicyDocument"]["Statement"].as_array_mut().unwrap().push(statement);
    let found = found(&json!({"JudgeRole": role}), &json!({}));
    assert!(matches!(found.as_slice(), [only] if only.contains("neither exceptions nor conditions")), "{found:?}");
}

#[rstest]
#[case::by_a_condition(json!([{"Fn::If": ["A", {"PolicyDocument": {"Statement": []}}, {"Ref": "AWS::NoValue"}]}]))]
#[case::all_by_a_condition(json!({"Fn::If": ["A", [], []]}))]
#[case::document_by_a_condition(json!([{"PolicyDocument": {"Fn::If": ["A", {"Statement": []}, {"Statement": []}]}}]))]
#[case::empty(json!([{"PolicyDocument": {"Statement": []}}]))]
fn a_policy_that_cannot_be_read_is_a_defect(#[case] policies: Value) {
    let mut role = sound();
    role["Policies"] = policies;
    let found = found(&json!({"JudgeRole": sound(), "ToolRole": role}), &json!({}));
    assert!(
        matches!(found.as_slice(), [only] if only.starts_with("ToolRole: a policy without statements")),
        "{found:?}"
    );
}

#[rstest]
#[case::anybody(json!({"Principal": "*"}))]
#[case::an_account(json!({"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}))]
#[case::an_account_besides(json!({"Principal": {"Service": "lambda.amazonaws.com", "AWS": "*"}}))]
#[case::two_services(json!({"Principal": {"Service": ["lambda.amazonaws.com", "ec2.amazonaws.com"]}}))]
#[case::all_but(json!({"NotPrincipal": {"Service": "lambda.amazonaws.com"}, "Principal": null}))]
fn whom_one_service_does_not_assume_is_a_defect(#[case] changes: Value) {
    let mut role = sound();
    let statement = role["AssumeRolePolicyDocument"]["Statement"][0].as_object_mut().unwrap();
    statement.extend(changes.as_object().unwrap().clone());
    let found = found(&json!({"JudgeRole": role}), &json!({}));
    assert_eq!(found, ["JudgeRole: one service may assume it, and nobody else"]);
}

#[test]
fn a_second_trust_is_a_defect() {
    let mut role = sound();
    let trust = &mut role["AssumeRolePolicyDocument"]["Statement"];
    let again = trust[0].clone();
    trust.as_array_mut().unwrap().push(again);
    assert_eq!(found(&json!({"JudgeRole": role}), &json!({})).len(), 1);
}

#[test]
fn a_managed_policy_is_a_defect() {
    let mut role = sound();
    role["ManagedPolicyArns"] = json!(["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]);
    let found = found(&json!({"JudgeRole": role}), &json!({}));
    assert!(matches!(found.as_slice(), [only] if only.contains("a managed policy")), "{found:?}");
}

#[rstest]
#[case::policy_beside_the_role("AWS::IAM::RolePolicy", json!({}), "a right that no role has by itself")]
#[case::policy_of_the_secret("AWS::SecretsManager::ResourcePolicy", json!({}), "a right that no role has by itself")]
#[case::secret_in_a_variable(
    "AWS::Lambda::Function",
    json!({"Environment": {"Variables": {"KEY": "{{resolve:secretsmanager:countersign/signing}}"}}}),
    "has a secret among its properties"
)]
fn a_secret_is_open_by_roles_alone(#[case] kind: &str, #[case] properties: Value, #[case] part: &str) {
    let found = found(&json!({"JudgeRole": sound()}), &json!({"Other": {"Type": kind, "Properties": properties}}));
    assert!(matches!(found.as_slice(), [only] if only.starts_with("Other: ") && only.contains(part)), "{found:?}");
}

#[test]
fn a_right_that_is_missing_is_a_defect() {
    let found = found(&json!({}), &json!({}));
    assert_eq!(found, ["JudgeRole: secretsmanager:GetSecretValue of Signing is what it needs and may not do"]);
}
