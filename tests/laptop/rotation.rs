//! New keys while everything runs: with the events that Secrets Manager and an operator send to `key-rotation`.
//!
//! An instance of a function reads its secret again within the hour. No test waits for that: an instance that has read it
//! is a new one.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::http::{self, Answer};
use crate::identity::{account, assert_is, assert_is_nobody};
use crate::transaction::{Token, context};

const STEPS: [&str; 4] = ["createSecret", "setSecret", "testSecret", "finishSecret"];

/// Of the version that Secrets Manager makes for a rotation.
const VERSION: &str = "1c2a8f0e-4b1d-4e0f-9a53-6d1f0c7b2e94";

async fn call(deployment: &Deployment) -> Answer {
    http::call(&deployment.mcp_url, &json!(1)).bearer(&deployment.token("alice")).send().await
}

async fn assert_works(deployment: &Deployment) {
    assert_is(&call(deployment).await.said(), &account("alice"), &deployment.issuer);
}

/// Which key has signed for the last call that reached the tool.
fn signer(deployment: &Deployment) -> String {
    let seen = deployment.take_seen();
    let headers = seen.last().unwrap().context.propagated_headers().unwrap();
    let (_, token) = headers.iter().next().unwrap();
    let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
    serde_json::from_slice::<Value>(&header).unwrap()["kid"].as_str().unwrap().to_owned()
}

async fn send(deployment: &Deployment, event: Value) {
    deployment.invoke("key-rotation", event.to_string(), None).await.unwrap();
}

/// The four steps. The keys of the deployment are old enough.
async fn rotate(deployment: &Deployment) {
    let signing = deployment.secrets.value("countersign/signing").unwrap().id;
    deployment.secrets.begin_rotation(&signing, VERSION).unwrap();
    for step in STEPS {
        send(deployment, json!({"Step": step, "SecretId": signing.arn(), "ClientRequestToken": VERSION})).await;
    }
}

/// Calls one after another until it is told to stop; how many there were.
fn traffic(deployment: &Arc<Deployment>) -> (Arc<AtomicUsize>, impl AsyncFnOnce()) {
    let (calls, stopped) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
    let task = tokio::spawn({
        let (deployment, calls, stopped) = (Arc::clone(deployment), Arc::clone(&calls), Arc::clone(&stopped));
        async move {
            while !stopped.load(Ordering::Relaxed) {
                assert_works(&deployment).await;
                calls.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let stop = async move || {
        stopped.store(true, Ordering::Relaxed);
        task.await.unwrap();
    };
    (calls, stop)
}

#[rstest]
#[case::tools_first(["profile", "authorizer"])]
#[case::authorizer_first(["authorizer", "profile"])]
#[tokio::test(flavor = "multi_thread")]
async fn a_rotation_fails_no_call_whoever_reads_the_new_keys_first(#[case] replaced: [&str; 2]) {
    let deployment = Arc::new(Deployment::start().await);
    assert_works(&deployment).await;
    let before = signer(&deployment);

    let (calls, stop) = traffic(&deployment);
    rotate(&deployment).await;
    // Another one begins when all is done.
    let during = calls.load(Ordering::Relaxed);
    while calls.load(Ordering::Relaxed) < during + 2 {
        tokio::task::yield_now().await;
    }
    stop().await;
    assert_eq!(signer(&deployment), before);

    for function in replaced {
        deployment.replace(function).await;
        assert_works(&deployment).await;
    }
    assert_ne!(signer(&deployment), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_emergency_an_old_key_opens_nothing_at_a_tool_that_has_read_the_new_ones() {
    let deployment = Deployment::start().await;
    let stolen = context(&json!({ "Txn-Token": Token::good(&deployment).text() }));
    let with_it = async || deployment.invoke("profile", "{}", Some(&stolen)).await.unwrap();
    assert_is(&serde_json::from_str(&with_it().await).unwrap(), &account("alice"), &deployment.issuer);
    send(&deployment, json!({"action": "emergency"})).await;

    // Whoever has read the old keys goes on with them: instances must be replaced.
    assert_works(&deployment).await;
    let before = signer(&deployment);
    deployment.replace("profile").await;
    assert_is_nobody(&with_it().await);
    assert_is_nobody(&call(&deployment).await.text);

    deployment.replace("authorizer").await;
    assert_works(&deployment).await;
    assert_ne!(signer(&deployment), before);
    assert_is_nobody(&with_it().await);
}
