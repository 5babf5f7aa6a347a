use axum::Router;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use environment::Environment;
use rstest::rstest;
use secrecy::ExposeSecret as _;

use super::{SecretError, SecretsManager};

/// A client of a Secrets Manager on loopback that gives one answer.
async fn client(status: u16, body: &'static str) -> SecretsManager {
    let status = StatusCode::from_u16(status).unwrap();
    let answer = move || async move { (status, [(CONTENT_TYPE, "application/x-amz-json-1.1")], body) };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
    at(&format!("http://{address}"))
}

fn at(endpoint: &str) -> SecretsManager {
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
