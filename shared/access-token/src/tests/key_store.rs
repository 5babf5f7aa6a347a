use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use tokio::net::TcpSocket;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::provider::{Answer, Provider};
use super::signer::Signer;
use super::{AUDIENCE, BUDGET, KEY, Setup, trusted};
use crate::{AccessToken, AudienceRule, Profile, Rejection, Verifier};

const MAX_AGE: u64 = 3600;
const UNKNOWN_KEY_COOL_DOWN: u64 = 30;
const FAILURE_COOL_DOWN: u64 = 5;

#[tokio::test]
async fn a_flood_of_unknown_keys_is_one_fetch() {
    let setup = Setup::new().await;
    for number in 0..1000 {
        let token = setup.token_with_header(json!({"kid": format!("../../dev/null' OR {number} --")}));
        setup.refuses(&token, Rejection::UnknownKey, 1).await;
    }
    setup.verify(&setup.token(json!({}))).await.unwrap();
    setup.advance(UNKNOWN_KEY_COOL_DOWN);
    for number in 0..1000 {
        let token = setup.token_with_header(json!({"kid": number.to_string()}));
        setup.refuses(&token, Rejection::UnknownKey, 2).await;
    }
}

#[tokio::test]
async fn a_key_that_was_rotated_in_is_found_by_one_fetch() {
    let mut setup = Setup::new().await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    let old = std::mem::replace(&mut setup.signer, Signer::ed25519());
    setup.provider.publish(&[old.jwk(KEY), setup.signer.jwk("key-2")]);
    setup.advance(UNKNOWN_KEY_COOL_DOWN);
    setup.verify(&setup.token_with_header(json!({"kid": "key-2"}))).await.unwrap();
    assert_eq!(setup.provider.fetches(), (2, 2));
}

#[tokio::test]
async fn a_key_that_was_withdrawn_counts_for_an_hour_at_most() {
    let setup = Setup::new().await;
    let token = setup.token(json!({}));
    setup.verify(&token).await.unwrap();
    setup.provider.publish(&[Signer::ed25519().jwk("key-2")]);
    setup.advance(MAX_AGE - 1);
    setup.verify(&token).await.unwrap();
    setup.advance(1);
    setup.refuses(&token, Rejection::UnknownKey, 2).await;
}

/// Any fetch replaces the whole set: what is only added to never forgets.
#[tokio::test]
async fn a_withdrawn_key_is_gone_as_soon_as_another_key_was_looked_for() {
    let setup = Setup::new().await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    setup.provider.publish(&[]);
    setup.advance(UNKNOWN_KEY_COOL_DOWN);
    let unknown = setup.token_with_header(json!({"kid": "key-2"}));
    setup.refuses(&unknown, Rejection::UnknownKey, 2).await;
    setup.refuses(&setup.token(json!({})), Rejection::UnknownKey, 2).await;
}

#[tokio::test]
async fn without_a_newer_set_an_old_one_is_not_used() {
    let setup = Setup::new().await;
    let token = setup.token(json!({}));
    setup.verify(&token).await.unwrap();
    setup.provider.answer_keys(Answer::Status(503));
    setup.advance(MAX_AGE);
    setup.refuses(&token, Rejection::KeysUnavailable, 2).await;
}

#[tokio::test]
async fn a_clock_that_was_set_back_makes_a_set_too_old_and_not_eternal() {
    let setup = Setup::new().await;
    setup.advance(50);
    let token = setup.token(json!({}));
    setup.verify(&token).await.unwrap();
    setup.clock.0.fetch_sub(50, Ordering::Relaxed);
    setup.verify(&token).await.unwrap();
    assert_eq!(setup.provider.fetches(), (2, 2));
}

#[tokio::test]
async fn a_known_key_outlives_a_provider_that_is_down() {
    let setup = Setup::new().await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    setup.provider.answer_keys(Answer::Status(500));
    setup.advance(UNKNOWN_KEY_COOL_DOWN);
    let unknown = setup.token_with_header(json!({"kid": "key-2"}));
    for _ in 0..100 {
        setup.refuses(&unknown, Rejection::KeysUnavailable, 2).await;
        setup.verify(&setup.token(json!({}))).await.unwrap();
    }
}

#[rstest]
#[case::server_error(Answer::Status(503))]
#[case::not_found(Answer::Status(404))]
#[case::no_content(Answer::Status(204))]
#[case::page(Answer::Body("<!doctype html><title>Sign in</title>".to_owned()))]
#[case::empty(Answer::Body(String::new()))]
#[case::array(Answer::Body("[]".to_owned()))]
#[case::no_keys(Answer::Body("{}".to_owned()))]
#[case::keys_mistyped(Answer::Body(r#"{"keys":{}}"#.to_owned()))]
#[case::duplicate_member(Answer::Body(r#"{"keys":[],"keys":[]}"#.to_owned()))]
#[case::too_many(Answer::Body(json!({"keys": vec![0; 33]}).to_string()))]
#[case::huge(Answer::Body(json!({"keys": [], "padding": "a".repeat(64 * 1024)}).to_string()))]
#[tokio::test]
async fn a_key_set_that_cannot_be_read_is_retryable_and_not_asked_for_again_for_a_while(#[case] answer: Answer) {
    let setup = Setup::new().await;
    setup.provider.answer_keys(answer);
    let token = setup.token(json!({}));
    for _ in 0..100 {
        setup.refuses(&token, Rejection::KeysUnavailable, 1).await;
    }
    assert!(Rejection::KeysUnavailable.retryable());

    setup.provider.publish(&[setup.signer.jwk(KEY)]);
    setup.advance(FAILURE_COOL_DOWN - 1);
    setup.refuses(&token, Rejection::KeysUnavailable, 1).await;
    setup.advance(1);
    setup.verify(&token).await.unwrap();
    assert_eq!(setup.provider.fetches(), (2, 2));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let setup = Setup::new().await;
    let elsewhere = Provider::start(&[setup.signer.jwk(KEY)]).await;
    setup.provider.answer_keys(Answer::Redirect(elsewhere.jwks_uri()));
    setup.refuses(&setup.token(json!({})), Rejection::KeysUnavailable, 1).await;
    setup.provider.answer_discovery(Answer::Redirect(elsewhere.discovery_url()));
    setup.advance(FAILURE_COOL_DOWN);
    assert_eq!(setup.verify(&setup.token(json!({}))).await.unwrap_err(), Rejection::KeysUnavailable);
    assert_eq!(elsewhere.fetches(), (0, 0));
}

/// Discovery §4.3. `ISSUER` stands for the right one, `KEYS` for the right address.
#[rstest]
#[case::other_issuer("https://attacker.example", "KEYS")]
#[case::longer_issuer("ISSUER/tenant", "KEYS")]
#[case::two_slashes("ISSUER//", "KEYS")]
#[case::empty_issuer("", "KEYS")]
#[case::no_tls_behind_https("ISSUER", "SECURE_KEYS")]
#[case::relative("ISSUER", "/keys")]
#[case::empty_address("ISSUER", "")]
#[tokio::test]
async fn a_discovery_document_speaks_for_its_own_issuer_and_says_where_its_keys_are(
    #[case] issuer: &str,
    #[case] jwks_uri: &str,
) {
    let setup = Setup::new().await;
    let right = setup.provider.jwks_uri();
    let jwks_uri = jwks_uri.replace("SECURE_KEYS", &right.replace("http:", "https:")).replace("KEYS", &right);
    setup.provider.announce(&issuer.replace("ISSUER", setup.provider.issuer()), &jwks_uri);
    let refused = setup.verify(&setup.token(json!({}))).await.unwrap_err();
    assert_eq!(refused, Rejection::KeysUnavailable);
    assert_eq!(setup.provider.fetches(), (1, 0));
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_retryable() {
    let setup = Setup::new().await;
    // A port that is taken and not listened on refuses every connection, and nobody else can get it meanwhile.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let jwks_uri = format!("http://{}/keys", taken.local_addr().unwrap());
    setup.provider.announce(setup.provider.issuer(), &jwks_uri);
    let refused = setup.verify(&setup.token(json!({}))).await.unwrap_err();
    assert_eq!(refused, Rejection::KeysUnavailable);
}

/// Time is virtual here: it jumps to the next timer whenever everybody waits.
#[tokio::test(start_paused = true)]
async fn a_provider_that_never_answers_is_given_up_after_two_seconds() {
    let setup = Setup::new().await;
    setup.provider.hold();
    let start = Instant::now();
    let refused = setup.verify(&setup.token(json!({}))).await.unwrap_err();
    assert_eq!(refused, Rejection::KeysUnavailable);
    assert!(start.elapsed() >= Duration::from_secs(2) && start.elapsed() <= Duration::from_secs(4));
}

#[rstest]
#[case::that_succeeds(None)]
#[case::that_fails(Some(Answer::Status(503)))]
#[tokio::test]
async fn calls_that_need_keys_at_once_share_one_fetch(#[case] failure: Option<Answer>) {
    let setup = Setup::new().await;
    let passes = failure.is_none();
    if let Some(answer) = failure {
        setup.provider.answer_keys(answer);
    }
    let token = AccessToken::from_authorization(&format!("Bearer {}", setup.token(json!({})))).unwrap();
    setup.provider.hold();
    let verifier = Arc::new(setup.verifier);
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let (verifier, token) = (verifier.clone(), token.clone());
        calls.spawn(async move {
            let rule = AudienceRule::accept([AUDIENCE]);
            verifier.verify(&token, &rule, BUDGET).await.is_ok()
        });
    }
    setup.provider.asked().await;
    setup.provider.release();
    assert_eq!(calls.join_all().await, [passes; 50]);
    assert_eq!(setup.provider.fetches(), (1, 1));
}

#[tokio::test]
async fn calls_that_look_for_an_unknown_key_at_once_share_one_fetch() {
    let setup = Setup::new().await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    setup.provider.asked().await;
    setup.advance(UNKNOWN_KEY_COOL_DOWN);
    setup.provider.hold();
    let token = setup.token_with_header(json!({"kid": "key-2"}));
    let token = AccessToken::from_authorization(&format!("Bearer {token}")).unwrap();
    let (provider, verifier) = (setup.provider, Arc::new(setup.verifier));
    let mut calls = JoinSet::new();
    for _ in 0..50 {
        let (verifier, token) = (verifier.clone(), token.clone());
        calls.spawn(async move {
            let rule = AudienceRule::accept([AUDIENCE]);
            verifier.verify(&token, &rule, BUDGET).await.unwrap_err()
        });
    }
    provider.asked().await;
    provider.release();
    assert_eq!(calls.join_all().await, [Rejection::UnknownKey; 50]);
    assert_eq!(provider.fetches(), (2, 2));
}

/// Whoever hangs up in the middle of a fetch must not be able to spoil it for the others.
#[tokio::test]
async fn a_caller_who_leaves_does_not_end_the_fetch() {
    let setup = Setup::new().await;
    let token = setup.token(json!({}));
    setup.provider.hold();
    tokio::select! {
        outcome = setup.verify(&token) => panic!("answered without keys: {outcome:?}"),
        () = setup.provider.asked() => {}
    }
    setup.provider.release();
    setup.verify(&token).await.unwrap();
    assert_eq!(setup.provider.fetches(), (1, 1));
}

#[tokio::test]
async fn a_caller_waits_no_longer_than_its_budget() {
    let setup = Setup::new().await;
    let token = AccessToken::from_authorization(&format!("Bearer {}", setup.token(json!({})))).unwrap();
    let rule = AudienceRule::accept([AUDIENCE]);
    let verify = async |budget| setup.verifier.verify(&token, &rule, budget).await.map(drop);
    setup.provider.hold();
    assert_eq!(verify(Duration::ZERO).await, Err(Rejection::KeysUnavailable));
    setup.provider.asked().await;
    setup.provider.release();
    assert_eq!(verify(BUDGET).await, Ok(()));
    // Once the keys are there, no budget is needed.
    assert_eq!(verify(Duration::ZERO).await, Ok(()));
    assert_eq!(setup.provider.fetches(), (1, 1));
}

#[tokio::test]
async fn prefetching_reads_the_keys_of_every_issuer_at_once() {
    let signer = Signer::ed25519();
    let first = Provider::start(&[signer.jwk(KEY)]).await;
    let second = Provider::start(&[signer.jwk(KEY)]).await;
    let both = vec![trusted(&first, Profile::Generic), trusted(&second, Profile::Cognito)];
    let verifier = Verifier::new(both).unwrap();
    first.hold();
    second.hold();
    tokio::join!(verifier.prefetch(BUDGET), async {
        // Neither is answered before both were asked.
        first.asked().await;
        second.asked().await;
        first.release();
        second.release();
    });
    verifier.prefetch(BUDGET).await;
    assert_eq!((first.fetches(), second.fetches()), ((1, 1), (1, 1)));
}

#[tokio::test]
async fn prefetching_ends_with_its_budget_and_goes_on_behind_it() {
    let setup = Setup::new().await;
    setup.provider.hold();
    setup.verifier.prefetch(Duration::ZERO).await;
    let token = setup.token(json!({}));
    let (outcome, ()) = tokio::join!(setup.verify(&token), async {
        setup.provider.asked().await;
        setup.provider.release();
    });
    outcome.unwrap();
    assert_eq!(setup.provider.fetches(), (1, 1));
}
