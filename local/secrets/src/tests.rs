use std::sync::Arc;

use reqwest::header::{AUTHORIZATION, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN};
use reqwest::{Client, Method};
use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use tempfile::{TempDir, tempdir};

use crate::{Grants, Operation, SecretId, SecretIdError, Secrets, StoreError, router};

mod grants;
mod versions;

const NAME: &str = "countersign/control";
const ARN: &str = "arn:aws:secretsmanager:us-east-1:000000000000:secret:countersign/control-aB3dE6";
const READ: (Operation, &str) = (Operation::GetSecretValue, ARN);
const TARGET: HeaderName = HeaderName::from_static("x-amz-target");

fn id() -> SecretId {
    SecretId::new(ARN, NAME).unwrap()
}

/// The service on a port of its own, and headers of a request that it answers.
struct Service {
    url: String,
    headers: HeaderMap,
    secrets: Arc<Secrets>,
    state: TempDir,
}

/// With the secret of [`id`], and a function that may read it.
async fn service() -> Service {
    let mut grants = Grants::default();
    let [(_, key), _] = grants.add("a function", [READ]).environment().map(|(name, value)| (name, value.to_owned()));
    let service = serve(grants, &key).await;
    service.secrets.put(&id(), "first".into()).unwrap();
    service
}

/// Without secrets, for the function that has this access key.
async fn serve(grants: Grants, key: &str) -> Service {
    let state = tempdir().unwrap();
    let secrets = Arc::new(Secrets::open(state.path()).unwrap());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let headers = signed(key);
    let router = router(secrets.clone(), grants);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Service { url, headers, secrets, state }
}

fn signed(key: &str) -> HeaderMap {
    HeaderMap::from_iter([
        (TARGET, HeaderValue::from_static("secretsmanager.GetSecretValue")),
        (AUTHORIZATION, HeaderValue::from_str(&signature(key)).unwrap()),
    ])
}

fn signature(key: &str) -> String {
    let scope = "20261123/us-east-1/secretsmanager/aws4_request";
    format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders=host;x-amz-date, Signature=00")
}

impl Service {
    async fn send(&self, method: Method, path: &str, headers: HeaderMap, body: String) -> (u16, Value) {
        let url = format!("{}{path}", self.url);
        // reqwest wants to know its cryptography although nothing here is encrypted; the second test finds it known.
        drop(rustls::crypto::aws_lc_rs::default_provider().install_default());
        let answer = Client::new().request(method, url).headers(headers).body(body).send().await.unwrap();
        assert_eq!(answer.headers()["content-type"], "application/x-amz-json-1.1");
        assert!(answer.headers().contains_key("x-amzn-requestid"));
        assert!(!answer.headers().keys().any(|name| name.as_str().starts_with("access-control-")));
        (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap())
    }

    async fn post(&self, body: Value) -> (u16, Value) {
        self.send(Method::POST, "", self.headers.clone(), body.to_string()).await
    }
}

#[rstest]
#[case::name(NAME)]
#[case::arn(ARN)]
#[case::partial_arn(ARN.strip_suffix("-aB3dE6").unwrap())]
#[tokio::test]
async fn a_secret_is_found_by_name_and_arn(#[case] secret_id: &str) {
    let service = service().await;
    for extra in [json!({}), json!({"VersionStage": "AWSCURRENT"}), json!({"VersionId": null})] {
        let mut request = extra;
        request["SecretId"] = json!(secret_id);
        let (status, answer) = service.post(request).await;
        let secret = service.secrets.value(NAME).unwrap();
        let expected = json!({
            "ARN": ARN,
            "Name": NAME,
            "SecretString": "first",
            "VersionId": secret.version.to_string(),
            "VersionStages": ["AWSCURRENT"],
            "CreatedDate": secret.created,
        });
        assert_eq!((status, answer), (200, expected));
    }
}

#[tokio::test]
async fn a_new_value_is_a_new_version() {
    let service = service().await;
    let (_, first) = service.post(json!({"SecretId": NAME})).await;
    service.secrets.put(&id(), "second".into()).unwrap();
    let (_, second) = service.post(json!({"SecretId": NAME, "VersionStage": "AWSCURRENT"})).await;
    assert_eq!(second["SecretString"], "second");
    assert_ne!(second["VersionId"], first["VersionId"]);
    let (status, before) = service.post(json!({"SecretId": NAME, "VersionId": first["VersionId"]})).await;
    assert_eq!((status, &before["VersionStages"]), (200, &json!(["AWSPREVIOUS"])));
    service.secrets.put(&id(), "third".into()).unwrap();
    let (status, answer) = service.post(json!({"SecretId": NAME, "VersionId": first["VersionId"]})).await;
    assert_eq!((status, &answer["__type"]), (400, &json!("ResourceNotFoundException")));
}

#[rstest]
#[case::other_name(json!({"SecretId": "countersign/signing"}), "ResourceNotFoundException")]
#[case::part_of_the_name(json!({"SecretId": "countersign"}), "ResourceNotFoundException")]
#[case::other_arn(json!({"SecretId": ARN.replace("us-east-1", "us-east-2")}), "ResourceNotFoundException")]
#[case::part_of_the_suffix(json!({"SecretId": ARN.strip_suffix("E6").unwrap()}), "ResourceNotFoundException")]
#[case::short_arn(json!({"SecretId": "arn:aws:secretsmanager"}), "ResourceNotFoundException")]
#[case::other_stage(json!({"SecretId": NAME, "VersionStage": "AWSPREVIOUS"}), "ResourceNotFoundException")]
#[case::no_id(json!({}), "InvalidParameterException")]
#[case::empty_id(json!({"SecretId": ""}), "InvalidParameterException")]
#[case::not_a_text(json!({"SecretId": 1}), "SerializationException")]
#[case::not_an_object(json!("countersign/control"), "SerializationException")]
#[tokio::test]
async fn other_requests_get_the_error_of_secrets_manager(#[case] request: Value, #[case] code: &str) {
    let (status, answer) = service().await.post(request).await;
    assert_eq!((status, answer["__type"].as_str().unwrap()), (400, code));
    assert!(answer["Message"].is_string());
}

/// Alters the headers of a request that would be answered.
type Change = fn(&mut HeaderMap);

#[rstest]
#[case::unsigned(|headers: &mut HeaderMap| { headers.remove(AUTHORIZATION); }, 400, "MissingAuthenticationTokenException")]
#[case::signed_twice(
    |headers: &mut HeaderMap| { headers.append(AUTHORIZATION, headers[AUTHORIZATION].clone()); },
    400, "MissingAuthenticationTokenException"
)]
#[case::another_key(|headers: &mut HeaderMap| set(headers, &signature(&"LOCAL".repeat(8))), 400, "UnrecognizedClientException")]
#[case::no_key(|headers: &mut HeaderMap| set(headers, &signature("")), 400, "UnrecognizedClientException")]
#[case::the_start_of_the_key(
    |headers: &mut HeaderMap| { let text = text(headers); set(headers, &text.replacen("/2026", "0/2026", 1)); },
    400, "UnrecognizedClientException"
)]
#[case::two_keys(
    |headers: &mut HeaderMap| { let text = text(headers); set(headers, &(text + ", Credential=another/2026")); },
    400, "UnrecognizedClientException"
)]
#[case::another_scheme(
    |headers: &mut HeaderMap| { let text = text(headers); set(headers, &text.replace("AWS4-HMAC-SHA256", "Bearer")); },
    400, "UnrecognizedClientException"
)]
#[case::another_host(
    |headers: &mut HeaderMap| { headers.insert(HOST, HeaderValue::from_static("rebound.example.com")); }, 403, "AccessDeniedException"
)]
#[case::a_page(
    |headers: &mut HeaderMap| { headers.insert(ORIGIN, HeaderValue::from_static("http://127.0.0.1:8484")); },
    403, "AccessDeniedException"
)]
#[case::another_operation(
    |headers: &mut HeaderMap| { headers.insert(TARGET, HeaderValue::from_static("secretsmanager.ListSecrets")); },
    400, "UnknownOperationException"
)]
#[case::another_service(
    |headers: &mut HeaderMap| { headers.insert(TARGET, HeaderValue::from_static("DynamoDB.GetSecretValue")); },
    400, "UnknownOperationException"
)]
#[case::no_operation(|headers: &mut HeaderMap| { headers.remove(TARGET); }, 400, "UnknownOperationException")]
#[tokio::test]
async fn only_a_function_of_this_run_is_answered(#[case] change: Change, #[case] status: u16, #[case] code: &str) {
    let service = service().await;
    let mut headers = service.headers.clone();
    change(&mut headers);
    let answer = service.send(Method::POST, "", headers, json!({"SecretId": NAME}).to_string()).await;
    assert_eq!((answer.0, answer.1["__type"].as_str().unwrap()), (status, code));
    assert!(!answer.1.to_string().contains("first"));
}

fn set(headers: &mut HeaderMap, authorization: &str) {
    headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap());
}

fn text(headers: &HeaderMap) -> String {
    headers[AUTHORIZATION].to_str().unwrap().to_owned()
}

#[rstest]
#[case::get(Method::GET, "")]
#[case::options(Method::OPTIONS, "")]
#[case::path(Method::POST, "secrets")]
#[tokio::test]
async fn there_is_one_operation_at_one_path(#[case] method: Method, #[case] path: &str) {
    let service = service().await;
    let body = json!({"SecretId": NAME}).to_string();
    let (status, answer) = service.send(method, path, service.headers.clone(), body).await;
    assert_eq!((status, answer["__type"].as_str().unwrap()), (400, "UnknownOperationException"));
}

#[tokio::test]
async fn a_request_is_bounded() {
    let service = service().await;
    let request = json!({"SecretId": NAME, "Padding": "x".repeat(8 * 1024)});
    assert_eq!(service.post(request).await.0, 413);
    let request = json!({"SecretId": NAME, "Padding": "x".repeat(7 * 1024)});
    assert_eq!(service.post(request).await.0, 200);
}

#[test]
fn secrets_outlive_the_program() {
    let state = tempdir().unwrap();
    let before = Secrets::open(state.path()).unwrap();
    before.put(&id(), "kept \"ü\"\n".into()).unwrap();
    let (before, after) = (before.value(NAME).unwrap(), Secrets::open(state.path()).unwrap().value(ARN).unwrap());
    assert_eq!(after.value.expose_secret(), "kept \"ü\"\n");
    assert_eq!((after.id, after.version, after.created), (before.id, before.version, before.created));
}

#[rstest]
#[case::empty("")]
#[case::not_json("{")]
#[case::no_versions(r#"{"arn":"A","name":"countersign/control"}"#)]
#[case::no_value(r#"{"arn":"A","name":"countersign/control","versions":[{"id":"V","stages":[],"created":1}]}"#)]
#[case::empty_value(
    r#"{"arn":"A","name":"countersign/control","versions":[{"id":"V","stages":[],"created":1,"value":""}]}"#
)]
#[case::two_values(
    r#"{"arn":"A","name":"countersign/control","versions":[{"id":"V","stages":[],"created":1,"value":"a","value":"b"}]}"#
)]
#[case::other_name(r#"{"arn":"A","name":"countersign/other","versions":[]}"#)]
#[case::no_date(r#"{"arn":"A","name":"countersign/control","versions":[{"id":"V","stages":[],"value":"a"}]}"#)]
#[case::no_labels(r#"{"arn":"A","name":"countersign/control","versions":[{"id":"V","created":1,"value":"a"}]}"#)]
fn a_damaged_file_is_named(#[case] text: &str) {
    let state = tempdir().unwrap();
    Secrets::open(state.path()).unwrap().put(&id(), "a".into()).unwrap();
    let path = state.path().join("secrets/countersign%2Fcontrol.json");
    std::fs::write(&path, text.replace("\"A\"", &format!("\"{ARN}\""))).unwrap();
    let error = Secrets::open(state.path()).unwrap_err();
    assert!(matches!(&error, StoreError::Damaged { path: named } if *named == path.display().to_string()), "{error}");
}

#[test]
fn all_files_that_others_may_read_are_named_and_refused() {
    use std::os::unix::fs::PermissionsExt as _;
    let state = tempdir().unwrap();
    let secrets = Secrets::open(state.path()).unwrap();
    let paths = ["control", "private", "signing"].map(|name| {
        let name = format!("countersign/{name}");
        secrets.put(&SecretId::new(ARN.replace(NAME, &name), &name).unwrap(), "a".into()).unwrap();
        state.path().join(format!("secrets/{}.json", name.replace('/', "%2F")))
    });
    let [control, _, signing] = &paths;
    for path in [control, signing] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).unwrap();
    }
    let error = Secrets::open(state.path()).unwrap_err().to_string();
    assert!(error.contains(&format!("chmod go= {} {};", control.display(), signing.display())), "{error}");
}

#[rstest]
#[case::empty(0)]
#[case::too_long(65_537)]
fn a_value_has_a_size(#[case] length: usize) {
    let state = tempdir().unwrap();
    let secrets = Secrets::open(state.path()).unwrap();
    secrets.put(&id(), "x".repeat(65_536).into()).unwrap();
    assert!(matches!(secrets.put(&id(), "x".repeat(length).into()).unwrap_err(), StoreError::Value));
    assert_eq!(secrets.value(NAME).unwrap().value.expose_secret().len(), 65_536);
}

#[rstest]
#[case::empty_name(ARN, "", SecretIdError::Name)]
#[case::space(ARN, "countersign control", SecretIdError::Name)]
#[case::escape(ARN, "countersign%2Fcontrol", SecretIdError::Name)]
#[case::long_name(ARN, &"x".repeat(201), SecretIdError::Name)]
#[case::other_name(ARN, "countersign/contro", SecretIdError::Arn)]
#[case::no_suffix(ARN.strip_suffix("-aB3dE6").unwrap(), NAME, SecretIdError::Arn)]
#[case::other_service(&ARN.replace("secretsmanager", "ssm"), NAME, SecretIdError::Arn)]
#[case::no_arn(NAME, NAME, SecretIdError::Arn)]
fn name_and_arn_belong_together(#[case] arn: &str, #[case] name: &str, #[case] error: SecretIdError) {
    assert_eq!(SecretId::new(arn, name).unwrap_err(), error);
}

#[test]
fn credentials_are_random_and_not_shown() {
    let mut grants = Grants::default();
    let (one, other) = (grants.add("one", [READ]), grants.add("other", [READ]));
    for ((_, one), (_, other)) in one.environment().into_iter().zip(other.environment()) {
        assert_ne!(one, other);
        assert!(one.len() >= 32);
    }
    let [(_, id), (_, secret)] = one.environment();
    let debug = format!("{one:?} {grants:?}");
    assert!(!debug.contains(id) && !debug.contains(secret), "{debug}");
}

#[test]
fn debug_output_shows_no_value() {
    let state = tempdir().unwrap();
    let secrets = Secrets::open(state.path()).unwrap();
    secrets.put(&id(), "sesame".into()).unwrap();
    assert!(!format!("{secrets:?} {:?}", secrets.value(NAME)).contains("sesame"));
}
