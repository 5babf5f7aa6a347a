//! What the function does with a real Secrets Manager behind it, whichever that is. Nothing here knows how the function
//! runs: the caller hands in how it is invoked.

mod answers;
mod custom_resource;
mod rotation;

use aws_clients::{CURRENT, PENDING, SecretsManager};
use environment::Environment;
use futures_util::future::BoxFuture;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};
use transaction_token::{SigningKeys, VerificationKeys};

pub(crate) use answers::Answers;

const STACK: &str = "arn:aws:cloudformation:us-east-1:000000000000:stack/countersign/1";

/// The function, and the secrets of one stack.
pub(crate) struct Stack {
    pub(crate) secrets: SecretsManager,
    pub(crate) signing: String,
    pub(crate) verification: String,
    pub(crate) control: String,
    /// Sends the function an event.
    pub(crate) invoke: Invoke,
    /// Does what Secrets Manager does when a rotation of `signing` begins: a version with this id is pending.
    pub(crate) begin_rotation: Begin,
    pub(crate) answers: Answers,
}

pub(crate) type Invoke = Box<dyn Fn(Value) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;
pub(crate) type Begin = Box<dyn Fn(&str) -> BoxFuture<'static, ()> + Send + Sync>;

/// Makes a stack whose secrets were never filled.
pub(crate) type NewStack<'a> = &'a dyn Fn() -> BoxFuture<'a, Stack>;

/// All of it.
pub(crate) async fn run(stack: NewStack<'_>) {
    custom_resource::run(stack).await;
    rotation::run(stack).await;
}

/// A client of the Secrets Manager at `endpoint`, with these keys.
pub(crate) fn client(endpoint: &str, [id, secret]: [&str; 2]) -> SecretsManager {
    SecretsManager::new(&Environment::new(|name| match name {
        "AWS_ENDPOINT_URL_SECRETS_MANAGER" => Some(endpoint.to_owned()),
        "AWS_ACCESS_KEY_ID" => Some(id.to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some(secret.to_owned()),
        "AWS_REGION" => Some("us-east-1".to_owned()),
        _ => None,
    }))
    .unwrap()
}

impl Stack {
    /// What CloudFormation sends, and the answer that it gets.
    async fn request(&self, request_type: &str, resource_type: &str, properties: Value) -> Value {
        let mut event = json!({
            "RequestType": request_type,
            "ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:countersign-key-rotation",
            "ResponseURL": self.answers.url(),
            "StackId": STACK,
            "RequestId": "request",
            "LogicalResourceId": "Keys",
            "ResourceType": resource_type,
            "ResourceProperties": properties,
        });
        if request_type != "Create" {
            event["PhysicalResourceId"] = json!("Keys");
        }
        (self.invoke)(event).await.unwrap();
        let answer = self.answers.next().await;
        assert_eq!([&answer["StackId"], &answer["RequestId"]], [STACK, "request"], "{answer}");
        assert_eq!([&answer["PhysicalResourceId"], &answer["LogicalResourceId"]], ["Keys", "Keys"], "{answer}");
        answer
    }

    async fn make_keys(&self) {
        let answer = self.request("Create", "Custom::SigningKeys", json!({})).await;
        assert_eq!(answer["Status"], "SUCCESS", "{answer}");
    }

    /// As [`Stack::make_keys`], a day and two hours ago.
    async fn make_old_keys(&self) {
        self.make_keys().await;
        let mut keys: Value = serde_json::from_str(&self.text(&self.signing, CURRENT).await.unwrap()).unwrap();
        keys["rotated_at"] = json!(keys["rotated_at"].as_u64().unwrap() - 26 * 60 * 60);
        self.put(&self.signing, &keys.to_string()).await;
    }

    async fn step(&self, step: &str, token: &str) -> Result<(), String> {
        let event = json!({"Step": step, "SecretId": self.signing, "ClientRequestToken": token});
        (self.invoke)(event).await
    }

    async fn emergency(&self) -> Result<(), String> {
        (self.invoke)(json!({"action": "emergency"})).await
    }

    async fn put(&self, secret: &str, text: &str) {
        let stages = self.secrets.stages(secret).await.unwrap();
        self.secrets.replace(secret, stages.version(CURRENT), &text.into()).await.unwrap();
    }

    async fn text(&self, secret: &str, stage: &str) -> Option<String> {
        let stages = self.secrets.stages(secret).await.unwrap();
        let text = self.secrets.version(secret, stages.version(stage)?).await.unwrap()?;
        Some(text.expose_secret().to_owned())
    }

    /// Both texts that are in use.
    async fn texts(&self) -> [Option<String>; 2] {
        [self.text(&self.signing, CURRENT).await, self.text(&self.verification, CURRENT).await]
    }

    /// What the authorizer signs with and what tools believe: always fits.
    async fn keys(&self) -> (SigningKeys, VerificationKeys) {
        let [signing, verification] = self.texts().await.map(Option::unwrap);
        let (signing, verification) =
            (SigningKeys::parse(&signing.into()).unwrap(), VerificationKeys::parse(&verification).unwrap());
        assert!(verification.hold(signing.in_use()));
        (signing, verification)
    }

    async fn pending(&self) -> Option<String> {
        self.secrets.stages(&self.signing).await.unwrap().version(PENDING).map(str::to_owned)
    }
}
