//! Against moto, the Secrets Manager of the Python world, over HTTP and with the real SDK. `cargo xtask aws-apis` installs
//! and starts it.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails this way")]

use std::time::{Duration, SystemTime};

use aws_clients::{CURRENT, PENDING};
use aws_credential_types::Credentials;
use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Config, Region};
use environment::Environment;
use futures_util::FutureExt as _;
use key_rotation::KeyRotation;
use uuid::Uuid;

#[path = "../suite/mod.rs"]
mod suite;

use suite::{Answers, Stack};

const ENDPOINT: &str = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

/// moto looks at no key.
const KEYS: [&str; 2] = ["test", "test"];

#[tokio::test]
#[ignore = "needs moto: cargo xtask aws-apis"]
async fn the_function_works_with_moto() {
    let endpoint = std::env::var(ENDPOINT).unwrap();
    suite::run(&|| stack(&endpoint).boxed()).await;
}

async fn stack(endpoint: &str) -> Stack {
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new(KEYS[0], KEYS[1], None, None, "test"))
        .endpoint_url(endpoint);
    let client = Client::from_conf(config.build());
    let name = Uuid::new_v4();
    let create = async |purpose: &str| {
        let answer = client.create_secret().name(format!("{name}/{purpose}")).send().await.unwrap();
        answer.arn.unwrap()
    };
    let (signing, verification, control) =
        (create("signing").await, create("verification").await, create("control").await);

    let function = KeyRotation::new(&Environment::new(|name| match name {
        ENDPOINT => Some(endpoint.to_owned()),
        "AWS_ACCESS_KEY_ID" => Some(KEYS[0].to_owned()),
        "AWS_SECRET_ACCESS_KEY" => Some(KEYS[1].to_owned()),
        "AWS_REGION" => Some("us-east-1".to_owned()),
        "SIGNING_SECRET" => Some(signing.clone()),
        "VERIFICATION_SECRET" => Some(verification.clone()),
        "CONTROL_SECRET" => Some(control.clone()),
        _ => None,
    }));
    let invoke = move |event| {
        let function = function.clone();
        let deadline = SystemTime::now() + Duration::from_secs(60);
        async move { function.answer(event, deadline).await.map_err(|failure| failure.to_string()) }.boxed()
    };
    let rotated = signing.clone();
    let begin = move |token: &str| begin_rotation(client.clone(), rotated.clone(), token.to_owned()).boxed();
    Stack {
        secrets: suite::client(endpoint, KEYS),
        signing,
        verification,
        control,
        invoke: Box::new(invoke),
        begin_rotation: Box::new(begin),
        answers: Answers::start().await,
    }
}

/// Without a Lambda function to call, moto 5.2.5 takes the empty version into use at once, and with one it needs an engine
/// for containers. So its labels are put where Secrets Manager has them when it calls the function.
async fn begin_rotation(client: Client, secret: String, token: String) {
    let labelled = async |stage: &str| {
        let versions = client.describe_secret().secret_id(&secret).send().await.unwrap().version_ids_to_stages.unwrap();
        let with = versions.into_iter().filter(|(_, stages)| stages.iter().any(|label| label == stage));
        with.map(|(version, _)| version).collect::<Vec<_>>()
    };
    let label = async |stage: &str, from: Option<&String>, to: Option<&String>| {
        let request = client.update_secret_version_stage().secret_id(&secret).version_stage(stage);
        let request = request.set_remove_from_version_id(from.cloned()).set_move_to_version_id(to.cloned());
        request.send().await.unwrap();
    };
    let current = labelled(CURRENT).await;
    // It also takes AWSPENDING on the version in use for a rotation that has not ended.
    if labelled(PENDING).await == current {
        label(PENDING, current.first(), None).await;
    }
    client.rotate_secret().secret_id(&secret).client_request_token(&token).send().await.unwrap();
    let kept = labelled(CURRENT).await.iter().any(|version| Some(version) == current.first());
    label(CURRENT, Some(&token), current.first().filter(|_| !kept)).await;
    label(PENDING, None, Some(&token)).await;
}
