//! A refresh token is worth something to its own client, once, and until somebody ends the session.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use local_identity_provider::Clock;
use rstest::rstest;

use crate::countersign::Countersign;
use crate::deployment::Deployment;
use crate::form::Form;
use crate::identity::{account, assert_is, assert_is_nobody};
use crate::oauth_client::{OAuthClient, Tokens, assert_refused};

/// A clock that stands still unless it is moved. It is five minutes slow: no token that goes by it is from the future.
struct SlowClock(AtomicU64);

impl SlowClock {
    fn new() -> Arc<Self> {
        let now = SystemTime::now() - Duration::from_secs(300);
        Arc::new(Self(now.duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs().into()))
    }

    fn forward(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl Clock for SlowClock {
    fn now(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Signed in at a deployment whose clock can be moved.
async fn signed_in() -> (Deployment, Arc<SlowClock>, OAuthClient, Tokens) {
    let clock = SlowClock::new();
    let deployment = Deployment::by_clock(Arc::clone(&clock) as _).await;
    let client = OAuthClient::assistant(&deployment.issuer, &deployment.mcp_url);
    let tokens = client.sign_in("alice").await;
    (deployment, clock, client, tokens)
}

async fn assert_worthless(client: &OAuthClient, tokens: &Tokens) {
    assert_refused(&client.token(&client.refreshment(&tokens.refresh)).await, 400, "invalid_grant");
}

#[tokio::test]
async fn a_token_that_comes_again_within_the_grace_brings_the_same_successor() {
    let (deployment, clock, client, first) = signed_in().await;
    let second = client.refresh(&first).await;
    clock.forward(30);
    let again = client.refresh(&first).await;
    assert_eq!(again.refresh, second.refresh);
    assert_ne!(again.access, second.access);
    for tokens in [&again, &client.refresh(&second).await] {
        assert_is(&client.call(tokens).await.said(), &account("alice"), &deployment.issuer);
    }
}

/// Nobody can tell the thief from the client, so neither goes on. What was issued before is valid until it expires.
#[tokio::test]
async fn a_token_that_comes_again_after_the_grace_ends_the_session() {
    let (deployment, clock, client, first) = signed_in().await;
    let second = client.refresh(&first).await;
    clock.forward(31);
    assert_worthless(&client, &first).await;
    assert_worthless(&client, &second).await;
    assert_is(&client.call(&second).await.said(), &account("alice"), &deployment.issuer);
}

#[tokio::test]
async fn the_end_of_a_session_is_not_that_of_another_one() {
    let (deployment, clock, client, first) = signed_in().await;
    let other = client.again();
    let others = other.sign_in("bob").await;
    client.refresh(&first).await;
    clock.forward(31);
    assert_worthless(&client, &first).await;
    assert_is(&other.call(&other.refresh(&others).await).await.said(), &account("bob"), &deployment.issuer);
}

/// The access token lives for ten minutes there, and the gateway goes by its own clock.
#[tokio::test]
async fn an_access_token_that_expired_is_refused_and_a_refresh_brings_a_good_one() {
    let (deployment, clock, client, _) = signed_in().await;
    // Of a sign-in long ago.
    clock.0.fetch_sub(1_000, Ordering::Relaxed);
    let old = client.again().sign_in("alice").await;
    let answer = client.call(&old).await;
    assert_eq!(answer.status, 401);
    assert!(answer.header("WWW-Authenticate").contains("error=\"invalid_token\""));
    clock.forward(1_000);
    let new = client.refresh(&old).await;
    assert_is(&client.call(&new).await.said(), &account("alice"), &deployment.issuer);
}

#[tokio::test]
async fn an_older_token_ends_the_session_at_once() {
    let countersign = Countersign::shared();
    let client = countersign.assistant();
    let first = client.sign_in("alice").await;
    let second = client.refresh(&first).await;
    let third = client.refresh(&second).await;
    assert_worthless(&client, &first).await;
    assert_worthless(&client, &third).await;
}

#[rstest]
#[case::another_client(|form: Form, thief: &OAuthClient| form.with("client_id", &thief.id), 400, "invalid_grant")]
#[case::unknown_client(|form: Form, _: &_| form.with("client_id", "nobody"), 401, "invalid_client")]
#[case::no_client(|form: Form, _: &_| form.without("client_id"), 400, "invalid_request")]
#[case::other_resource(
    |form: Form, _: &_| form.with("resource", "https://other.example/mcp"), 400, "invalid_target"
)]
#[case::another_scope(|form: Form, _: &_| form.with("scope", "admin"), 400, "invalid_scope")]
#[case::altered(
    |form: Form, _: &_| { let token = format!("{}A", form.value("refresh_token")); form.with("refresh_token", &token) },
    400, "invalid_grant"
)]
#[case::two(|form: Form, _: &_| form.and("refresh_token", "x"), 400, "invalid_request")]
#[case::as_a_code(|form: Form, _: &_| {
    let token = form.value("refresh_token").to_owned();
    form.with("grant_type", "authorization_code").with("code", &token).with("code_verifier", &"x".repeat(43))
}, 400, "invalid_grant")]
#[tokio::test]
async fn a_refresh_with_anything_else_brings_nothing_and_costs_its_client_nothing(
    #[case] change: fn(Form, &OAuthClient) -> Form,
    #[case] status: u16,
    #[case] error: &str,
) {
    let countersign = Countersign::shared();
    let client = countersign.assistant();
    let thief = countersign.registered("Thief").await;
    let tokens = client.sign_in("alice").await;
    assert_refused(&client.token(&change(client.refreshment(&tokens.refresh), &thief)).await, status, error);
    let tokens = client.refresh(&tokens).await;
    assert_is(&client.call(&tokens).await.said(), &account("alice"), &countersign.issuer);
}

#[tokio::test]
async fn a_refresh_token_opens_nothing_at_the_gateway() {
    let countersign = Countersign::shared();
    let tokens = countersign.assistant().sign_in("alice").await;
    let answer = countersign.who_am_i(&tokens.refresh).await;
    assert_eq!(answer.status, 401);
    assert_is_nobody(&answer.text);
}

/// RFC 7009 §2. The session ends, whichever of its tokens is named.
#[rstest]
#[case::the_current_one(|_: &Tokens, second: &Tokens| second.refresh.clone())]
#[case::the_one_before(|first: &Tokens, _: &Tokens| first.refresh.clone())]
#[tokio::test]
async fn a_revoked_session_has_ended(#[case] token: fn(&Tokens, &Tokens) -> String) {
    let countersign = Countersign::shared();
    let client = countersign.assistant();
    let first = client.sign_in("alice").await;
    let second = client.refresh(&first).await;
    let answer = client.revoke(&token(&first, &second)).await;
    assert_eq!((answer.status, answer.header("Cache-Control"), answer.text.as_str()), (200, "no-store", ""));
    assert_worthless(&client, &first).await;
    assert_worthless(&client, &second).await;
    // Until it expires: the gateway asks nobody.
    assert_is(&client.call(&second).await.said(), &account("alice"), &countersign.issuer);
}

#[tokio::test]
async fn nobody_revokes_what_is_not_theirs() {
    let countersign = Countersign::shared();
    let client = countersign.assistant();
    let thief = countersign.registered("Thief").await;
    let tokens = client.sign_in("alice").await;
    assert_refused(&thief.revoke(&tokens.refresh).await, 400, "invalid_grant");
    assert_refused(&client.revoke(&tokens.access).await, 400, "unsupported_token_type");
    // What nobody has issued is not valid, as it was before (§2.2).
    assert_eq!(client.revoke("unknown").await.status, 200);
    let tokens = client.refresh(&tokens).await;
    assert_is(&client.call(&tokens).await.said(), &account("alice"), &countersign.issuer);
}
