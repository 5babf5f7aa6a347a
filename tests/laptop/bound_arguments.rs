//! A tool works with the arguments that were judged, or not at all.

use bytes::Bytes;
use rstest::rstest;
use serde_json::json;

use crate::deployment::Deployment;
use crate::http;
use crate::identity::{account, assert_is, assert_is_nobody};

#[rstest]
#[case::another_member(|_| Bytes::from_static(br#"{"for":"bob"}"#))]
#[case::an_empty_member(|_| Bytes::from_static(br#"{"":null}"#))]
#[case::a_list(|_| Bytes::from_static(b"[]"))]
#[case::not_json(|event: Bytes| event.slice(1..))]
#[tokio::test]
async fn other_arguments_than_those_that_were_judged_are_refused_by_the_tool(#[case] alter: fn(Bytes) -> Bytes) {
    let deployment = Deployment::start().await;
    let token = deployment.token("alice");
    let call = || http::call(&deployment.mcp_url, &json!(1)).bearer(&token);
    assert_is(&call().send().await.said(), &account("alice"), &deployment.issuer);

    deployment.alter(alter);
    let answer = call().send().await;
    let (said, is_error) = answer.tool_result();
    assert!(is_error || said["error"]["code"] == "transaction_token_arguments", "{said}");
    assert_is_nobody(&answer.text);
}

#[tokio::test]
async fn another_spelling_of_the_same_arguments_is_the_same() {
    let deployment = Deployment::start().await;
    deployment.alter(|_| Bytes::from_static(b" { \n } "));
    let answer = http::call(&deployment.mcp_url, &json!(1)).bearer(&deployment.token("alice")).send().await;
    assert_is(&answer.said(), &account("alice"), &deployment.issuer);
}

#[tokio::test]
async fn a_deployment_that_observes_lets_other_arguments_pass() {
    let deployment = Deployment::with(&[("BindArguments", "observe")]).await;
    deployment.alter(|_| Bytes::from_static(br#"{"for":"bob"}"#));
    let answer = http::call(&deployment.mcp_url, &json!(1)).bearer(&deployment.token("alice")).send().await;
    assert_is(&answer.said(), &account("alice"), &deployment.issuer);
}
