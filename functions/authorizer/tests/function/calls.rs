//! `tools/call` at the REQUEST point.

use rstest::rstest;
use serde_json::{Value, json};

use crate::world::{MCP_URL, World, forged, now, request, verify};

fn call(name: &str, arguments: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": name, "arguments": arguments } })
}

pub(crate) fn who_am_i() -> Value {
    call("profile___who_am_i", &json!({}))
}

/// The message of a denial, which must have the form that a model can read.
pub(crate) fn denial(answer: &Value) -> &str {
    let response = &answer["mcp"]["transformedGatewayResponse"];
    assert_eq!(response["statusCode"], 200, "{answer}");
    assert_eq!(response["body"]["id"], 7);
    assert_eq!(response["body"]["result"]["isError"], true);
    assert!(answer["mcp"].get("transformedGatewayRequest").is_none());
    response["body"]["result"]["content"][0]["text"].as_str().unwrap()
}

#[tokio::test]
async fn an_allowed_call_passes_with_the_countersigned_identity_and_no_other_header() {
    let world = World::usual().await;
    let body = who_am_i();
    let headers = json!({ "Authorization": world.bearer(), "X-User-Sub": "admin", "Accept": "application/json" });
    let answer = world.send(&request(&headers, &body)).await;

    let forwarded = &answer["mcp"]["transformedGatewayRequest"];
    assert_eq!(forwarded["body"], body);
    let headers = forwarded["headers"].as_object().unwrap();
    assert_eq!(headers.keys().collect::<Vec<_>>(), ["Txn-Token"]);
    assert_eq!(answer.as_object().unwrap().len(), 2);
    assert_eq!(answer["interceptorOutputVersion"], "1.0");

    let token = headers["Txn-Token"].as_str().unwrap();
    let caller = verify(token, "who_am_i", &json!({})).unwrap();
    assert_eq!(caller.subject(), "alice");
    assert_eq!(caller.issuer(), world.issuer);
    assert_eq!(caller.client_id(), Some("assistant"));
    assert_eq!(caller.email(), Some("alice@example.com"));
    assert_eq!(caller.groups(), ["engineering", "support"]);
    assert_eq!(caller.scopes().collect::<Vec<_>>(), ["countersign/tools", "openid"]);
    assert!(!answer.to_string().contains(world.bearer().trim_start_matches("Bearer ")));
}

#[tokio::test]
async fn the_proof_is_for_this_call_alone() {
    let world = World::with(&[("PERMITTED_TOOLS", "profile___who_am_i,profile___other")]).await;
    let body = call("profile___who_am_i", &json!({ "a": 1 }));
    let answer = world.send(&request(&json!({ "authorization": world.bearer() }), &body)).await;
    let token = answer["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].as_str().unwrap();
    assert!(verify(token, "who_am_i", &json!({ "a": 1 })).is_ok());
    assert!(verify(token, "who_am_i", &json!({ "a": 2 })).is_err());
    assert!(verify(token, "other", &json!({ "a": 1 })).is_err());
}

#[tokio::test]
async fn a_client_s_own_transaction_token_is_not_passed_on() {
    let world = World::usual().await;
    let headers = json!({ "Authorization": world.bearer(), "Txn-Token": "CLIENT", "txn-token": "CLIENT" });
    let answer = world.send(&request(&headers, &who_am_i())).await;
    assert!(!answer.to_string().contains("CLIENT"));
    assert_eq!(answer["mcp"]["transformedGatewayRequest"]["headers"].as_object().unwrap().len(), 1);
}

#[rstest]
#[case::expired("expired", |claims: &mut Value| claims["exp"] = json!(now() - 300))]
#[case::other_issuer("issuer", |claims: &mut Value| claims["iss"] = json!("https://evil.example"))]
#[case::other_audience("audience", |claims: &mut Value| claims["aud"] = json!("https://other.example/mcp"))]
#[case::prefix_of_our_audience("audience", |claims: &mut Value| claims["aud"] = json!(MCP_URL.trim_end_matches("/mcp")))]
#[case::no_audience("aud", |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove("aud")))]
#[case::no_scope("permission", |claims: &mut Value| claims["scope"] = json!("openid"))]
#[case::scope_that_only_begins_alike("permission", |claims: &mut Value| claims["scope"] = json!("countersign/tools2"))]
#[case::no_subject("sub", |claims: &mut Value| drop(claims.as_object_mut().unwrap().remove("sub")))]
#[case::an_id_token("access token", |claims: &mut Value| claims["token_use"] = json!("id"))]
#[tokio::test]
async fn a_token_that_does_not_hold_is_a_denial(#[case] says: &str, #[case] change: fn(&mut Value)) {
    let world = World::usual().await;
    let headers = json!({ "Authorization": world.bearer_with(change) });
    let answer = world.send(&request(&headers, &who_am_i())).await;
    assert!(denial(&answer).contains(says), "{answer}");
}

#[tokio::test]
async fn a_forged_token_is_a_denial() {
    let world = World::usual().await;
    let headers = json!({ "Authorization": forged(&world.claims()) });
    let answer = world.send(&request(&headers, &who_am_i())).await;
    assert!(denial(&answer).contains("signature"));
}

#[rstest]
#[case::none(json!({}))]
#[case::empty(json!({ "Authorization": "" }))]
#[case::basic(json!({ "Authorization": "Basic YTpi" }))]
#[case::in_another_header(json!({ "X-Authorization": "Bearer a.b.c" }))]
#[case::headers_hidden(Value::Null)]
#[tokio::test]
async fn without_a_token_it_is_a_denial(#[case] headers: Value) {
    let world = World::usual().await;
    let answer = world.send(&request(&headers, &who_am_i())).await;
    denial(&answer);
    assert_eq!(world.keys_served(), 0);
}

#[tokio::test]
async fn two_authorization_headers_are_a_denial_even_if_both_hold() {
    let world = World::usual().await;
    let headers = json!({ "Authorization": world.bearer(), "authorization": world.bearer() });
    let answer = world.send(&request(&headers, &who_am_i())).await;
    assert!(denial(&answer).contains("more than one"));
}

#[tokio::test]
async fn a_tool_that_no_policy_names_is_a_denial_that_says_who_can_help() {
    let world = World::usual().await;
    let answer =
        world.send(&request(&json!({ "Authorization": world.bearer() }), &call("tickets___close", &json!({})))).await;
    assert!(denial(&answer).contains("Whoever runs this gateway"));
}

#[tokio::test]
async fn a_tool_that_a_header_names_is_not_the_one_that_is_judged() {
    let world = World::usual().await;
    let send = async |named: &str, called: &str| {
        let headers = json!({ "Authorization": world.bearer(), "Mcp-Method": "tools/call", "Mcp-Name": named });
        world.send(&request(&headers, &call(called, &json!({})))).await
    };
    denial(&send("profile___who_am_i", "tickets___close").await);
    let answer = send("tickets___close", "profile___who_am_i").await;
    let token = answer["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].as_str().unwrap();
    assert!(verify(token, "who_am_i", &json!({})).is_ok());
}

#[tokio::test]
async fn a_client_that_is_not_on_the_list_is_a_denial() {
    let world = World::with(&[("ALLOWED_CLIENTS", "another")]).await;
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &who_am_i())).await;
    assert!(denial(&answer).contains("assistant"));
}

#[rstest]
#[case::it_is_the_one(json!("one"), true)]
#[case::another(json!("two"), false)]
#[case::nobody(json!(null), false)]
#[case::several(json!(["one"]), false)]
#[tokio::test]
async fn the_client_is_who_the_claim_of_the_profile_names(#[case] azp: Value, #[case] is_let_in: bool) {
    let world = World::with(&[("ALLOWED_CLIENTS", "assistant,one"), ("PROVIDER_PROFILE", "auth0")]).await;
    let token = world.bearer_with(|claims| claims["azp"] = azp);
    let answer = world.send(&request(&json!({ "Authorization": token }), &who_am_i())).await;
    let passed = &answer["mcp"]["transformedGatewayRequest"];
    assert_eq!(passed.is_object(), is_let_in, "{answer}");
    if let Some(token) = passed["headers"]["Txn-Token"].as_str() {
        assert_eq!(verify(token, "who_am_i", &json!({})).unwrap().client_id(), Some("one"));
    }
}

#[tokio::test]
async fn a_public_url_takes_the_place_of_the_gateway_s_own() {
    let world = World::with(&[("PUBLIC_URL", "https://tools.example/mcp")]).await;
    let own = json!({ "Authorization": world.bearer() });
    assert!(denial(&world.send(&request(&own, &who_am_i())).await).contains("audience"));
    let public =
        json!({ "Authorization": world.bearer_with(|claims| claims["aud"] = json!("https://tools.example/mcp")) });
    let answer = world.send(&request(&public, &who_am_i())).await;
    assert!(answer["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].is_string());
}

#[tokio::test]
async fn groups_that_do_not_fit_are_a_denial_with_their_number_and_the_setting() {
    let world = World::usual().await;
    let groups = (0..200).map(|number| format!("a-group-with-a-long-name-{number}")).collect::<Vec<_>>();
    let headers = json!({ "Authorization": world.bearer_with(|claims| claims["groups"] = json!(groups)) });
    let answer = world.send(&request(&headers, &who_am_i())).await;
    assert!(denial(&answer).contains("200 groups") && denial(&answer).contains("ForwardedGroups"));
}

#[tokio::test]
async fn groups_that_are_not_forwarded_need_no_room() {
    let world = World::with(&[("FORWARDED_GROUPS", "support")]).await;
    let mut groups = (0..200).map(|number| format!("a-group-with-a-long-name-{number}")).collect::<Vec<_>>();
    groups.push("support".to_owned());
    let headers = json!({ "Authorization": world.bearer_with(|claims| claims["groups"] = json!(groups)) });
    let answer = world.send(&request(&headers, &who_am_i())).await;
    let token = answer["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].as_str().unwrap();
    assert_eq!(verify(token, "who_am_i", &json!({})).unwrap().groups(), ["support"]);
}

#[tokio::test]
async fn an_integer_that_would_merge_is_a_denial() {
    let world = World::usual().await;
    let body = call("profile___who_am_i", &json!({ "id": 9_007_199_254_740_993_i64 }));
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &body)).await;
    assert!(denial(&answer).contains("2^53"));
}

#[tokio::test]
async fn arguments_beyond_the_limit_are_a_denial() {
    let world = World::usual().await;
    let body = call("profile___who_am_i", &json!({ "text": "a".repeat(2_400_000) }));
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &body)).await;
    assert!(denial(&answer).contains("2400000"));
}

#[tokio::test]
async fn without_the_provider_s_keys_it_is_a_denial_that_asks_for_patience() {
    let world = World::usual().await.without_keys();
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &who_am_i())).await;
    assert!(denial(&answer).contains("Try again"));
}

#[tokio::test]
async fn without_secrets_it_is_a_denial_that_asks_for_patience() {
    let world = World::usual().await.without_secrets();
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &who_am_i())).await;
    assert!(denial(&answer).contains("Try again"));
}

#[tokio::test]
async fn what_was_fetched_at_start_serves_without_the_network() {
    let world = World::usual().await;
    world.authorizer.prefetch().await;
    let world = world.without_keys().without_secrets();
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &who_am_i())).await;
    assert!(answer["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].is_string());
    assert_eq!(world.keys_served(), 1);
}

#[tokio::test]
async fn a_start_without_network_ends_and_denies() {
    let world = World::usual().await.without_keys().without_secrets();
    world.authorizer.prefetch().await;
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &who_am_i())).await;
    denial(&answer);
}

#[rstest]
#[case::no_params(json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call" }))]
#[case::no_name(json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {} }))]
#[case::name_is_a_number(json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": 1 } }))]
#[case::name_without_a_target(json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "who_am_i" } }))]
#[case::name_with_a_line_break(json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "profile___who_am_i\n" } }))]
#[case::arguments_null(json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "profile___who_am_i", "arguments": null } }))]
#[case::arguments_are_a_list(json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "profile___who_am_i", "arguments": [] } }))]
#[tokio::test]
async fn parameters_that_cannot_be_judged_are_refused(#[case] body: Value) {
    let world = World::usual().await;
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &body)).await;
    let response = &answer["mcp"]["transformedGatewayResponse"];
    assert_eq!(response["body"]["error"]["code"], -32602, "{answer}");
    assert_eq!(response["body"]["id"], 7);
}

#[tokio::test]
async fn a_call_without_arguments_is_one_with_none() {
    let world = World::usual().await;
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": { "name": "profile___who_am_i" } });
    let answer = world.send(&request(&json!({ "Authorization": world.bearer() }), &body)).await;
    let forwarded = &answer["mcp"]["transformedGatewayRequest"];
    assert_eq!(forwarded["body"], body);
    assert!(verify(forwarded["headers"]["Txn-Token"].as_str().unwrap(), "who_am_i", &json!({})).is_ok());
}
