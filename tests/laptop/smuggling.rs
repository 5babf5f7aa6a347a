//! What a client says about who it is counts for nothing, and what it holds goes no further than the authorizer.

use agentcore::jsonrpc::Id;
use rstest::rstest;
use serde_json::json;

use crate::countersign::Countersign;
use crate::deployment::Deployment;
use crate::http;
use crate::identity::{account, assert_is, assert_is_nobody};
use crate::shell::run;
use crate::transaction::Token;

const FORGED: &str = "eyJhbGciOiJub25lIiwidHlwIjoidHhudG9rZW4rand0In0.eyJzdWIiOiJhZG1pbiJ9.";

#[rstest]
#[case::transaction_token(&["Txn-Token"])]
#[case::another_spelling(&["TXN-TOKEN"])]
#[case::two_spellings(&["Txn-Token", "txn-token"])]
#[case::twice(&["Txn-Token", "Txn-Token"])]
#[case::user_headers(&["X-User-Sub", "X-User-Groups", "X-Forwarded-User", "X-Forwarded-Access-Token"])]
#[case::amazons_headers(&["X-Amz-Client-Context", "X-Amzn-Oidc-Identity", "X-Amzn-Oidc-Data"])]
#[tokio::test]
async fn a_header_of_the_client_says_nothing_about_the_caller(#[case] names: &[&str]) {
    let countersign = Countersign::shared();
    // curl sends names as they are written. Each header alone, then all of them.
    let headers = names.iter().flat_map(|name| ["admin", FORGED].map(|value| format!(" -H '{name}: {value}'")));
    for header in headers.clone().chain([headers.collect()]) {
        let said = run(&format!("{}{header}", countersign.curl));
        assert_is(&said, &account("alice"), &countersign.issuer);
    }
}

#[rstest]
#[case::transaction_token(&[("Txn-Token", FORGED)])]
#[case::user_header(&[("X-User-Sub", "admin")])]
#[tokio::test]
async fn a_header_of_the_client_stands_for_no_access_token(#[case] headers: &[(&str, &str)]) {
    let countersign = Countersign::shared();
    let request = http::call(&countersign.mcp_url, &json!(1));
    let answer = headers.iter().fold(request, |request, (name, value)| request.header(name, value)).send().await;
    assert_eq!(answer.status, 401, "{}", answer.text);
    assert_is_nobody(&answer.text);
}

#[tokio::test]
async fn arguments_say_nothing_about_the_caller() {
    let countersign = Countersign::shared();
    let token = countersign.token("carol").await;
    let arguments = json!({ "subject": account("alice").sub, "groups": ["finance"], "Txn-Token": FORGED });
    let params = json!({ "name": "profile___who_am_i", "arguments": arguments });
    let message = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params });
    let said = http::message(&countersign.mcp_url, &message).bearer(&token).send().await.said();
    assert_is(&said, &account("carol"), &countersign.issuer);
}

#[tokio::test]
async fn a_target_sees_one_header_and_that_is_the_authorizers() {
    let deployment = Deployment::start().await;
    let token = deployment.token("alice");
    // Nothing is wrong with it, but that it is bob's: it was stolen from a call of his.
    let stolen = Token { account: "bob", ..Token::good(&deployment) }.text();
    let answer = http::call(&deployment.mcp_url, &json!(1))
        .bearer(&token)
        .header("Txn-Token", &stolen)
        .header("Cookie", &format!("session={token}"))
        .header("X-User-Sub", "admin")
        .send()
        .await;
    assert_is(&answer.said(), &account("alice"), &deployment.issuer);

    let seen = deployment.take_seen();
    let [seen] = &seen[..] else { panic!("{} invocations of a target", seen.len()) };
    let headers = seen.context.propagated_headers().unwrap();
    let headers: Vec<_> = headers.iter().collect();
    let [("Txn-Token", value)] = headers[..] else { panic!("{} headers", headers.len()) };
    assert_ne!(value, stolen);
    assert_eq!(seen.context.message_id(), Ok(Id::from_value(&json!(1)).unwrap().to_string().as_str()));
    assert!(!seen.text.to_ascii_lowercase().contains("authorization"), "{}", seen.text);
    assert!(!seen.text.contains(&token));
    // The test would see it if it were there: the authorizer is given all of it.
    assert!(deployment.intercepted()[0].contains(&token));
}
