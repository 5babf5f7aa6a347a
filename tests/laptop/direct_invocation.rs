//! Whoever may call Lambda's `Invoke` can go past the gateway. A tool then tells them nothing.

use rstest::rstest;
use serde_json::{Map, Value, json};

use crate::deployment::Deployment;
use crate::identity::{account, assert_is, assert_is_nobody};
use crate::transaction::{Token, context, context_of};

/// The client context of an invocation that carries this token as the Gateway would.
fn with(token: &str) -> String {
    context(&json!({ "Txn-Token": token }))
}

#[tokio::test]
async fn with_the_authorizers_token_a_tool_answers() {
    let deployment = Deployment::start().await;
    let context = with(&Token::good(&deployment).text());
    let answer = deployment.invoke("profile", "{}", Some(&context)).await.unwrap();
    assert_is(&serde_json::from_str(&answer).unwrap(), &account("alice"), &deployment.issuer);
}

#[rstest]
#[case::missing("transaction_token_missing", |_: Token| context(&json!({})))]
#[case::no_headers("transaction_token_missing", |_: Token| context(&Value::Null))]
#[case::empty("transaction_token_malformed", |_: Token| with(""))]
#[case::forged("transaction_token_signature", |good: Token| with(&good.forged().text()))]
#[case::altered("transaction_token_signature", |good: Token| with(&good.altered()))]
#[case::unsigned("transaction_token_algorithm", |good: Token| with(&good.unsigned()))]
#[case::another_type("transaction_token_type", |good: Token| with(&good.of_another_type()))]
#[case::unknown_key("transaction_token_unknown_key", |good: Token| with(&good.of_stranger().text()))]
#[case::expired("transaction_token_expired", |good: Token| with(&good.expired().text()))]
#[case::other_deployment("transaction_token_audience", |good: Token| {
    with(&Token { trust_domain: "other.us-east-1.000000000000".to_owned(), ..good }.text())
})]
#[case::for_another_target("transaction_token_target", |good: Token| with(&Token { target: "tickets", ..good }.text()))]
#[case::for_another_tool("transaction_token_tool", |good: Token| with(&Token { tool: "who_are_you", ..good }.text()))]
#[case::used_for_another_tool("transaction_token_tool", |good: Token| {
    context_of("profile___who_are_you", &json!({ "Txn-Token": good.text() }))
})]
#[case::for_other_arguments("transaction_token_arguments", |good: Token| {
    with(&Token { arguments: Map::from_iter([("a".to_owned(), json!(1))]), ..good }.text())
})]
#[case::two_spellings("transaction_token_ambiguous", |good: Token| {
    context(&json!({ "Txn-Token": good.text(), "txn-token": good.altered() }))
})]
#[tokio::test]
async fn without_a_good_transaction_token_a_tool_tells_nothing(
    #[case] reason: &str,
    #[case] client_context: fn(Token) -> String,
) {
    let deployment = Deployment::start().await;
    let client_context = client_context(Token::good(&deployment));
    let answer = deployment.invoke("profile", "{}", Some(&client_context)).await.unwrap();
    let said: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(said["error"]["code"], reason, "{said}");
    assert_is_nobody(&answer);
}

#[tokio::test]
async fn an_access_token_is_no_transaction_token() {
    let deployment = Deployment::start().await;
    let context = with(&deployment.token("alice"));
    let answer = deployment.invoke("profile", "{}", Some(&context)).await.unwrap();
    assert_eq!(serde_json::from_str::<Value>(&answer).unwrap()["error"]["code"], "transaction_token_type", "{answer}");
    assert_is_nobody(&answer);
}

#[tokio::test]
async fn without_the_gateways_client_context_there_is_no_tool() {
    let deployment = Deployment::start().await;
    let error = deployment.invoke("profile", "{}", None).await.unwrap_err();
    assert_eq!(error.error_type(), "Target.BadContext");
}
