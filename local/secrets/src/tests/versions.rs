//! Versions and staging labels, over HTTP, as the rotation of a secret uses them.

use reqwest::Method;
use reqwest::header::HeaderValue;
use rstest::rstest;
use serde_json::{Value, json};

use super::{ARN, NAME, Service, TARGET, id, serve};
use crate::{Grants, Operation, Secrets};

const FIRST: &str = "00000000-0000-4000-8000-000000000001";
const SECOND: &str = "00000000-0000-4000-8000-000000000002";
const OPERATIONS: [Operation; 4] = [
    Operation::DescribeSecret,
    Operation::GetSecretValue,
    Operation::PutSecretValue,
    Operation::UpdateSecretVersionStage,
];

/// An empty secret, and a function that may do all of this with it, or all but one thing.
async fn secret(forbidden: Option<Operation>) -> Service {
    let mut grants = Grants::default();
    let allowed = OPERATIONS.into_iter().filter(|operation| Some(*operation) != forbidden);
    let credentials = grants.add("a function", allowed.map(|operation| (operation, ARN)));
    let [(_, key), _] = credentials.environment();
    let service = serve(grants, key).await;
    service.secrets.create(&id());
    service
}

impl Service {
    async fn call(&self, operation: &str, mut request: Value) -> (u16, Value) {
        request["SecretId"] = json!(NAME);
        let mut headers = self.headers.clone();
        headers.insert(TARGET, HeaderValue::from_str(&format!("secretsmanager.{operation}")).unwrap());
        self.send(Method::POST, "", headers, request.to_string()).await
    }

    async fn put(&self, token: &str, value: &str, stage: &str) -> (u16, Value) {
        let request = json!({"ClientRequestToken": token, "SecretString": value, "VersionStages": [stage]});
        self.call("PutSecretValue", request).await
    }

    async fn stages(&self) -> Value {
        let (status, answer) = self.call("DescribeSecret", json!({})).await;
        assert_eq!(status, 200, "{answer}");
        answer["VersionIdsToStages"].clone()
    }

    async fn refused(&self, operation: &str, request: Value, code: &str) {
        let before = self.stages().await;
        let (status, answer) = self.call(operation, request).await;
        assert_eq!((status, answer["__type"].as_str()), (400, Some(code)), "{answer}");
        assert_eq!(self.stages().await, before);
    }
}

/// A secret with `FIRST` in use and `SECOND` to come.
async fn rotating() -> Service {
    let service = secret(None).await;
    service.put(FIRST, "first", "AWSCURRENT").await;
    service.put(SECOND, "second", "AWSPENDING").await;
    service
}

#[tokio::test]
async fn a_secret_that_was_never_filled_has_no_version() {
    let service = secret(None).await;
    assert_eq!(service.stages().await, Value::Null);
    service.refused("GetSecretValue", json!({}), "ResourceNotFoundException").await;
    assert!(service.secrets.value(NAME).is_none());
}

#[tokio::test]
async fn the_first_version_is_in_use_whatever_its_label() {
    let service = secret(None).await;
    let (status, answer) = service.put(FIRST, "first", "AWSPENDING").await;
    assert_eq!((status, &answer["VersionStages"]), (200, &json!(["AWSCURRENT", "AWSPENDING"])));
}

#[tokio::test]
async fn a_version_keeps_its_value() {
    let service = rotating().await;
    assert_eq!(service.put(FIRST, "first", "AWSCURRENT").await.0, 200, "the same again");
    let other = json!({"ClientRequestToken": FIRST, "SecretString": "other"});
    service.refused("PutSecretValue", other, "ResourceExistsException").await;
    let (_, answer) = service.call("GetSecretValue", json!({"VersionId": FIRST})).await;
    assert_eq!(answer["SecretString"], "first");
}

#[tokio::test]
async fn the_label_of_what_is_in_use_moves_and_the_one_before_is_marked() {
    let service = rotating().await;
    let request = json!({"VersionStage": "AWSCURRENT", "RemoveFromVersionId": FIRST, "MoveToVersionId": SECOND});
    assert_eq!(service.call("UpdateSecretVersionStage", request).await.0, 200);
    assert_eq!(service.stages().await, json!({FIRST: ["AWSPREVIOUS"], SECOND: ["AWSCURRENT", "AWSPENDING"]}));
    assert_eq!(service.call("GetSecretValue", json!({})).await.1["SecretString"], "second");
    let back = json!({"VersionStage": "AWSCURRENT", "RemoveFromVersionId": SECOND, "MoveToVersionId": FIRST});
    assert_eq!(service.call("UpdateSecretVersionStage", back).await.0, 200);
    assert_eq!(service.stages().await, json!({FIRST: ["AWSCURRENT"], SECOND: ["AWSPENDING", "AWSPREVIOUS"]}));
}

#[tokio::test]
async fn a_version_without_a_label_is_forgotten() {
    let service = rotating().await;
    let request = json!({"VersionStage": "AWSPENDING", "RemoveFromVersionId": SECOND});
    assert_eq!(service.call("UpdateSecretVersionStage", request).await.0, 200);
    assert_eq!(service.stages().await, json!({FIRST: ["AWSCURRENT"]}));
}

#[rstest]
#[case::from_another("AWSCURRENT", Some(SECOND), Some(SECOND), "InvalidParameterException")]
#[case::from_nowhere("AWSCURRENT", None, Some(SECOND), "InvalidParameterException")]
#[case::to_nowhere("AWSCURRENT", Some(FIRST), None, "InvalidParameterException")]
#[case::pending_from_another("AWSPENDING", Some(FIRST), Some(FIRST), "InvalidParameterException")]
#[case::label_of_none("other", Some(FIRST), Some(SECOND), "InvalidParameterException")]
#[case::neither("AWSPENDING", None, None, "InvalidParameterException")]
#[case::to_unknown("AWSCURRENT", Some(FIRST), Some("unknown"), "ResourceNotFoundException")]
#[case::no_label("", Some(FIRST), Some(SECOND), "InvalidParameterException")]
#[tokio::test]
async fn a_label_is_taken_from_where_it_is_or_stays(
    #[case] stage: &str,
    #[case] from: Option<&str>,
    #[case] to: Option<&str>,
    #[case] code: &str,
) {
    let request = json!({"VersionStage": stage, "RemoveFromVersionId": from, "MoveToVersionId": to});
    rotating().await.refused("UpdateSecretVersionStage", request, code).await;
}

#[rstest]
#[case::no_token(json!({"SecretString": "a"}), "InvalidParameterException")]
#[case::short_token(json!({"ClientRequestToken": "short", "SecretString": "a"}), "InvalidParameterException")]
#[case::long_token(json!({"ClientRequestToken": "x".repeat(65), "SecretString": "a"}), "InvalidParameterException")]
#[case::no_value(json!({"ClientRequestToken": "x".repeat(32)}), "InvalidParameterException")]
#[case::empty_value(json!({"ClientRequestToken": "x".repeat(32), "SecretString": ""}), "InvalidParameterException")]
#[case::long_value(json!({"ClientRequestToken": "x".repeat(32), "SecretString": "x".repeat(65_537)}), "InvalidParameterException")]
#[case::no_labels(json!({"ClientRequestToken": "x".repeat(32), "SecretString": "a", "VersionStages": []}), "InvalidParameterException")]
#[case::value_is_a_number(json!({"ClientRequestToken": "x".repeat(32), "SecretString": 1}), "SerializationException")]
#[tokio::test]
async fn a_version_that_secrets_manager_would_refuse_is_not_made(#[case] request: Value, #[case] code: &str) {
    rotating().await.refused("PutSecretValue", request, code).await;
}

#[rstest]
#[case::of_another_version(json!({"VersionId": FIRST, "VersionStage": "AWSPENDING"}), "InvalidRequestException")]
#[case::unknown_version(json!({"VersionId": "unknown"}), "ResourceNotFoundException")]
#[case::unknown_label(json!({"VersionStage": "AWSPREVIOUS"}), "ResourceNotFoundException")]
#[tokio::test]
async fn a_version_is_found_by_what_it_has(#[case] request: Value, #[case] code: &str) {
    rotating().await.refused("GetSecretValue", request, code).await;
}

#[tokio::test]
async fn a_rotation_begins_with_a_version_that_has_no_value() {
    let service = secret(None).await;
    service.put(FIRST, "first", "AWSCURRENT").await;
    service.secrets.begin_rotation(&id(), SECOND).unwrap();
    assert_eq!(service.stages().await, json!({FIRST: ["AWSCURRENT"], SECOND: ["AWSPENDING"]}));
    service.refused("GetSecretValue", json!({"VersionId": SECOND}), "ResourceNotFoundException").await;
    assert_eq!(service.put(SECOND, "second", "AWSPENDING").await.0, 200);
    let (_, answer) = service.call("GetSecretValue", json!({"VersionStage": "AWSPENDING"})).await;
    assert_eq!(answer["SecretString"], "second");
}

#[tokio::test]
async fn versions_outlive_the_program() {
    let service = rotating().await;
    service.secrets.begin_rotation(&id(), "x").unwrap();
    let again = Secrets::open(service.state.path()).unwrap();
    let versions = again.find(NAME).unwrap().1;
    let text = format!("{versions:?}");
    assert_eq!(text, format!("{:?}", service.secrets.find(NAME).unwrap().1));
    assert!(versions.with_id("x").is_some_and(|version| version.value.is_none()) && !text.contains("first"), "{text}");
}

#[rstest]
#[case(Operation::DescribeSecret)]
#[case(Operation::GetSecretValue)]
#[case(Operation::PutSecretValue)]
#[case(Operation::UpdateSecretVersionStage)]
#[tokio::test]
async fn each_operation_is_allowed_for_itself(#[case] forbidden: Operation) {
    let service = secret(Some(forbidden)).await;
    for operation in OPERATIONS {
        let (_, answer) = service.call(&format!("{operation:?}"), json!({})).await;
        let denied = answer["__type"] == "AccessDeniedException";
        assert_eq!(denied, operation == forbidden, "{operation:?}: {answer}");
        if denied {
            assert!(answer["Message"].as_str().unwrap().contains(&format!("secretsmanager:{operation:?}")), "{answer}");
        }
    }
}

#[test]
fn an_action_is_known_as_iam_compares_it() {
    assert_eq!(Operation::of_action("SecretsManager:putsecretvalue"), Some(Operation::PutSecretValue));
    for action in ["PutSecretValue", "secretsmanager:*", "secretsmanager:DeleteSecret", ""] {
        assert_eq!(Operation::of_action(action), None);
    }
}
