//! The function `key-rotation` as the process that it is, with the laptop's Secrets Manager: the same tests as with moto.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use local_runtime_api::{Function, FunctionConfig, LogLine, TraceId};
use local_secrets::{Credentials, Grants, Operation, SecretId, Secrets};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::programs::program;

#[path = "../../functions/key-rotation/tests/suite/mod.rs"]
mod suite;

use suite::{Answers, Stack};

const PURPOSES: [&str; 3] = ["signing", "verification", "control"];

/// One Secrets Manager, one process, and what it logs.
struct Laptop {
    secrets: Arc<Secrets>,
    endpoint: String,
    keys: [String; 2],
    log: Arc<Mutex<Vec<String>>>,
    state: TempDir,
}

fn id(purpose: &str) -> SecretId {
    let arn = format!("arn:aws:secretsmanager:us-east-1:000000000000:secret:countersign/{purpose}-local1");
    SecretId::new(arn, format!("countersign/{purpose}")).unwrap()
}

fn keys(credentials: &Credentials) -> [String; 2] {
    credentials.environment().map(|(_, value)| value.to_owned())
}

impl Laptop {
    /// With empty secrets.
    async fn start() -> Self {
        let state = TempDir::new().unwrap();
        let secrets = Arc::new(Secrets::open(state.path()).unwrap());
        let operations = [
            Operation::DescribeSecret,
            Operation::GetSecretValue,
            Operation::PutSecretValue,
            Operation::UpdateSecretVersionStage,
        ];
        let ids = PURPOSES.map(id);
        ids.iter().for_each(|id| secrets.create(id));
        let mut grants = Grants::default();
        let allowed = ids.iter().flat_map(|id| operations.map(|operation| (operation, id.arn())));
        let keys = keys(&grants.add("key-rotation", allowed));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let router = local_secrets::router(Arc::clone(&secrets), grants);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { secrets, endpoint, keys, log: Arc::default(), state }
    }

    /// The process, with its variables; without one of them if that is named.
    fn function(&self, without: Option<&str>) -> Function {
        let mut environment: BTreeMap<String, String> = [
            ("AWS_ENDPOINT_URL_SECRETS_MANAGER", self.endpoint.clone()),
            ("AWS_ACCESS_KEY_ID", self.keys[0].clone()),
            ("AWS_SECRET_ACCESS_KEY", self.keys[1].clone()),
            ("AWS_LAMBDA_LOG_LEVEL", "TRACE".to_owned()),
            ("SIGNING_SECRET", id("signing").arn().to_owned()),
            ("VERIFICATION_SECRET", id("verification").arn().to_owned()),
            ("CONTROL_SECRET", id("control").arn().to_owned()),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .into();
        without.and_then(|name| environment.remove(name));
        let config = FunctionConfig {
            name: "countersign-key-rotation".to_owned(),
            arn: "arn:aws:lambda:us-east-1:000000000000:function:countersign-key-rotation".to_owned(),
            program: program("key-rotation").to_owned(),
            environment,
            timeout: Duration::from_secs(60),
            memory_mb: 256,
        };
        let lines = Arc::clone(&self.log);
        let sink = Arc::new(move |line: LogLine<'_>| lines.lock().unwrap().push(line.text.to_owned()));
        Function::start(config, sink).unwrap()
    }

    async fn stack(self: &Arc<Self>) -> Stack {
        let function = Arc::new(self.function(None));
        let invoke = move |event: Value| {
            let function = Arc::clone(&function);
            async move {
                let event = Bytes::from(event.to_string());
                let answer = function.invoke(event, None, &TraceId::of(Uuid::new_v4())).await;
                answer.map(drop).map_err(|error| error.to_string())
            }
            .boxed()
        };
        let laptop = Arc::clone(self);
        let begin_rotation = move |token: &str| {
            laptop.secrets.begin_rotation(&id("signing"), token).unwrap();
            async {}.boxed()
        };
        let [signing, verification, control] = PURPOSES.map(|purpose| id(purpose).arn().to_owned());
        Stack {
            secrets: suite::client(&self.endpoint, [&self.keys[0], &self.keys[1]]),
            signing,
            verification,
            control,
            invoke: Box::new(invoke),
            begin_rotation: Box::new(begin_rotation),
            answers: Answers::start().await,
        }
    }
}

#[tokio::test]
async fn the_function_works_with_the_laptops_secrets_manager() {
    let laptops = Mutex::new(Vec::new());
    let new_stack = || {
        let laptops = &laptops;
        async move {
            let laptop = Arc::new(Laptop::start().await);
            laptops.lock().unwrap().push(Arc::clone(&laptop));
            laptop.stack().await
        }
        .boxed()
    };
    suite::run(&new_stack).await;

    // Every private key that is still in a secret, and what else a log must not hold.
    for laptop in laptops.lock().unwrap().iter() {
        let log = laptop.log.lock().unwrap().join("\n");
        let signing = std::fs::read_to_string(laptop.state.path().join("secrets/countersign%2Fsigning.json"));
        let signing = signing.unwrap_or_default();
        let private = signing.split(r#"\"d\":\""#).skip(1).map(|rest| rest.split('\\').next().unwrap());
        for secret in private.chain(laptop.keys.iter().map(String::as_str)).chain(["X-Amz-Signature", "PRIVATE"]) {
            assert!(secret.len() >= 7 && !log.contains(secret), "the log of the function holds a secret");
        }
    }
    assert!(laptops.lock().unwrap().iter().any(|laptop| !laptop.log.lock().unwrap().is_empty()));
}

#[tokio::test]
async fn cloudformation_is_told_of_a_variable_that_is_missing() {
    let laptop = Laptop::start().await;
    let function = laptop.function(Some("VERIFICATION_SECRET"));
    let answers = Answers::start().await;
    let event = json!({
        "RequestType": "Create", "ResponseURL": answers.url(), "StackId": "stack", "RequestId": "request",
        "LogicalResourceId": "Keys", "ResourceType": "Custom::SigningKeys", "ResourceProperties": {},
    });
    function.invoke(Bytes::from(event.to_string()), None, &TraceId::of(Uuid::new_v4())).await.unwrap();
    let answer = answers.next().await;
    assert_eq!(answer["Status"], "FAILED");
    assert!(answer["Reason"].as_str().unwrap().contains("VERIFICATION_SECRET"), "{answer}");
}
