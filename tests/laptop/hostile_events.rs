//! A process serves everybody who comes after. So no event ends it, whatever it is.

mod interceptor;
mod target;
mod texts;

use local_runtime_api::InvokeError;
use serde_json::{Value, json};

use crate::deployment::Deployment;
use crate::identity::{account, assert_is, assert_is_nobody};
use crate::transaction::{Token, context};
use interceptor::{CALL, LIST, TOOLS_LIST};

const THOUSAND: usize = 1000;

#[tokio::test]
async fn a_thousand_bad_events_leave_a_target_alive_and_learn_nothing() {
    let deployment = Deployment::start().await;
    let process = deployment.process("profile");
    let (events, contexts) = (target::events(), target::contexts(&deployment));
    assert!(events.len() * contexts.len() >= THOUSAND, "{} × {}", events.len(), contexts.len());
    for event in &events {
        for context in &contexts {
            let answer = survived(deployment.invoke("profile", event.clone(), context.as_deref()).await);
            assert_is_nobody(&answer);
        }
    }
    for event in texts::huge_events() {
        let context = context(&json!({ "Txn-Token": Token::good(&deployment).forged().text() }));
        assert_is_nobody(&survived(deployment.invoke("profile", event, Some(&context)).await));
    }

    assert_eq!(deployment.process("profile"), process);
    assert!(!deployment.log().contains("panic"), "{}", deployment.log());
    let context = context(&json!({ "Txn-Token": Token::good(&deployment).text() }));
    let answer = deployment.invoke("profile", "{}", Some(&context)).await.unwrap();
    assert_is(&serde_json::from_str(&answer).unwrap(), &account("alice"), &deployment.issuer);
}

#[tokio::test]
async fn a_thousand_bad_events_leave_the_authorizer_alive_and_none_is_countersigned() {
    let deployment = Deployment::start().await;
    let process = deployment.process("authorizer");
    let good = json!({ "authorization": format!("Bearer {}", deployment.token("alice")) }).to_string();
    let (bad_headers, bad_bodies) = (interceptor::bad_headers(&deployment), interceptor::bad_bodies());
    let mut events = texts::not_events();
    for response in ["null", LIST] {
        for body in bad_bodies.iter().map(String::as_str).chain([CALL, TOOLS_LIST]) {
            events.extend(bad_headers.iter().map(|headers| interceptor::event(headers, body, response)));
        }
        events.extend(bad_bodies.iter().map(|body| interceptor::event(&good, body, response)));
    }
    assert!(events.len() >= THOUSAND, "{}", events.len());
    for event in events.into_iter().chain(texts::huge_events()) {
        let answer = survived(deployment.invoke("authorizer", event, None).await);
        assert!(!answer.to_ascii_lowercase().contains("txn-token"), "{answer}");
        assert_is_nobody(&answer);
    }
    for headers in &bad_headers {
        let list = interceptor::event(headers, TOOLS_LIST, LIST);
        let answer = survived(deployment.invoke("authorizer", list, None).await);
        assert!(!answer.contains("who_am_i"), "{headers}: {answer}");
    }

    assert_eq!(deployment.process("authorizer"), process);
    assert!(!deployment.log().contains("panic"), "{}", deployment.log());
    let call = deployment.invoke("authorizer", interceptor::event(&good, CALL, "null"), None).await.unwrap();
    let output: Value = serde_json::from_str(&call).unwrap();
    assert!(output["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].is_string(), "{output}");
    let list = interceptor::event(&good, TOOLS_LIST, LIST);
    assert!(deployment.invoke("authorizer", list, None).await.unwrap().contains("who_am_i"));
}

/// What an invocation was answered with, by a process that lives on.
fn survived(answer: Result<String, InvokeError>) -> String {
    match answer {
        Ok(answer) => answer,
        Err(InvokeError::FunctionError { error_type, message }) => format!("{error_type}: {message}"),
        Err(other) => panic!("{other:?}"),
    }
}
