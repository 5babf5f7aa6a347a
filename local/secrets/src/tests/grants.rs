//! Which function may read which secret: of the project's own `template.yaml`, over HTTP.

use std::collections::BTreeMap;
use std::path::PathBuf;

use local_template::{Function, Pseudo, Stack, Template, samconfig};
use reqwest::Method;
use rstest::rstest;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{Service, serve, signed};
use crate::{Grants, Operation, SecretId};

const FUNCTIONS: [&str; 3] = ["authorizer", "profile", "key-rotation"];

/// The stack with its secrets filled, and the access key of each function.
struct Laptop {
    stack: Stack,
    service: Service,
    access_keys: BTreeMap<String, String>,
}

impl Laptop {
    async fn start() -> Self {
        let stack = stack();
        let mut grants = Grants::default();
        let mut access_keys = BTreeMap::new();
        for function in stack.functions() {
            let permissions = function.secret_permissions.iter();
            let allowed = permissions.map(|one| (Operation::of_action(&one.action).unwrap(), &one.secret));
            let credentials = grants.add(&function.principal, allowed);
            let [(_, access_key), _] = credentials.environment();
            access_keys.insert(function.binary.clone(), access_key.to_owned());
        }
        let service = serve(grants, "").await;
        let laptop = Self { stack, service, access_keys };
        for purpose in ["signing", "verification", "control"] {
            laptop.service.secrets.put(&laptop.secret(purpose), format!("PRIVATE {purpose}").into()).unwrap();
        }
        laptop
    }

    fn secret(&self, purpose: &str) -> SecretId {
        let mut secrets = self.stack.secrets().iter();
        let secret = secrets.find(|secret| secret.name == format!("countersign/{purpose}")).unwrap();
        SecretId::new(&secret.arn, &secret.name).unwrap()
    }

    fn function(&self, binary: &str) -> &Function {
        self.stack.functions().iter().find(|function| function.binary == binary).unwrap()
    }

    /// What a function is answered that asks for a secret.
    async fn ask(&self, function: &str, secret: &str) -> (u16, Value) {
        let body = json!({"SecretId": secret}).to_string();
        self.service.send(Method::POST, "", signed(&self.access_keys[function]), body).await
    }
}

fn stack() -> Stack {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let parameters = samconfig::parameter_overrides(&root.join("samconfig.toml"), "local").unwrap();
    let pseudo = Pseudo {
        account_id: "000000000000".to_owned(),
        partition: "aws".to_owned(),
        region: "us-east-1".to_owned(),
        stack_name: "countersign".to_owned(),
        url_suffix: "amazonaws.com".to_owned(),
    };
    Template::read(&root.join("template.yaml")).unwrap().resolve(&parameters, &pseudo).unwrap()
}

/// Each way to name a secret.
fn names(secret: &SecretId) -> [String; 3] {
    let arn = secret.arn();
    [arn.to_owned(), secret.name().to_owned(), arn[..arn.len() - 7].to_owned()]
}

#[rstest]
#[case::private_keys("authorizer", "signing")]
#[case::gateway("authorizer", "control")]
#[case::public_keys("profile", "verification")]
#[case::to_rotate("key-rotation", "signing")]
#[tokio::test]
async fn a_function_reads_what_its_role_may_read(#[case] function: &str, #[case] purpose: &str) {
    let laptop = Laptop::start().await;
    let secret = laptop.secret(purpose);
    for name in names(&secret) {
        let (status, answer) = laptop.ask(function, &name).await;
        assert_eq!((status, &answer["ARN"]), (200, &json!(secret.arn())), "{answer}");
    }
}

#[rstest]
#[case::private_keys("profile", "signing")]
#[case::gateway("profile", "control")]
#[case::public_keys("authorizer", "verification")]
#[tokio::test]
async fn a_function_is_refused_what_its_role_may_not_read(#[case] function: &str, #[case] purpose: &str) {
    let laptop = Laptop::start().await;
    let secret = laptop.secret(purpose);
    let role = &laptop.function(function).principal;
    let message = format!(
        "User: {role} is not authorized to perform: secretsmanager:GetSecretValue on resource: {} because no \
         identity-based policy allows the secretsmanager:GetSecretValue action",
        secret.arn()
    );
    let value = laptop.service.secrets.value(secret.name()).unwrap().value;
    for name in names(&secret) {
        let (status, answer) = laptop.ask(function, &name).await;
        assert_eq!((status, &answer), (400, &json!({"__type": "AccessDeniedException", "Message": message})));
        assert!(!answer.to_string().contains(value.expose_secret()));
    }
}

#[tokio::test]
async fn a_function_is_named_as_iam_names_it() {
    let laptop = Laptop::start().await;
    let expected = "arn:aws:sts::000000000000:assumed-role/countersign-ProfileRole/countersign-profile";
    assert_eq!(laptop.function("profile").principal, expected);
}

#[tokio::test]
async fn every_secret_has_a_reader_and_none_is_read_by_all() {
    let laptop = Laptop::start().await;
    for secret in laptop.stack.secrets() {
        let mut statuses = Vec::new();
        for function in FUNCTIONS {
            statuses.push(laptop.ask(function, &secret.arn).await.0);
        }
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 400], "{}", secret.name);
    }
}

#[tokio::test]
async fn nobody_reads_what_nobody_was_granted() {
    let mut grants = Grants::default();
    let credentials = grants.add("a function", Vec::<(Operation, String)>::new());
    let [(_, access_key), _] = credentials.environment();
    let service = serve(grants, access_key).await;
    service.secrets.put(&super::id(), "first".into()).unwrap();
    let (status, answer) = service.post(json!({"SecretId": super::NAME})).await;
    assert_eq!((status, &answer["__type"]), (400, &json!("AccessDeniedException")));
}
