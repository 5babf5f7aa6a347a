use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use environment::Environment;
use rstest::rstest;
use secrecy::ExposeSecret as _;

use super::{SecretError, SecretsManager, Stages};

/// A client of a Secrets Manager on loopback that gives one answer.
async fn client(status: u16, body: &'static str) -> SecretsManager {
    let status = StatusCode::from_u16(status).unwrap();
    let answer = move || async move { (status, [(CONTENT_TYPE, "application/x-amz-json-1.1")], body) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    at(&format!("http://{address}"))
}

/// A client of the Secrets Manager at an address.
pub(crate) fn at(endpoint: &str) -> SecretsManager {
    SecretsManager::new(&Environment::new(|name| match name {
        "AWS_ENDPOINT_URL_SECRETS_MANAGER" => Some(endpoint.to_owned()),
        "AWS_SESSION_TOKEN" => None,
        _ => Some("test".to_owned()),
    }))
    .unwrap()
}

#[tokio::test]
async fn the_text_of_a_secret_is_read() {
    let client = client(200, r#"{"Name":"a","SecretString":"PRIVATE"}"#).await;
    let text = client.text("a").await.unwrap();
    assert_eq!(text.expose_secret(), "PRIVATE");
    assert!(!format!("{text:?} {client:?}").contains("PRIVATE"));
}

#[rstest]
#[case::not_found(400, r#"{"__type":"ResourceNotFoundException","Message":"PRIVATE"}"#, SecretError::Refused("ResourceNotFoundException".into()))]
#[case::denied(400, r#"{"__type":"AccessDeniedException","Message":"PRIVATE"}"#, SecretError::Refused("AccessDeniedException".into()))]
#[case::never_filled(200, r#"{"Name":"a"}"#, SecretError::NoText)]
#[case::binary(200, r#"{"Name":"a","SecretBinary":"UFJJVkFURQ=="}"#, SecretError::NoText)]
#[tokio::test]
async fn a_refusal_is_named_as_aws_names_it(
    #[case] status: u16,
    #[case] body: &'static str,
    #[case] expected: SecretError,
) {
    let error = client(status, body).await.text("a").await.unwrap_err();
    assert_eq!(error, expected);
    assert!(!format!("{error} {error:?}").contains("PRIVATE"));
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    assert_eq!(at(&format!("http://{address}")).text("a").await.unwrap_err(), SecretError::Unreachable);
}

#[tokio::test]
async fn a_version_without_a_value_is_none() {
    let client = client(400, r#"{"__type":"ResourceNotFoundException"}"#).await;
    assert!(client.version("a", "v").await.unwrap().is_none());
}

#[tokio::test]
async fn a_secret_that_was_never_filled_has_no_stages() {
    let stages = client(200, r#"{"Name":"a"}"#).await.stages("a").await.unwrap();
    assert_eq!(stages, Stages::default());
}

#[tokio::test]
async fn each_label_is_that_of_one_version() {
    let body = r#"{"VersionIdsToStages":{"v1":["AWSCURRENT","AWSPENDING"],"v0":["AWSPREVIOUS"],"v":[]}}"#;
    let stages = client(200, body).await.stages("a").await.unwrap();
    let versions = ["AWSCURRENT", "AWSPENDING", "AWSPREVIOUS", "other"].map(|stage| stages.version(stage));
    assert_eq!(versions, [Some("v1"), Some("v1"), Some("v0"), None]);
}

#[rstest]
#[case::taken(r#"{"__type":"ResourceExistsException","Message":"PRIVATE"}"#, "ResourceExistsException")]
#[case::moved(r#"{"__type":"InvalidParameterException","Message":"PRIVATE"}"#, "InvalidParameterException")]
#[tokio::test]
async fn a_write_that_lost_says_so_and_nothing_else(#[case] body: &'static str, #[case] code: &str) {
    let client = client(400, body).await;
    let expected = SecretError::Refused(code.to_owned());
    assert_eq!(client.replace("a", None, &"PRIVATE".into()).await.unwrap_err(), expected);
    assert_eq!(client.replace("a", Some("v"), &"PRIVATE".into()).await.unwrap_err(), expected);
    assert_eq!(client.move_stage("a", "AWSCURRENT", "v", None).await.unwrap_err(), expected);
    assert!(!format!("{expected} {expected:?}").contains("PRIVATE"));
}
