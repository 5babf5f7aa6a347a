use std::time::{SystemTime, UNIX_EPOCH};

use secrecy::ExposeSecret as _;
use serde_json::json;

use super::fixture::{AUDIENCE, LIFETIME, config, serve, state};
use crate::{IdentityProvider, IssueError, TokenOptions};

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

#[tokio::test]
async fn a_token_says_who_for_whom_and_how_long() {
    let served = serve().await;
    let before = now();
    let token = served.provider.issue("alice", &TokenOptions::default()).unwrap();
    let verified = served.verify(token.expose_secret()).await;
    assert_eq!(verified.header.typ.as_deref(), Some("at+jwt"));

    let mut claims = verified.claims;
    let issued_at = claims["iat"].as_i64().unwrap();
    assert!((before..=now()).contains(&issued_at));
    for random in ["jti", "sid"] {
        assert!(!claims.as_object_mut().unwrap().remove(random).unwrap().as_str().unwrap().is_empty());
    }
    let expected = json!({
        "iss": served.issuer,
        "sub": "6d3a91f0-52c7-4d0e-9f2b-8c1d7be0a401",
        "aud": AUDIENCE,
        "client_id": "assistant",
        "scope": "countersign/tools",
        "token_use": "access",
        "iat": issued_at,
        "auth_time": issued_at,
        "exp": issued_at + i64::from(LIFETIME),
        "name": "Alice Archer",
        "email": "alice@example.com",
        "groups": ["engineering", "support"],
    });
    assert_eq!(claims, expected);
}

#[tokio::test]
async fn no_two_tokens_are_the_same() {
    let served = serve().await;
    let issue = || served.provider.issue("carol", &TokenOptions::default()).unwrap();
    assert_ne!(issue().expose_secret(), issue().expose_secret());
}

#[tokio::test]
async fn options_replace_what_they_name() {
    let served = serve().await;
    let options = TokenOptions {
        scope: Some(String::new()),
        audience: Some("https://other.example.com/mcp".to_owned()),
        expires_in: Some(5),
    };
    let token = served.provider.issue("bob", &options).unwrap();
    let claims = served.verify(token.expose_secret()).await.claims;
    assert_eq!((&claims["scope"], &claims["aud"]), (&json!(""), &json!("https://other.example.com/mcp")));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 5);
}

#[tokio::test]
async fn an_expired_token_was_once_valid() {
    let served = serve().await;
    let options = TokenOptions { expires_in: Some(-1), ..TokenOptions::default() };
    let token = served.provider.issue("bob", &options).unwrap();
    let claims = served.verify(token.expose_secret()).await.claims;
    let (issued_at, expires_at) = (claims["iat"].as_i64().unwrap(), claims["exp"].as_i64().unwrap());
    assert!(expires_at < now());
    assert_eq!(expires_at - issued_at, i64::from(LIFETIME));
}

#[test]
fn nobody_else_gets_a_token() {
    let provider = IdentityProvider::new(config("http://127.0.0.1:8485", &state())).unwrap();
    for id in ["", "eve", "Alice", "6d3a91f0-52c7-4d0e-9f2b-8c1d7be0a401"] {
        let error = provider.issue(id, &TokenOptions::default()).unwrap_err();
        assert_eq!(error, IssueError::UnknownAccount);
    }
}

#[test]
fn the_command_is_one_line_that_a_shell_reads_as_meant() {
    let mut config = config("http://127.0.0.1:8485", &state());
    config.audience = "http://127.0.0.1:8484/it's $(touch x)/mcp".to_owned();
    let provider = IdentityProvider::new(config).unwrap();
    let command = provider.command(&"a.b.c".into());
    let text = command.expose_secret();
    assert!(!text.contains('\n'));
    // What a shell makes of it: `printf` in the place of `curl`.
    let script = text.replacen("curl", "printf '%s\\n'", 1);
    let words = std::process::Command::new("/bin/sh").args(["-c", &script]).output().unwrap();
    let words: Vec<_> = std::str::from_utf8(&words.stdout).unwrap().lines().collect();
    let call =
        r#"{"id":1,"jsonrpc":"2.0","method":"tools/call","params":{"arguments":{},"name":"profile___who_am_i"}}"#;
    let expected = [
        "-sS",
        "http://127.0.0.1:8484/it's $(touch x)/mcp",
        "-H",
        "Authorization: Bearer a.b.c",
        "-H",
        "Content-Type: application/json",
        "-H",
        "Accept: application/json, text/event-stream",
        "-H",
        "MCP-Protocol-Version: 2025-11-25",
        "-d",
    ];
    assert_eq!(words[..expected.len()], expected);
    let sent: serde_json::Value = serde_json::from_str(words[expected.len()]).unwrap();
    assert_eq!(sent, serde_json::from_str::<serde_json::Value>(call).unwrap());
}
