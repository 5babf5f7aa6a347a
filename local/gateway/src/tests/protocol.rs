//! The body, the protocol version, the methods, and the order of all checks.

use std::num::NonZeroUsize;

use rstest::rstest;
use serde_json::{Value, json};

use super::{AUTHORIZER, PROFILE, Setup, call_of, message, who_am_i};
use crate::{AbsentProtocolVersion, ToolPages};

const VERSION: &str = "MCP-Protocol-Version";

#[rstest]
#[case::absent(None, 415)]
#[case::text(Some("text/plain"), 415)]
#[case::form(Some("application/x-www-form-urlencoded"), 415)]
#[case::prefix(Some("application/jsonl"), 415)]
#[case::json(Some("application/json"), 200)]
#[case::with_parameter(Some("Application/JSON; charset=utf-8"), 200)]
#[tokio::test]
async fn the_body_is_json_by_its_media_type(#[case] media_type: Option<&str>, #[case] status: u16) {
    let setup = Setup::intercepted().await;
    let request = setup.post(&who_am_i()).without("Content-Type");
    let request = media_type.into_iter().fold(request, |request, value| request.header("Content-Type", value));
    assert_eq!(setup.send(request).await.status, status);
    assert_eq!(setup.functions.calls().is_empty(), status == 415);
}

#[rstest]
#[case::empty("", -32700)]
#[case::not_json("{", -32700)]
#[case::trailing(r#"{"jsonrpc":"2.0","id":1,"method":"ping"} x"#, -32700)]
#[case::duplicate_member(r#"{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}"#, -32600)]
#[case::deep_duplicate(r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":{"b":1,"b":2}}}"#, -32600)]
#[case::batch(r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}]"#, -32600)]
#[case::text(r#""ping""#, -32600)]
#[case::null("null", -32600)]
#[case::version(r#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600)]
#[case::null_id(r#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600)]
#[case::fraction_id(r#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600)]
#[case::no_method(r#"{"jsonrpc":"2.0","id":1}"#, -32600)]
#[case::params(r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[]}"#, -32600)]
#[case::response(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#, -32600)]
#[tokio::test]
async fn the_body_is_one_message(#[case] body: &str, #[case] code: i64) {
    let setup = Setup::intercepted().await;
    let response = setup.send(setup.post_text(body)).await;
    assert_eq!((response.status, &response.json()["error"]["code"]), (400, &json!(code)));
    assert!(setup.functions.calls().is_empty());
}

#[tokio::test]
async fn a_body_over_six_megabytes_is_refused() {
    let setup = Setup::intercepted().await;
    let fitting = call_of("profile___who_am_i", &json!({ "text": "" })).to_string();
    let filled = |length: usize| fitting.replace(r#""text":"""#, &format!(r#""text":"{}""#, "a".repeat(length)));
    let room = 6 * 1024 * 1024 - fitting.len();
    assert_eq!(setup.send(setup.post_text(&filled(room))).await.status, 200);
    let heard = setup.functions.calls().len();
    assert_eq!(setup.send(setup.post_text(&filled(room + 1))).await.status, 413);
    assert_eq!(setup.functions.calls().len(), heard);
}

#[rstest]
#[case::first("2025-11-25", 200)]
#[case::second("2025-06-18", 200)]
#[case::older("2025-03-26", 400)]
#[case::newer("2026-07-28", 400)]
#[case::empty("", 400)]
#[case::list("2025-11-25, 2025-06-18", 400)]
#[tokio::test]
async fn a_protocol_version_is_a_supported_one(#[case] version: &str, #[case] status: u16) {
    let setup = Setup::intercepted().await;
    let response = setup.send(setup.post(&who_am_i()).header(VERSION, version)).await;
    assert_eq!((response.status, &response.json()["id"]), (status, &json!(7)));
    assert_eq!(setup.functions.calls().is_empty(), status == 400);
}

#[tokio::test]
async fn each_of_several_protocol_versions_must_be_supported() {
    let setup = Setup::intercepted().await;
    let request = setup.post(&who_am_i()).header(VERSION, "2025-11-25").header(VERSION, "2024-11-05");
    assert_eq!(setup.send(request).await.status, 400);
}

#[tokio::test]
async fn the_protocol_version_may_be_required_of_all_but_initialize() {
    let setup = Setup::with(|_, switches| switches.absent_protocol_version = AbsentProtocolVersion::Refused).await;
    assert_eq!(setup.call().await.status, 400);
    assert_eq!(setup.ask(&message("initialize", &json!({}))).await.status, 200);
    assert_eq!(setup.send(setup.post(&who_am_i()).header(VERSION, "2025-11-25")).await.status, 200);
}

#[rstest]
#[case::first("2025-11-25", "2025-11-25")]
#[case::second("2025-06-18", "2025-06-18")]
#[case::unknown("2024-11-05", "2025-11-25")]
#[case::future("2026-07-28", "2025-11-25")]
#[tokio::test]
async fn initialize_agrees_on_a_version(#[case] requested: &str, #[case] agreed: &str) {
    let setup = Setup::new().await;
    let response = setup.ask(&message("initialize", &json!({ "protocolVersion": requested }))).await;
    let expected = json!({
        "jsonrpc": "2.0",
        "id": 7,
        "result": {
            "protocolVersion": agreed,
            "capabilities": { "tools": { "listChanged": true } },
            "serverInfo": { "name": "agentcore-gateway", "version": "1.0.0" },
            "instructions": "Ask politely.",
        },
    });
    assert_eq!(response.json(), expected);
    assert!(response.all("mcp-session-id").is_empty());
}

#[tokio::test]
async fn ping_is_answered_with_nothing() {
    let setup = Setup::new().await;
    let ping = json!({ "jsonrpc": "2.0", "id": "a", "method": "ping" });
    assert_eq!(setup.ask(&ping).await.json(), json!({ "jsonrpc": "2.0", "id": "a", "result": {} }));
}

#[rstest]
#[case::initialized("notifications/initialized")]
#[case::cancelled("notifications/cancelled")]
#[case::unheard_of("notifications/unheard_of")]
#[case::call_without_id("tools/call")]
#[tokio::test]
async fn a_message_without_id_is_taken_and_reaches_no_tool(#[case] method: &str) {
    let setup = Setup::intercepted().await;
    let mut notification = who_am_i();
    notification.as_object_mut().unwrap().remove("id");
    notification["method"] = method.into();
    let response = setup.ask(&notification).await;
    assert_eq!((response.status, response.body.as_str()), (202, ""));
    assert_eq!(setup.functions.calls_of(AUTHORIZER).len(), 2);
    assert!(setup.functions.calls_of(PROFILE).is_empty());
}

#[rstest]
#[case::resources("resources/list")]
#[case::prompts("prompts/list")]
#[case::discover("server/discover")]
#[case::case("Tools/List")]
#[case::notification_with_id("notifications/initialized")]
#[tokio::test]
async fn an_unknown_method_is_an_error_with_status_200(#[case] method: &str) {
    let setup = Setup::new().await;
    let response = setup.ask(&message(method, &json!({}))).await;
    let expected = json!({ "jsonrpc": "2.0", "id": 7, "error": { "code": -32601, "message": "Method not found" } });
    assert_eq!((response.status, response.json()), (200, expected));
}

#[tokio::test]
async fn tools_are_listed_by_target_and_tool_in_their_order() {
    let setup = Setup::new().await;
    let result = setup.ask(&message("tools/list", &json!({}))).await.json()["result"].take();
    let expected = json!({ "tools": [
        {
            "name": "profile___who_am_i",
            "description": "Tells who is calling.",
            "inputSchema": { "type": "object" },
        },
        {
            "name": "tickets___open",
            "description": "Opens a ticket.",
            "inputSchema": {
                "type": "object",
                "properties": { "title": { "type": "string" }, "priority": { "type": "integer" } },
                "required": ["title"],
            },
            "outputSchema": { "type": "object", "properties": { "number": { "type": "integer" } } },
        },
    ] });
    assert_eq!(result, expected);
}

#[tokio::test]
async fn tools_may_come_in_pages() {
    let setup = Setup::with(|_, switches| switches.tool_pages = ToolPages::Of(NonZeroUsize::MIN)).await;
    let first = setup.ask(&message("tools/list", &json!({}))).await.json()["result"].take();
    assert_eq!(
        (first["tools"].as_array().unwrap().len(), &first["tools"][0]["name"]),
        (1, &json!("profile___who_am_i"))
    );
    let rest = setup.ask(&message("tools/list", &json!({ "cursor": first["nextCursor"] }))).await;
    let rest = rest.json()["result"].take();
    assert_eq!((rest["tools"].as_array().unwrap().len(), &rest["tools"][0]["name"]), (1, &json!("tickets___open")));
    assert!(rest.get("nextCursor").is_none());
}

#[rstest]
#[case::made_up(1, json!("made up"))]
#[case::start(1, json!("MA"))]
#[case::beyond_the_end(1, json!("Mg"))]
#[case::number(1, json!(1))]
#[case::within_a_page(2, json!("MQ"))]
#[case::no_pages(0, json!("MQ"))]
#[tokio::test]
async fn a_cursor_is_one_that_was_given_out(#[case] size: usize, #[case] cursor: Value) {
    let setup = Setup::with(|_, switches| {
        switches.tool_pages = NonZeroUsize::new(size).map_or(ToolPages::Whole, ToolPages::Of);
    })
    .await;
    let response = setup.ask(&message("tools/list", &json!({ "cursor": cursor }))).await;
    assert_eq!((response.status, &response.json()["error"]["code"]), (200, &json!(-32602)));
}

/// A request that is wrong in every respect, mended one respect at a time.
#[tokio::test]
async fn checks_come_in_this_order() {
    let setup = Setup::intercepted().await;
    let token = format!("Bearer {}", setup.issuer.token(&json!({})));
    let wrong = call_of("tickets___open", &json!({})).to_string();
    let request = |body: &str| super::Request::post("/mcp", body);

    let strange = request("{").header(VERSION, "1").header("Origin", "https://attacker.example");
    let host = setup.send(strange.clone().header("Host", "attacker.example")).await;
    assert!(host.status == 403 && host.body.contains("Host"));
    let origin = setup.send(strange.clone()).await;
    assert!(origin.status == 403 && origin.body.contains("Origin"));
    let strange = strange.without("Origin");
    assert_eq!(setup.send(strange.clone()).await.status, 401);
    let strange = strange.header("Authorization", &token);
    assert_eq!(setup.send(strange.clone()).await.status, 415);
    let body = setup.send(strange.header("Content-Type", "application/json")).await;
    assert_eq!((body.status, &body.json()["error"]["code"]), (400, &json!(-32700)));
    let readable = setup.post_text(&wrong);
    let version = setup.send(readable.clone().header(VERSION, "1")).await;
    assert_eq!((version.status, &version.json()["error"]["code"]), (400, &json!(-32600)));
    assert!(setup.functions.calls().is_empty());

    // The interceptor sees arguments that the schema then refuses, and the refusal.
    assert!(setup.send(readable).await.tool().1);
    let calls = setup.functions.calls();
    assert_eq!(calls.len(), 2);
    assert_eq!(calls[1].event["mcp"]["gatewayResponse"]["body"]["result"]["isError"], true);
}
