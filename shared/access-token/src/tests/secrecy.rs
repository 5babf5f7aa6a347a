use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::Setup;
use super::provider::Answer;
use super::signer::Signer;
use crate::AccessToken;

const MARKER: &str = "PRIVATE";

/// Every claim, the header, the key and the token carry the marker; nothing that is shown may.
#[tokio::test]
async fn nothing_that_is_shown_holds_any_part_of_a_token() {
    let setup = Setup::new().await;
    let claims = json!({
        "sub": format!("{MARKER} A."), "client_id": MARKER, "scope": MARKER, "groups": [MARKER], "name": MARKER, "email": MARKER,
        "jti": MARKER, MARKER: MARKER,
    });
    let token = setup.token(claims);
    let verified = setup.verify(&token).await.unwrap();
    let credentials = AccessToken::from_authorization(&format!("Bearer {MARKER}.{token}")).unwrap();
    let mut shown = vec![format!("{verified:?}"), format!("{credentials:?}"), format!("{:?}", setup.verifier)];

    let header = json!({"alg": MARKER, "typ": MARKER, "kid": MARKER});
    let forger = Signer::ed25519();
    let forged = forger.sign(&setup.header(json!({})).to_string(), &setup.claims(json!({})).to_string());
    let mut refused = vec![
        MARKER.to_owned(),
        format!("{MARKER}.{MARKER}.{MARKER}"),
        format!("{MARKER} {token}"),
        format!("{MARKER},{token}"),
        setup.sign(&header, &setup.claims(json!({}))),
        forged,
    ];
    refused.extend(["alg", "typ", "kid", "crit"].map(|name| setup.token_with_header(json!({name: MARKER}))));
    refused.extend(
        ["iss", "aud", "exp", "nbf", "iat", "groups", "auth_time", "token_use", "nonce"]
            .map(|name| setup.token(json!({name: MARKER}))),
    );
    for token in refused {
        let error = setup.verify(&token).await.unwrap_err();
        shown.push(format!("{error} {error:?} {}", error.reason()));
    }
    for shown in shown {
        assert!(!shown.contains(MARKER), "{shown}");
        assert!(token.split('.').all(|part| !shown.contains(part)), "{shown}");
    }
}

/// The body may be anything, also what a provider should not have sent. The operator needs the reason all the same.
#[tokio::test]
async fn the_log_says_why_keys_cannot_be_read_without_the_answer() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);

    let setup = Setup::new().await;
    setup.provider.answer_keys(Answer::Body(format!("{{{MARKER}")));
    let token = setup.token_with_header(json!({"jku": MARKER}));
    setup.verify(&token).await.unwrap_err();

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("the key set cannot be read: not a JSON object"), "{log}");
    assert!(log.contains(&setup.provider.discovery_url()), "{log}");
    assert!(!log.contains(MARKER), "{log}");
    assert!(token.split('.').all(|part| !log.contains(part)), "{log}");
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
