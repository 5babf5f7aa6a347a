//! Whose access was withdrawn is out, in time and also when something fails. Time is simulated.

use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};

use crate::calls::{denial, who_am_i};
use crate::world::{World, now, request, response, verify};

/// Moves the time on. It stands still no longer than that: sockets have their own.
async fn seconds(seconds: u64) {
    tokio::time::pause();
    tokio::time::advance(Duration::from_secs(seconds)).await;
    tokio::time::resume();
}

/// What becomes of a call with this token.
async fn call(world: &World, bearer: String) -> Value {
    world.send(&request(&json!({ "Authorization": bearer }), &who_am_i())).await
}

fn is_let_in(answer: &Value) -> bool {
    answer["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].is_string()
}

async fn is_alice_let_in(world: &World) -> bool {
    is_let_in(&call(world, world.bearer()).await)
}

fn alice() -> Value {
    json!([{ "subject": "alice", "made_at": now() }])
}

#[tokio::test]
async fn a_revocation_is_obeyed_after_thirty_seconds_and_so_is_its_undoing() {
    let world = World::usual().await;
    assert!(is_alice_let_in(&world).await);
    world.revoke(&alice());
    seconds(30).await;
    assert!(denial(&call(&world, world.bearer()).await).contains("access was withdrawn"));
    world.revoke(&json!([]));
    seconds(30).await;
    assert!(is_alice_let_in(&world).await);
}

#[tokio::test]
async fn calls_that_keep_coming_do_not_put_it_off() {
    let world = World::usual().await;
    assert!(is_alice_let_in(&world).await);
    world.revoke(&alice());
    for _ in 0..29 {
        seconds(1).await;
        call(&world, world.bearer()).await;
    }
    seconds(1).await;
    assert!(!is_alice_let_in(&world).await);
}

#[rstest]
#[case::person(json!({ "subject": "alice" }), "Ask whoever runs this gateway")]
#[case::person_at_this_issuer(json!({ "subject": "alice", "issuer": "ISSUER" }), "Ask whoever runs this gateway")]
#[case::client(json!({ "client": "assistant" }), "Use another one, or ask whoever runs this gateway")]
#[case::the_client_until_now(json!({ "client": "assistant", "before": now() + 1 }), "sign in again")]
#[case::session(json!({ "session": "s1" }), "sign in again")]
#[case::everything_until_now(json!({ "before": now() + 1 }), "sign in again")]
#[case::the_person_until_now(json!({ "subject": "alice", "before": now() + 1 }), "sign in again")]
#[case::a_sign_in_that_was_refreshed_since(json!({ "before": now() - 50 }), "sign in again")]
#[tokio::test]
async fn what_was_withdrawn_is_denied_and_says_what_to_do(#[case] mut revocation: Value, #[case] says: &str) {
    let world = World::usual().await;
    if revocation.get("issuer").is_some() {
        revocation["issuer"] = world.issuer.as_str().into();
    }
    revocation["made_at"] = json!(now());
    world.revoke(&json!([{ "subject": "somebody", "made_at": 1 }, revocation]));
    let bearer = world.bearer_with(|claims| {
        claims["sid"] = json!("s1");
        claims["auth_time"] = json!(now() - 100);
    });
    assert!(denial(&call(&world, bearer).await).contains(says));
}

#[rstest]
#[case::another_person(json!({ "subject": "bob" }))]
#[case::at_another_issuer(json!({ "subject": "alice", "issuer": "https://other.example" }))]
#[case::another_client(json!({ "client": "other" }))]
#[case::another_session(json!({ "session": "s2" }))]
#[case::before_the_sign_in(json!({ "before": now() - 200 }))]
#[tokio::test]
async fn nobody_else_is_denied(#[case] mut revocation: Value) {
    let world = World::usual().await;
    revocation["made_at"] = json!(now());
    world.revoke(&json!([revocation]));
    let bearer = world.bearer_with(|claims| {
        claims["sid"] = json!("s1");
        claims["auth_time"] = json!(now() - 100);
    });
    assert!(is_let_in(&call(&world, bearer).await));
}

#[tokio::test]
async fn the_client_that_is_stopped_is_the_one_that_the_profile_s_claim_names() {
    let world = World::with(&[("PROVIDER_PROFILE", "auth0")]).await;
    world.revoke(&json!([{ "client": "one", "made_at": now() }]));
    let of = |client: &'static str| world.bearer_with(|claims| claims["azp"] = json!(client));
    assert!(!is_let_in(&call(&world, of("one")).await));
    assert!(is_let_in(&call(&world, of("two")).await));
}

/// An operator who reads a tool's audit line has nothing else.
#[tokio::test]
async fn a_client_is_stopped_by_the_name_that_tools_are_told() {
    let world = World::usual().await;
    let of = |client: String| world.bearer_with(|claims| claims["client_id"] = client.into());
    let (one, other) = (of("a".repeat(300)), of("b".repeat(300)));
    let answer = call(&world, one.clone()).await;
    let token = answer["mcp"]["transformedGatewayRequest"]["headers"]["Txn-Token"].as_str().unwrap();
    let caller = verify(token, "who_am_i", &json!({})).unwrap();
    world.revoke(&json!([{ "client": caller.client_id(), "made_at": now() }]));
    seconds(30).await;
    assert!(denial(&call(&world, one).await).contains("access was withdrawn"));
    assert!(is_let_in(&call(&world, other).await));
}

/// A token without a client is refused anyway.
#[tokio::test]
async fn who_names_no_session_could_be_the_one_that_is_meant() {
    let world = World::usual().await;
    assert!(is_alice_let_in(&world).await);
    world.revoke(&json!([{ "session": "s2", "made_at": now() }]));
    seconds(30).await;
    assert!(denial(&call(&world, world.bearer()).await).contains("withdrawn"));
}

#[tokio::test]
async fn a_new_token_does_not_bring_a_stopped_person_back() {
    let world = World::usual().await;
    world.revoke(&json!([{ "subject": "alice", "made_at": now() - 3_600 }]));
    assert!(!is_alice_let_in(&world).await);
}

#[tokio::test]
async fn a_stopped_person_sees_no_tool_and_keeps_the_session() {
    let world = World::usual().await;
    world.revoke(&alice());
    let headers = json!({ "Authorization": world.bearer() });
    let list = json!({ "jsonrpc": "2.0", "id": 1, "method": "tools/list" });
    let listed = json!({ "jsonrpc": "2.0", "id": 1, "result": { "tools": [{ "name": "profile___who_am_i" }] } });
    let answer = world.send(&response(&headers, &list, &listed)).await;
    assert_eq!(answer["mcp"]["transformedGatewayResponse"]["body"]["result"]["tools"], json!([]));
    let hello = json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {} });
    let answer = world.send(&request(&headers, &hello)).await;
    assert_eq!(answer["mcp"], json!({ "transformedGatewayRequest": { "body": hello } }));
}

#[tokio::test]
async fn without_secrets_manager_the_last_record_serves_for_a_minute_and_then_everybody_is_out() {
    let world = World::usual().await;
    let bob = |world: &World| world.bearer_with(|claims| claims["sub"] = json!("bob"));
    world.revoke(&alice());
    assert!(is_let_in(&call(&world, bob(&world)).await));
    world.set_secrets(false);
    for age in [30, 20] {
        seconds(age).await;
        assert!(is_let_in(&call(&world, bob(&world)).await));
        assert!(denial(&call(&world, world.bearer()).await).contains("access was withdrawn"));
    }
    seconds(10).await;
    assert!(denial(&call(&world, bob(&world)).await).contains("Try again"));
    world.set_secrets(true);
    seconds(5).await;
    assert!(is_let_in(&call(&world, bob(&world)).await));
    assert!(!is_alice_let_in(&world).await);
}

/// What a later version, or a hand, may have written.
#[rstest]
#[case::an_unknown_kind(json!({ "revocations": [{ "group": "staff", "made_at": 1 }] }))]
#[case::an_unknown_limit(json!({ "revocations": [{ "subject": "bob", "made_at": 1, "until": 2 }] }))]
#[case::no_list(json!({ "revocations": { "alice": true } }))]
#[tokio::test]
async fn a_record_that_is_not_understood_shuts_everybody_out_until_it_is(#[case] members: Value) {
    let world = World::usual().await;
    assert!(is_alice_let_in(&world).await);
    world.set_control(members);
    seconds(30).await;
    assert!(denial(&call(&world, world.bearer()).await).contains("not ready"));
    world.revoke(&json!([]));
    seconds(30).await;
    assert!(is_alice_let_in(&world).await);
}

#[tokio::test]
async fn what_is_not_known_beside_the_revocations_is_no_harm() {
    let world = World::usual().await;
    world.set_control(json!({ "sign_in": { "url": "https://sign-in.example" } }));
    assert!(is_alice_let_in(&world).await);
}
