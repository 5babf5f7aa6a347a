//! What becomes of the calls when the provider does not do its part. The table in `faults.md` names these tests.

use std::time::Duration;

use log_capture::Log;
use rstest::rstest;
use serde_json::json;
use tokio::net::TcpSocket;

use super::provider::{Answer, Provider, Wire};
use super::signer::Signer;
use super::{KEY, NOW, Setup, trusted};
use crate::{ConfigurationError, DiscoveryUrl, Profile, Rejection, TrustedIssuer};

const MAX_AGE: u64 = 3600;
const PERIOD: u64 = 300;
const COOL_DOWN: u64 = 30;
const COOL_DOWN_WITHOUT_KEYS: u64 = 5;
/// Of the tests that have one.
const STALE_WINDOW: u64 = 7200;

async fn with_stale_window() -> Setup {
    let window = Duration::from_secs(STALE_WINDOW);
    let trusted = |provider: &Provider| trusted(provider, Profile::Generic).with_stale_window(window).unwrap();
    Setup::trusting(Signer::ed25519(), trusted).await
}

/// Good for as long as any of these tests last.
fn lasting_token(setup: &Setup) -> String {
    setup.token(json!({"exp": NOW + 24 * 3600}))
}

/// Refused a hundred times for one fetch and one line in the log, and again after a cool-down.
async fn is_retryable_and_asked_again_after_five_seconds(setup: &Setup, cause: &str) {
    let log = Log::capture();
    let token = setup.token(json!({}));
    for _ in 0..100 {
        assert_eq!(setup.verify(&token).await.unwrap_err(), Rejection::KeysUnavailable);
    }
    assert!(Rejection::KeysUnavailable.retryable());
    let text = log.text();
    assert_eq!(text.matches("could not be read").count(), 1, "{text}");
    assert!(text.contains(cause) && text.contains("none"), "{text}");

    setup.provider.recover(&[setup.signer.jwk(KEY)]);
    setup.advance(COOL_DOWN_WITHOUT_KEYS - 1);
    assert_eq!(setup.verify(&token).await.unwrap_err(), Rejection::KeysUnavailable);
    setup.advance(1);
    setup.verify(&token).await.unwrap();
    assert_eq!(setup.provider.fetches().0, 2);
}

#[rstest]
#[case::server_error(Answer::Status(503), "status 503")]
#[case::too_many_requests(Answer::Status(429), "status 429")]
#[case::not_found(Answer::Status(404), "status 404")]
#[case::no_content(Answer::Status(204), "status 204")]
#[case::a_part(Answer::Status(206), "status 206")]
#[case::page(Answer::Body("<!doctype html><title>Sign in</title>".to_owned()), "not a JSON object")]
#[case::empty(Answer::Body(String::new()), "not a JSON object")]
#[case::array(Answer::Body("[]".to_owned()), "not a JSON object")]
#[case::duplicate_member(Answer::Body(r#"{"keys":[],"keys":[]}"#.to_owned()), "not a JSON object")]
#[case::huge(Answer::Body(json!({"keys": [], "padding": "a".repeat(64 * 1024)}).to_string()), "larger than 64 KiB")]
#[tokio::test]
async fn an_answer_that_cannot_be_read(
    #[case] answer: Answer,
    #[case] cause: &str,
    #[values(Provider::answer_discovery, Provider::answer_keys)] to: fn(&Provider, Answer),
) {
    let setup = Setup::new().await;
    to(&setup.provider, answer);
    is_retryable_and_asked_again_after_five_seconds(&setup, cause).await;
}

#[rstest]
#[case::no_keys("{}".to_owned())]
#[case::keys_mistyped(r#"{"keys":{}}"#.to_owned())]
#[case::too_many(json!({"keys": vec![0; 33]}).to_string())]
#[tokio::test]
async fn an_answer_that_is_no_key_set(#[case] body: String) {
    let setup = Setup::new().await;
    setup.provider.answer_keys(Answer::Body(body));
    is_retryable_and_asked_again_after_five_seconds(&setup, "not one of at most 32 keys").await;
}

/// Otherwise the cases after this one would prove nothing.
#[rstest]
#[case::of_stated_length("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\n{\"keys\":[]}")]
#[case::in_chunks("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\n{\"keys\":[]}\r\n0\r\n\r\n")]
#[case::until_the_end("HTTP/1.1 200 OK\r\n\r\n{\"keys\":[]}")]
#[tokio::test]
async fn an_answer_that_is_whole_is_read(#[case] answer: &'static str) {
    let setup = Setup::new().await;
    setup.provider.announce(setup.provider.issuer(), &Wire::Ends(answer).serve().await);
    assert_eq!(setup.verify(&setup.token(json!({}))).await.unwrap_err(), Rejection::UnknownKey);
}

/// A part of a set is none, even where what came so far could be read.
#[rstest]
#[case::nothing(Wire::Ends(""), "connection failed")]
#[case::another_protocol(Wire::Ends("SSH-2.0-OpenSSH_9.9\r\n"), "connection failed")]
#[case::truncated(Wire::Ends("HTTP/1.1 200 OK\r\ncontent-length: 12\r\n\r\n{\"keys\":[]}"), "connection failed")]
#[case::truncated_chunk(
    Wire::Ends("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nb\r\n{\"keys\":[]}\r\n"),
    "connection failed"
)]
#[case::truncated_text(Wire::Ends("HTTP/1.1 200 OK\r\n\r\n{\"keys\":["), "not a JSON object")]
#[case::endless(Wire::GoesOn("HTTP/1.1 200 OK\r\n\r\n{\"keys\":[0", ",0"), "larger than 64 KiB")]
#[case::endless_chunks(
    Wire::GoesOn("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n", "8\r\n        \r\n"),
    "larger than 64 KiB"
)]
#[case::endless_headers(Wire::GoesOn("HTTP/1.1 200 OK\r\n", "x-header: a\r\n"), "connection failed")]
#[case::endless_header(Wire::GoesOn("HTTP/1.1 200 OK\r\nx-header: ", "aaaaaaaa"), "connection failed")]
#[case::large_promise(
    Wire::GoesOn("HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\n", "        "),
    "larger than 64 KiB"
)]
#[tokio::test]
async fn an_answer_that_is_cut_off_or_never_ends(#[case] wire: Wire, #[case] cause: &str) {
    let setup = Setup::new().await;
    setup.provider.announce(setup.provider.issuer(), &wire.serve().await);
    is_retryable_and_asked_again_after_five_seconds(&setup, cause).await;
}

/// Time is virtual here: it jumps to the next timer whenever everybody waits.
#[rstest]
#[case::silent(Wire::Drips(""))]
#[case::headers(Wire::Drips("HTTP/1.1 200 OK\r\nx-header: aaaaaaaaaaaa\r\n"))]
#[case::body(Wire::Drips("\r\n{\"keys\":[]}"))]
#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_within_two_seconds(#[case] wire: Wire) {
    let setup = Setup::new().await;
    setup.provider.announce(setup.provider.issuer(), &wire.serve().await);
    is_retryable_and_asked_again_after_five_seconds(&setup, "longer than two seconds").await;
}

#[tokio::test]
async fn a_provider_that_is_not_there() {
    let setup = Setup::new().await;
    // A port that is taken and not listened on refuses every connection, and nobody else can get it meanwhile.
    let taken = TcpSocket::new_v4().unwrap();
    taken.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let jwks_uri = format!("http://{}/keys", taken.local_addr().unwrap());
    setup.provider.announce(setup.provider.issuer(), &jwks_uri);
    is_retryable_and_asked_again_after_five_seconds(&setup, "connection failed").await;
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let setup = Setup::new().await;
    let elsewhere = Provider::start(&[setup.signer.jwk(KEY)]).await;
    setup.provider.answer_keys(Answer::Redirect(elsewhere.jwks_uri().to_owned()));
    is_retryable_and_asked_again_after_five_seconds(&setup, "status 302").await;

    let setup = Setup::new().await;
    setup.provider.answer_discovery(Answer::Redirect(elsewhere.discovery_url()));
    is_retryable_and_asked_again_after_five_seconds(&setup, "status 302").await;
    assert_eq!(elsewhere.fetches(), (0, 0));
}

/// The reason why newer keys are asked for long before they are needed.
#[tokio::test]
async fn an_outage_of_most_of_an_hour_goes_unnoticed() {
    let setup = Setup::new().await;
    let token = lasting_token(&setup);
    setup.verify(&token).await.unwrap();
    setup.provider.answer_discovery(Answer::Status(503));
    for _ in 1..MAX_AGE {
        setup.advance(1);
        setup.verify(&token).await.unwrap();
        setup.verifier.at_rest().await;
    }
    let attempts = usize::try_from((MAX_AGE - PERIOD) / COOL_DOWN).unwrap();
    assert_eq!(setup.provider.fetches(), (1 + attempts, 1));

    setup.advance(1);
    assert_eq!(setup.verify(&token).await.unwrap_err(), Rejection::KeysUnavailable);
    setup.provider.recover(&[setup.signer.jwk(KEY)]);
    setup.advance(COOL_DOWN);
    setup.verify(&token).await.unwrap();
}

#[tokio::test]
async fn without_a_stale_window_keys_end_after_an_hour() {
    let setup = Setup::new().await;
    let token = lasting_token(&setup);
    setup.verify(&token).await.unwrap();
    setup.provider.answer_keys(Answer::Status(503));
    setup.advance(MAX_AGE);
    setup.refuses(&token, Rejection::KeysUnavailable, 2).await;
}

#[tokio::test]
async fn with_a_stale_window_keys_serve_until_its_end_once_a_fetch_has_failed() {
    let setup = with_stale_window().await;
    let token = lasting_token(&setup);
    setup.verify(&token).await.unwrap();
    setup.provider.answer_discovery(Answer::Status(503));

    let log = Log::capture();
    setup.advance(MAX_AGE);
    for fetches in 2..102 {
        for _ in 0..10 {
            setup.verify(&token).await.unwrap();
            setup.verifier.at_rest().await;
        }
        assert_eq!(setup.provider.fetches(), (fetches, 1));
        setup.advance(COOL_DOWN);
    }
    let text = log.text();
    assert_eq!(text.matches("stale keys").count(), 100, "a line a failure, not a call: {text}");

    setup.advance(STALE_WINDOW - 100 * COOL_DOWN);
    assert_eq!(setup.verify(&token).await.unwrap_err(), Rejection::KeysUnavailable);
}

#[tokio::test]
async fn a_stale_window_is_shut_while_the_provider_answers() {
    let setup = with_stale_window().await;
    let token = lasting_token(&setup);
    setup.verify(&token).await.unwrap();
    setup.provider.publish(&[]);
    setup.advance(MAX_AGE);
    setup.refuses(&token, Rejection::UnknownKey, 2).await;
}

/// A function that was frozen meanwhile knows nothing of the provider's state now.
#[tokio::test]
async fn a_failure_of_long_ago_opens_no_stale_window() {
    let setup = with_stale_window().await;
    let token = lasting_token(&setup);
    setup.verify(&token).await.unwrap();
    setup.provider.answer_keys(Answer::Status(503));
    setup.advance(PERIOD);
    setup.verify(&token).await.unwrap();
    setup.verifier.at_rest().await;
    setup.provider.publish(&[]);
    setup.advance(MAX_AGE);
    setup.refuses(&token, Rejection::UnknownKey, 3).await;
}

#[tokio::test]
async fn a_stale_window_lets_no_unknown_key_in() {
    let setup = with_stale_window().await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    setup.provider.answer_keys(Answer::Status(503));
    setup.advance(MAX_AGE);
    let unknown = setup.token_with_header(json!({"kid": "key-2"}));
    setup.refuses(&unknown, Rejection::KeysUnavailable, 2).await;
}

#[test]
fn a_stale_window_is_a_day_at_most() {
    let url = DiscoveryUrl::parse("https://login.example/.well-known/openid-configuration").unwrap();
    let trusted = || TrustedIssuer::new(url.clone(), Profile::Generic).unwrap();
    let day = Duration::from_secs(24 * 3600);
    assert!(trusted().with_stale_window(day).is_ok());
    let longer = trusted().with_stale_window(day + Duration::from_nanos(1));
    assert_eq!(longer.unwrap_err(), ConfigurationError::StaleWindowTooLong);
}

/// Whoever reads the set can sign. The log says so at every fetch, and the other keys stay.
#[rstest]
#[case::ed25519(Signer::ed25519(), "d")]
#[case::p256(Signer::p256(), "d")]
#[case::rsa(Signer::rs256(), "d")]
#[case::rsa_factor(Signer::rs256(), "p")]
#[tokio::test]
async fn a_key_that_is_published_with_its_private_part(#[case] signer: Signer, #[case] member: &str) {
    let setup = Setup::with(Profile::Generic, signer).await;
    let neighbour = Signer::ed25519();
    let mut jwk = setup.signer.jwk(KEY);
    jwk[member] = "AAAA".into();
    setup.provider.publish(&[jwk, neighbour.jwk("neighbour")]);
    let log = Log::capture();
    for _ in 0..100 {
        setup.refuses(&setup.token(json!({})), Rejection::UnknownKey, 1).await;
    }
    let header = json!({"alg": "EdDSA", "kid": "neighbour"});
    setup.verify(&neighbour.sign(header.to_string(), setup.claims(json!({})).to_string())).await.unwrap();
    let text = log.text();
    assert_eq!(text.matches("publishes a private key").count(), 1, "{text}");
    assert!(!text.contains("AAAA"), "{text}");
}

/// The address of the keys moves between the reading of the one document and of the other.
#[tokio::test]
async fn a_key_set_that_moves_while_it_is_read() {
    let setup = Setup::new().await;
    let moved = Provider::start(&[setup.signer.jwk(KEY)]).await;
    let token = setup.token(json!({}));
    setup.provider.hold();
    let (outcome, ()) = tokio::join!(setup.verify(&token), async {
        setup.provider.asked().await;
        setup.provider.announce(setup.provider.issuer(), moved.jwks_uri());
        setup.provider.answer_keys(Answer::Status(404));
        setup.provider.release();
    });
    assert_eq!(outcome.unwrap_err(), Rejection::KeysUnavailable);
    setup.advance(COOL_DOWN_WITHOUT_KEYS);
    setup.verify(&token).await.unwrap();
}

/// Every row of the table names a test that exists.
#[test]
fn the_table_of_faults_is_tested() {
    let tests = [
        include_str!("faults.rs"),
        include_str!("key_store.rs"),
        include_str!("rotation.rs"),
        include_str!("times.rs"),
    ];
    let rows: Vec<_> = include_str!("../faults.md").lines().filter(|line| line.starts_with("| ")).skip(2).collect();
    assert!(rows.len() > 10);
    for row in rows {
        let named: Vec<_> = row.rsplit('|').nth(1).unwrap().split('`').skip(1).step_by(2).collect();
        assert!(!named.is_empty(), "{row}");
        for name in named {
            assert!(tests.iter().any(|file| file.contains(&format!("fn {name}("))), "no test {name}");
        }
    }
}
