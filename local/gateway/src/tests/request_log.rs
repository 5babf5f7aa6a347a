//! The line of a request says why, and shows nothing that a client or a function made up.

use log_capture::Log;
use rstest::rstest;
use serde_json::{Value, json};

use super::{AUTHORIZER, PROFILE, Request, Setup, call_of, message, who_am_i};
use crate::InvokeError;

/// The lines of the gateway.
fn lines(log: &Log) -> Vec<String> {
    log.text().lines().filter(|line| line.contains("local_gateway")).map(str::to_owned).collect()
}

#[tokio::test]
async fn the_first_step_of_a_sign_in_is_no_warning() {
    let log = Log::capture();
    let setup = Setup::intercepted().await;
    setup.send(Request::new("POST", "/mcp")).await;
    let lines = lines(&log);
    assert!(lines[0].contains("INFO") && lines[0].contains("status=401"), "{}", lines[0]);
}

#[tokio::test]
async fn a_request_is_one_line() {
    let log = Log::capture();
    let setup = Setup::intercepted().await;
    setup.call().await;
    setup.ask(&message("tools/list", &json!({}))).await;
    setup.send(Request::new("GET", "/.well-known/oauth-protected-resource")).await;
    let lines = lines(&log);
    assert_eq!(lines.len(), 3);
    for part in ["INFO", r#"method="tools/call""#, r#"tool="profile___who_am_i""#, "status=200", "milliseconds="] {
        assert!(lines[0].contains(part), "{}", lines[0]);
    }
    assert!(lines[1].contains(r#"method="tools/list""#) && !lines[1].contains("tool="));
    assert!(lines[2].contains(r#"path="/.well-known/oauth-protected-resource""#));
}

#[rstest]
#[case::expired(json!({"iat": 1_700_000_000, "exp": 1_700_000_600}), "expired: the token has expired")]
#[case::issuer(json!({"iss": "https://issuer.example"}), "unknown_issuer: ")]
#[case::audience(json!({"aud": "theirs"}), "wrong_audience: ")]
#[case::client(json!({"aud": "ours", "client_id": "other"}), "client_not_allowed: ")]
#[case::scope(json!({"aud": "ours", "scope": "openid"}), "insufficient_scope: ")]
#[tokio::test]
async fn a_refused_token_is_told_in_plain_words(#[case] claims: Value, #[case] reason: &str) {
    let log = Log::capture();
    let setup = Setup::with(|gateway, _| {
        gateway.authorizer.allowed_audience = vec!["ours".to_owned()];
        gateway.authorizer.allowed_clients = vec!["assistant".to_owned()];
    })
    .await;
    let credentials = format!("Bearer {}", setup.issuer.token(&claims));
    setup.send(setup.post(&who_am_i()).without("Authorization").header("Authorization", &credentials)).await;
    let lines = lines(&log);
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("WARN") && lines[0].contains(&format!("token refused: {reason}")), "{}", lines[0]);
    assert!(!lines[0].contains("ey"), "no part of a token: {}", lines[0]);
}

#[tokio::test]
async fn what_went_wrong_behind_the_gateway_is_told() {
    let log = Log::capture();
    let setup = Setup::intercepted().await;
    setup.functions.inject(&json!({ "Txn-Token": "a".repeat(3000) }));
    setup.call().await;
    setup.functions.inject(&json!({ "Txn-Token": "a\tb" }));
    setup.call().await;
    setup.functions.on(PROFILE, |_| Err(InvokeError::TimedOut));
    setup.call().await;
    setup.functions.at_request("pass");
    setup.call().await;
    setup.functions.on(AUTHORIZER, |_| Err(InvokeError::Throttled));
    setup.call().await;
    let lines = lines(&log);
    for (line, reason) in [
        "bytes in base64; Lambda accepts 3583: the headers that AllowedRequestHeaders lets through are too long",
        "1 header(s) not forwarded",
        "target profile: it timed out",
        "the answer of the REQUEST interceptor is not accepted: the answer is not usable JSON",
        "function:authorizer: too many events wait for it",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(lines[line].contains("WARN") && lines[line].contains(reason), "{}", lines[line]);
    }
    assert_eq!(lines.len(), 5);
}

#[tokio::test]
async fn nothing_that_others_made_up_is_logged() {
    const PRIVATE: &str = "made-up";
    let log = Log::capture();
    let setup = Setup::intercepted().await;
    let error = InvokeError::FunctionError { error_type: "Oops".to_owned(), message: PRIVATE.to_owned() };
    setup.functions.on(PROFILE, move |_| Err(error.clone()));
    let arguments = json!({ "made-up": PRIVATE, "title": PRIVATE });
    for message in [
        call_of("profile___who_am_i", &arguments),
        call_of("tickets___open", &arguments),
        call_of("tickets___open", &json!({ "made-up": 1 })),
        call_of(PRIVATE, &arguments),
        message(PRIVATE, &json!({})),
        json!({ "jsonrpc": PRIVATE }),
    ] {
        setup.send(setup.post(&message).header("Txn-Token", PRIVATE).header("X-Made-Up", PRIVATE)).await;
    }
    for request in [
        setup.post_text(PRIVATE),
        setup.post(&who_am_i()).header("MCP-Protocol-Version", PRIVATE),
        setup.post(&who_am_i()).header("Host", PRIVATE),
        setup.post(&who_am_i()).header("Origin", &format!("https://{PRIVATE}")),
        Request::new("MADE-UP", &format!("/{PRIVATE}?{PRIVATE}")),
        Request::post("/mcp", PRIVATE).header("Authorization", &format!("Bearer {PRIVATE}")),
    ] {
        setup.send(request).await;
    }
    let lines = lines(&log);
    assert_eq!(lines.len(), 12);
    for line in lines {
        assert!(!line.to_lowercase().contains(PRIVATE) && !line.contains("Bearer ey"), "{line}");
    }
}
