//! The line of a request says why, and shows nothing that a client or a function made up.

use std::io::Write;
use std::sync::{Arc, Mutex};

use rstest::rstest;
use serde_json::{Value, json};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::fmt::MakeWriter;

use super::{AUTHORIZER, PROFILE, Request, Setup, call_of, message, who_am_i};
use crate::InvokeError;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Of this thread, on which the gateway of a test runs, too.
    fn capture() -> (Self, DefaultGuard) {
        let log = Self::default();
        let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(log.clone()).finish();
        (log, tracing::subscriber::set_default(subscriber))
    }

    fn lines(&self) -> Vec<String> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().filter(|line| line.contains("local_gateway")).map(str::to_owned).collect()
    }
}

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Log {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn the_first_step_of_a_sign_in_is_no_warning() {
    let (log, _guard) = Log::capture();
    let setup = Setup::intercepted().await;
    setup.send(Request::new("POST", "/mcp")).await;
    let lines = log.lines();
    assert!(lines[0].contains("INFO") && lines[0].contains("status=401"), "{}", lines[0]);
}

#[tokio::test]
async fn a_request_is_one_line() {
    let (log, _guard) = Log::capture();
    let setup = Setup::intercepted().await;
    setup.call().await;
    setup.ask(&message("tools/list", &json!({}))).await;
    setup.send(Request::new("GET", "/.well-known/oauth-protected-resource")).await;
    let lines = log.lines();
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
    let (log, _guard) = Log::capture();
    let setup = Setup::with(|gateway, _| {
        gateway.authorizer.allowed_audience = vec!["ours".to_owned()];
        gateway.authorizer.allowed_clients = vec!["assistant".to_owned()];
    })
    .await;
    let credentials = format!("Bearer {}", setup.issuer.token(&claims));
    setup.send(setup.post(&who_am_i()).without("Authorization").header("Authorization", &credentials)).await;
    let lines = log.lines();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains("WARN") && lines[0].contains(&format!("token refused: {reason}")), "{}", lines[0]);
    assert!(!lines[0].contains("ey"), "no part of a token: {}", lines[0]);
}

#[tokio::test]
async fn what_went_wrong_behind_the_gateway_is_told() {
    let (log, _guard) = Log::capture();
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
    let lines = log.lines();
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
    let (log, _guard) = Log::capture();
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
    let lines = log.lines();
    assert_eq!(lines.len(), 12);
    for line in lines {
        assert!(!line.to_lowercase().contains(PRIVATE) && !line.contains("Bearer ey"), "{line}");
    }
}
