//! What a function may do with which secret.

use rstest::rstest;

use super::{changed, deploy};
use crate::SecretPermission;

const ALLOWED: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:allowed-";

/// A role with this policy statement, a secret, and the function with that role.
fn with_statement(statement: &str) -> String {
    let role = format!(
        "  Secret:
    Type: AWS::SecretsManager::Secret
    Properties: {{ Name: allowed }}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: {{ }}
      Policies:
        - PolicyName: first
          PolicyDocument: {{ Version: '2012-10-17', Statement: {statement} }}
  Function:\n"
    );
    let text = changed("  Function:\n", &role);
    text.replace("      Handler: bootstrap", "      Role: !GetAtt Role.Arn\n      Handler: bootstrap")
}

fn permissions(text: &str) -> Vec<SecretPermission> {
    let function = deploy(text).unwrap_or_else(|error| panic!("{error}\n{text}")).functions()[0].clone();
    assert_eq!(function.principal, "arn:aws:sts::000000000000:assumed-role/countersign-Role/countersign-Function");
    function.secret_permissions
}

#[rstest]
#[case::texts("[{ Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref Secret }]", 1)]
#[case::lists(
    "[{ Effect: Allow, Action: [s3:GetObject, secretsmanager:GetSecretValue], Resource: [!Ref Secret, !GetAtt Secret.Id] }]",
    2
)]
#[case::one_statement("{ Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref Secret }", 1)]
#[case::named("{ Sid: a, Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref Secret }", 1)]
#[case::any_case("{ Effect: Allow, Action: SecretsManager:getsecretvalue, Resource: !Ref Secret }", 1)]
#[case::other_action("{ Effect: Allow, Action: secretsmanager:ListSecrets, Resource: '*' }", 0)]
#[case::other_actions("{ Effect: Allow, Action: ['secretsmanager:List*', 'logs:*'], Resource: '*' }", 0)]
#[case::other_service("{ Effect: Allow, Action: s3:GetSecretValue, Resource: !Ref Secret }", 0)]
#[case::condition_on_something_else(
    "{ Effect: Allow, Action: s3:GetObject, Resource: '*', Condition: { Bool: { x: 'true' } } }",
    0
)]
fn a_function_may_read_what_its_role_is_allowed_to(#[case] statement: &str, #[case] count: usize) {
    let permissions = permissions(&with_statement(statement));
    assert_eq!(permissions.len(), count);
    let reads = |one: &SecretPermission| one.action == "secretsmanager:getsecretvalue";
    assert!(permissions.iter().all(|one| reads(one) && one.secret.starts_with(ALLOWED)), "{permissions:?}");
}

#[test]
fn each_action_is_allowed_by_itself() {
    let actions = ["DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage"];
    for action in actions.map(|action| format!("secretsmanager:{action}")) {
        let statement = format!("{{ Effect: Allow, Action: {action}, Resource: !Ref Secret }}");
        let permissions = permissions(&with_statement(&statement));
        assert!(matches!(&permissions[..], [one] if one.action == action.to_ascii_lowercase()), "{permissions:?}");
    }
}

#[test]
fn all_policies_and_statements_of_a_role_count() {
    let statement = "{ Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref Secret }";
    let policy = "        - PolicyName: first\n";
    let second = format!(
        "        - PolicyName: second
          PolicyDocument: {{ Version: '2012-10-17', Statement: [{statement}] }}\n{policy}"
    );
    let text = with_statement(&format!("[{statement}, {statement}]")).replace(policy, &second);
    assert_eq!(permissions(&text).len(), 3);
}

#[rstest]
#[case::no_role("      Role: !GetAtt Role.Arn\n", "")]
#[case::no_policies("Policies:", "Tags:")]
fn without_a_grant_a_function_may_read_nothing(#[case] from: &str, #[case] to: &str) {
    let text = with_statement("{ Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref Secret }");
    assert_eq!(text.matches(from).count(), 1);
    assert!(deploy(&text.replace(from, to)).unwrap().functions()[0].secret_permissions.is_empty());
}

#[test]
fn the_grant_of_one_function_is_none_of_another() {
    let text = with_statement("{ Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref Secret }");
    let other = "  Other:
    Type: AWS::Serverless::Function
    Metadata: { BuildMethod: rust-cargolambda, BuildProperties: { Binary: other } }
    Properties: { Handler: bootstrap, Runtime: provided.al2023, Role: !GetAtt OtherRole.Arn }
  OtherRole:
    Type: AWS::IAM::Role
    Properties: { RoleName: other }
Outputs:";
    let stack = deploy(&text.replace("Outputs:", other)).unwrap();
    let [function, other] = stack.functions() else { panic!("{:?}", stack.functions()) };
    assert_eq!((function.secret_permissions.len(), other.secret_permissions.len()), (1, 0));
    assert_eq!(other.principal, "arn:aws:sts::000000000000:assumed-role/other/countersign-Other");
}

#[rstest]
#[case::deny("Effect: Allow", "Effect: Deny", "found `Deny`, expected `Allow`")]
#[case::everything(
    "Action: secretsmanager:GetSecretValue",
    "Action: '*'",
    "found `*`, expected actions of Secrets Manager"
)]
#[case::all_of_the_service(
    "Action: secretsmanager:GetSecretValue",
    "Action: 'secretsmanager:*'",
    "found `secretsmanager:*`"
)]
#[case::wildcard_in_a_list(
    "Action: secretsmanager:GetSecretValue",
    "Action: [s3:GetObject, 'SecretsManager:Get*']",
    "found `SecretsManager:Get*`"
)]
#[case::what_is_written(
    "Action: secretsmanager:GetSecretValue",
    "Action: 'secretsmanager:Put*'",
    "found `secretsmanager:Put*`"
)]
#[case::question_mark(
    "Action: secretsmanager:GetSecretValue",
    "Action: 'secretsmanager:?etSecretValue'",
    "found `secretsmanager:?etSecretValue`"
)]
#[case::not_action(
    "Action: secretsmanager:GetSecretValue",
    "NotAction: s3:GetObject",
    "found a statement without `Action`"
)]
#[case::not_action_too("Effect", "NotAction: s3:GetObject, Effect", "found `NotAction` in a statement")]
#[case::not_resource("Resource: !Ref Secret", "NotResource: !Ref Secret", "found a statement without `Resource`")]
#[case::condition("Effect", "Condition: { Bool: { x: 'true' } }, Effect", "found a mapping, expected no condition")]
#[case::any_resource("!Ref Secret", "'*'", "found `*`, expected the whole ARN of a secret, without wildcards")]
#[case::any_suffix("!Ref Secret", "!Sub '${Secret}*'", "expected the whole ARN of a secret, without wildcards")]
#[case::six_characters(
    "!Ref Secret",
    "['arn:aws:secretsmanager:us-east-1:000000000000:secret:allowed-??????']",
    "expected the whole ARN of a secret, without wildcards"
)]
#[case::name("!Ref Secret", "allowed", "found `allowed`, expected the whole ARN of a secret")]
#[case::function("!Ref Secret", "!GetAtt Function.Name", "found the attribute `Function.Name`")]
#[case::other_resource(
    "!Ref Secret",
    "arn:aws:s3:::bucket",
    "found `arn:aws:s3:::bucket`, expected the whole ARN of a secret"
)]
#[case::nothing("!Ref Secret", "", "found nothing, expected the whole ARN of a secret")]
#[case::managed_policy(
    "      Policies:",
    "      ManagedPolicyArns: [arn:aws:iam::aws:policy/SecretsManagerReadWrite]\n      Policies:",
    "found `ManagedPolicyArns` in a role, expected what the laptop knows"
)]
#[case::boundary(
    "      Policies:",
    "      PermissionsBoundary: x\n      Policies:",
    "found `PermissionsBoundary` in a role"
)]
#[case::version("Version: '2012-10-17'", "Version: '2008-10-17'", "found `2008-10-17`, expected `2012-10-17`")]
#[case::role_name("      Policies:", "      RoleName: 'a b'\n      Policies:", "found `a b`, expected 1 to 64 letters")]
#[case::foreign_role(
    "Role: !GetAtt Role.Arn",
    "Role: arn:aws:iam::000000000000:role/admin",
    "found `arn:aws:iam::000000000000:role/admin`, expected the ARN of a role of this template"
)]
#[case::role_by_name(
    "Role: !GetAtt Role.Arn",
    "Role: !Ref Role",
    "found `countersign-Role`, expected the ARN of a role"
)]
#[case::policies_of_sam(
    "      Role: !GetAtt Role.Arn",
    "      Policies: [SecretsManagerReadWrite]\n      Role: !GetAtt Role.Arn",
    "found `Policies` in a function"
)]
fn what_the_laptop_cannot_judge_is_refused(#[case] from: &str, #[case] to: &str, #[case] message: &str) {
    let text = with_statement("{ Effect: Allow, Action: secretsmanager:GetSecretValue, Resource: !Ref Secret }");
    assert_eq!(text.matches(from).count(), 1, "{from}");
    let error = deploy(&text.replace(from, to)).unwrap_err().to_string();
    assert!(error.contains(message), "{error}");
}
