use log_capture::Log;
use serde_json::json;

use super::site::Site;
use super::{REDIRECT, Setup, VERIFIER, person, redemption, refreshment, request, text};
use crate::{CompleteError, Decision, Endpoint, HostData, Outcome, RegistrationKey, SigningKey, Store as _};

const MARKER: &str = "PRIVATE";

/// A whole life, with all that can go wrong: whatever was issued, and whatever a stranger sent, is in no log line and in
/// no `Debug` output, and nothing that was issued is in the store.
#[tokio::test]
async fn nothing_that_is_shown_or_stored_holds_what_was_issued() {
    let log = Log::capture();
    let setup = Setup::new();
    let mut issued = vec![VERIFIER.to_owned(), person().subject, person().email.unwrap(), MARKER.to_owned()];
    let mut shown = Vec::new();

    let state = format!("{MARKER}-state");
    let request = request().with("state", &state);
    let outcome = setup.authorize(&request).await;
    shown.push(format!("{outcome:?}"));
    let Outcome::Interact(pending) = outcome else { panic!("refused") };
    let kept = setup.store.request(&pending.handle().0.hash()).await.unwrap();
    shown.push(format!("{:?} {kept:?} {:?} {:?}", pending.handle(), setup.server, setup.store));
    issued.push(pending.handle().expose().to_owned());
    let host_data = HostData::new(format!("{MARKER}-host").into()).unwrap();
    let decision = Decision::Approve { person: person(), host_data };
    shown.push(format!("{decision:?}"));
    let location = setup.server.complete(pending.handle(), decision).await.unwrap();
    shown.push(format!("{location:?} {:?}", setup.server.complete(pending.handle(), Decision::Deny).await));
    let code = super::answered(&location).remove("code").unwrap();
    shown.push(format!("{:?}", location.into_response()));
    issued.push(code.clone());

    let tokens = setup.token(&redemption(&code)).await.good();
    let refreshed = setup.token(&refreshment(text(&tokens, "refresh_token"))).await.good();
    for tokens in [&tokens, &refreshed] {
        issued.extend(text(tokens, "access_token").split('.').skip(1).map(str::to_owned));
        issued.extend(text(tokens, "refresh_token").split('.').map(str::to_owned));
        issued.push(text(tokens, "refresh_token").to_owned());
    }
    let sessions = setup.store.sessions();
    shown.push(format!("{sessions:?} {:?}", sessions[0].family()));
    let stored = serde_json::to_string(&sessions).unwrap();

    let registered = setup.register(&json!({"redirect_uris": [REDIRECT], "client_name": MARKER})).await.good();
    issued.push(text(&registered, "client_id").to_owned());
    let (key, text_of_key) = RegistrationKey::generate().unwrap();
    let (signing, pem) = SigningKey::generate().unwrap();
    shown.push(format!("{key:?} {text_of_key:?} {signing:?} {pem:?}"));

    // Everything that logs.
    setup.token(&redemption(&code)).await.error();
    setup.token(&refreshment(text(&tokens, "refresh_token"))).await.error();
    setup.token(&redemption(MARKER).with("grant_type", MARKER)).await.error();
    setup.token(&redemption(&code).with("client_id", MARKER)).await.error();
    setup.post(Endpoint::Revocation, &refreshment(MARKER).with("client_id", MARKER)).await.error();
    setup.register(&json!({"redirect_uris": [MARKER]})).await.error();
    setup.register(&json!({"redirect_uris": [REDIRECT], "scope": [MARKER]})).await.error();
    setup.refusal(&request.with("client_id", MARKER)).await;
    setup.refusal(&request.with("redirect_uri", MARKER)).await;
    setup.redirected(&request.with("scope", MARKER)).await;
    let site = Site::with(json!({"client_id": MARKER})).await;
    let marked = format!("{}?{MARKER}", site.url);
    setup.refusal(&request.with("client_id", &marked)).await;
    assert_eq!(setup.server.complete(pending.handle(), Decision::Deny).await.unwrap_err(), CompleteError::Gone);

    let log = log.text();
    for expected in ["came again; the session", "no token was issued", "document cannot be used", "not registered"] {
        assert!(log.contains(expected), "{expected} is not in {log}");
    }
    shown.push(log);
    for shown in shown {
        for secret in &issued {
            assert!(!shown.contains(secret), "{secret} is in {shown}");
        }
    }
    // The family is the key of the item; the code, the handle and the tokens themselves are not there.
    for tokens in [&tokens, &refreshed] {
        let (_, secret) = text(tokens, "refresh_token").split_once('.').unwrap();
        assert!(!stored.contains(secret));
    }
    assert!(!stored.contains(&code) && !stored.contains(pending.handle().expose()));
}
