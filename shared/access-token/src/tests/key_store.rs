use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::provider::{Answer, Provider};
use super::signer::Signer;
use super::{AUDIENCE, BUDGET, KEY, NOW, Setup, trusted};
use crate::{AccessToken, AudienceRule, Profile, Rejection, Verifier};

const MAX_AGE: u64 = 3600;
const PERIOD: u64 = 300;
const COOL_DOWN: u64 = 30;

/// A thousand invented keys from fifty callers at once: one fetch in a cool-down, whether it succeeds or fails.
#[tokio::test]
async fn a_flood_of_unknown_keys_is_one_fetch() {
    let setup = Setup::new().await;
    for (fetches, provider_is_up) in [(1, true), (2, true), (3, false), (4, true)] {
        if provider_is_up {
            setup.provider.publish(&[setup.signer.jwk(KEY)]);
        } else {
            setup.provider.answer_keys(Answer::Status(503));
        }
        let flood = (0..50).map(async |caller| {
            for number in 0..20 {
                let kid = format!("../../dev/null' OR {caller} {number} --");
                let refused = setup.verify(&setup.token_with_header(json!({"kid": kid}))).await.unwrap_err();
                assert_eq!(refused == Rejection::UnknownKey, provider_is_up, "{refused}");
            }
        });
        join_all(flood).await;
        assert_eq!(setup.provider.fetches(), (fetches, fetches));
        setup.verify(&setup.token(json!({}))).await.unwrap();
        setup.advance(COOL_DOWN);
    }
}

#[tokio::test]
async fn a_key_that_was_rotated_in_is_found_by_one_fetch() {
    let mut setup = Setup::new().await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    let old = std::mem::replace(&mut setup.signer, Signer::ed25519());
    setup.provider.publish(&[old.jwk(KEY), setup.signer.jwk("key-2")]);
    let token = setup.token_with_header(json!({"kid": "key-2"}));
    setup.advance(COOL_DOWN - 1);
    setup.refuses(&token, Rejection::UnknownKey, 1).await;
    setup.advance(1);
    setup.verify(&token).await.unwrap();
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
    setup.advance(COOL_DOWN);
    let unknown = setup.token_with_header(json!({"kid": "key-2"}));
    setup.refuses(&unknown, Rejection::UnknownKey, 2).await;
    setup.refuses(&setup.token(json!({})), Rejection::UnknownKey, 2).await;
}

/// Each is the only one of the two clocks that tells.
#[rstest]
#[case::clock_set_back(50, -51)]
#[case::clock_set_back_by_as_much(MAX_AGE, -3600)]
#[case::clock_set_forward(0, 3600)]
#[case::function_frozen(1, 3599)]
#[tokio::test]
async fn a_set_is_as_old_as_the_older_of_two_clocks_says(#[case] seconds: u64, #[case] wall: i64) {
    let setup = Setup::new().await;
    let token = setup.token(json!({"exp": NOW + 4 * 3600}));
    setup.verify(&token).await.unwrap();
    setup.provider.answer_keys(Answer::Status(503));
    setup.advance(seconds);
    setup.clock.set_wall(wall);
    setup.refuses(&token, Rejection::KeysUnavailable, 2).await;
}

/// What the provider said before the freeze is no news after it.
#[tokio::test]
async fn a_set_is_as_old_as_the_question_that_it_answers() {
    let setup = Setup::new().await;
    let token = setup.token(json!({"exp": NOW + 4 * 3600}));
    setup.provider.hold();
    tokio::select! {
        outcome = setup.verify(&token) => panic!("answered without keys: {outcome:?}"),
        () = setup.provider.asked() => {}
    }
    setup.advance(MAX_AGE - 1);
    setup.provider.release();
    setup.verify(&token).await.unwrap();
    setup.verifier.at_rest().await;
    setup.provider.publish(&[]);
    setup.advance(1);
    setup.refuses(&token, Rejection::UnknownKey, 2).await;
}

#[tokio::test]
async fn a_withdrawn_key_is_gone_soon_where_there_are_calls() {
    let setup = Setup::new().await;
    let token = setup.token(json!({}));
    setup.verify(&token).await.unwrap();
    setup.provider.publish(&[]);
    setup.advance(PERIOD);
    // This one starts the fetch and does not wait for it.
    setup.verify(&token).await.unwrap();
    setup.verifier.at_rest().await;
    setup.refuses(&token, Rejection::UnknownKey, 2).await;
}

#[tokio::test]
async fn nobody_waits_for_newer_keys_while_there_are_some() {
    let setup = Setup::new().await;
    let token = setup.token(json!({}));
    setup.verify(&token).await.unwrap();
    setup.provider.hold();
    setup.advance(PERIOD);
    for _ in 0..100 {
        setup.verify(&token).await.unwrap();
    }
    setup.provider.release();
    setup.verifier.at_rest().await;
    assert_eq!(setup.provider.fetches(), (2, 2));
}

/// A later fetch for a later reason waits as long as one for the same.
#[tokio::test]
async fn a_known_key_outlives_a_provider_that_is_down() {
    let setup = Setup::new().await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    setup.provider.answer_keys(Answer::Status(500));
    setup.advance(COOL_DOWN);
    let unknown = setup.token_with_header(json!({"kid": "key-2"}));
    for _ in 0..100 {
        setup.refuses(&unknown, Rejection::KeysUnavailable, 2).await;
        setup.verify(&setup.token(json!({}))).await.unwrap();
    }
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
    let jwks_uri = jwks_uri.replace("SECURE_KEYS", &right.replace("http:", "https:")).replace("KEYS", right);
    setup.provider.announce(&issuer.replace("ISSUER", setup.provider.issuer()), &jwks_uri);
    let refused = setup.verify(&setup.token(json!({}))).await.unwrap_err();
    assert_eq!(refused, Rejection::KeysUnavailable);
    assert_eq!(setup.provider.fetches(), (1, 0));
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
    setup.advance(COOL_DOWN);
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

/// Nor does leaving free the way for another fetch: a failure that nobody waited for counts.
#[tokio::test]
async fn a_caller_who_leaves_does_not_end_the_cool_down() {
    let setup = Setup::new().await;
    let token = setup.token(json!({}));
    setup.provider.answer_keys(Answer::Status(503));
    setup.provider.hold();
    tokio::select! {
        outcome = setup.verify(&token) => panic!("answered without keys: {outcome:?}"),
        () = setup.provider.asked() => {}
    }
    for _ in 0..100 {
        tokio::select! {
            biased;
            outcome = setup.verify(&token) => panic!("answered without keys: {outcome:?}"),
            () = ready(()) => {}
        }
    }
    setup.provider.release();
    for _ in 0..100 {
        setup.refuses(&token, Rejection::KeysUnavailable, 1).await;
    }
}

/// Time is virtual here: it jumps to the next timer whenever everybody waits.
#[tokio::test(start_paused = true)]
async fn a_caller_waits_no_longer_than_its_budget() {
    let setup = Setup::new().await;
    let token = AccessToken::from_authorization(&format!("Bearer {}", setup.token(json!({})))).unwrap();
    let rule = AudienceRule::accept([AUDIENCE]);
    let verify = async |budget| setup.verifier.verify(&token, &rule, budget).await.map(drop);
    setup.provider.hold();
    let start = Instant::now();
    assert_eq!(verify(Duration::from_millis(300)).await, Err(Rejection::KeysUnavailable));
    assert_eq!(start.elapsed(), Duration::from_millis(300));
    setup.provider.asked().await;
    setup.provider.release();
    assert_eq!(verify(Duration::MAX).await, Ok(()));
    assert_eq!(setup.provider.fetches(), (1, 1));
}

#[tokio::test]
async fn a_caller_without_time_fetches_nothing_and_uses_what_is_there() {
    let setup = Setup::new().await;
    let token = AccessToken::from_authorization(&format!("Bearer {}", setup.token(json!({})))).unwrap();
    let rule = AudienceRule::accept([AUDIENCE]);
    let verify = async || setup.verifier.verify(&token, &rule, Duration::ZERO).await.map(drop);
    setup.verifier.prefetch(Duration::ZERO).await;
    assert_eq!(verify().await, Err(Rejection::KeysUnavailable));
    setup.verifier.at_rest().await;
    assert_eq!(setup.provider.fetches(), (0, 0));
    setup.verifier.prefetch(BUDGET).await;
    assert_eq!(verify().await, Ok(()));
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

#[tokio::test(start_paused = true)]
async fn prefetching_ends_with_its_budget_and_goes_on_behind_it() {
    let setup = Setup::new().await;
    setup.provider.hold();
    let start = Instant::now();
    setup.verifier.prefetch(Duration::from_millis(300)).await;
    assert_eq!(start.elapsed(), Duration::from_millis(300));
    let token = setup.token(json!({}));
    let (outcome, ()) = tokio::join!(setup.verify(&token), async {
        setup.provider.asked().await;
        setup.provider.release();
    });
    outcome.unwrap();
    assert_eq!(setup.provider.fetches(), (1, 1));
}
