use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rstest::rstest;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::{NOW, REDIRECT, Setup, answered, claims, configuration, person, redemption, refreshment, request, text};
use crate::grant::WAITING;
use crate::{
    Configuration, Decision, Dialect, Endpoint, HostData, HostDataError, People, Person, Refresh, Session, Standing,
    Store as _, Written,
};

/// A host that says what it is told to. At first everybody stays who they are.
#[derive(Clone)]
pub(super) struct Host(Arc<State>);

struct State {
    says: Mutex<Option<Standing>>,
    /// The data that it was asked with, in order.
    asked: Mutex<Vec<String>>,
    /// And the clients and sessions.
    named: Mutex<Vec<(String, String)>>,
    arrived: Semaphore,
    gate: Semaphore,
}

impl Default for Host {
    fn default() -> Self {
        Self(Arc::new(State {
            says: Mutex::default(),
            asked: Mutex::default(),
            named: Mutex::default(),
            arrived: Semaphore::new(0),
            gate: Semaphore::new(Semaphore::MAX_PERMITS),
        }))
    }
}

impl People for Host {
    async fn standing(&self, refresh: &Refresh<'_>) -> Standing {
        let Refresh { person, client_id, session_id, host_data } = *refresh;
        self.0.asked.lock().unwrap().push(host_data.expose().to_owned());
        self.0.named.lock().unwrap().push((client_id.to_owned(), session_id.to_owned()));
        self.0.arrived.add_permits(1);
        self.0.gate.acquire().await.unwrap().forget();
        let unchanged = Standing::Current { person: person.clone(), host_data: host_data.clone() };
        self.0.says.lock().unwrap().clone().unwrap_or(unchanged)
    }
}

impl Host {
    fn say(&self, standing: Standing) {
        *self.0.says.lock().unwrap() = Some(standing);
    }

    fn asked(&self) -> Vec<String> {
        self.0.asked.lock().unwrap().clone()
    }

    fn named(&self) -> Vec<(String, String)> {
        self.0.named.lock().unwrap().clone()
    }

    /// From now on it answers nobody until [`release`](Self::release).
    fn hold(&self) {
        self.0.gate.forget_permits(usize::MAX);
    }

    fn release(&self) {
        self.0.gate.add_permits(100);
    }

    /// Returns once it was asked.
    async fn arrived(&self) {
        self.0.arrived.acquire().await.unwrap().forget();
    }
}

fn data(text: &str) -> HostData {
    HostData::new(text.into()).unwrap()
}

fn moved() -> Person {
    Person {
        name: Some("Alice Adams".to_owned()),
        email: None,
        groups: vec!["support".to_owned()],
        authenticated_at: NOW + 1_000,
        ..person()
    }
}

/// Tokens of a session at which the host keeps `first`.
async fn signed_in(setup: &Setup) -> Value {
    let pending = setup.pending(&request()).await;
    let decision = Decision::Approve { person: person(), host_data: data("first") };
    let location = setup.server.complete(pending.handle(), decision).await.unwrap();
    setup.token(&redemption(&answered(&location)["code"])).await.good()
}

async fn refresh(setup: &Setup, tokens: &Value) -> super::Answer {
    setup.token(&refreshment(text(tokens, "refresh_token"))).await
}

#[tokio::test]
async fn a_refreshed_token_says_who_the_person_is_now() {
    let setup = Setup::new();
    let first = signed_in(&setup).await;
    assert_eq!(setup.host.asked(), [""; 0]);
    setup.host.say(Standing::Current { person: moved(), host_data: data("second") });
    let second = refresh(&setup, &first).await.good();
    let claims = claims(&second);
    assert_eq!((&claims["name"], claims.get("email")), (&"Alice Adams".into(), None));
    assert_eq!(claims["groups"], serde_json::json!(["support"]));
    assert_eq!(claims["auth_time"], NOW - 5, "asking is not signing in");
    refresh(&setup, &second).await.good();
    assert_eq!(setup.host.asked(), ["first", "second"]);
}

/// As in the tokens, so that it can end what an operator has revoked by either.
#[tokio::test]
async fn the_host_is_told_whose_client_and_which_session_goes_on() {
    let setup = Setup::new();
    let registered = setup.register(&json!({"redirect_uris": [REDIRECT]})).await.good();
    let mut expected = Vec::new();
    for client in ["assistant", "assistant", text(&registered, "client_id")] {
        let code = setup.code(&request().with("client_id", client)).await;
        let tokens = setup.token(&redemption(&code).with("client_id", client)).await.good();
        let form = refreshment(text(&tokens, "refresh_token")).with("client_id", client);
        let refreshed = claims(&setup.token(&form).await.good());
        assert_eq!(claims(&tokens)["sid"], refreshed["sid"]);
        expected.push((client.to_owned(), text(&refreshed, "sid").to_owned()));
    }
    assert_eq!(setup.host.named(), expected);
    assert_ne!(expected[0], expected[1]);
}

#[rstest]
#[case::ended(Standing::Ended)]
#[case::somebody_else(Standing::Current {
    person: Person { subject: "subject-of-bob".to_owned(), ..person() },
    host_data: HostData::default(),
})]
#[tokio::test]
async fn a_person_who_may_not_go_on_ends_the_session(#[case] standing: Standing) {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    setup.host.say(standing);
    assert_eq!(refresh(&setup, &tokens).await.error(), (400, "invalid_grant".to_owned()));
    assert!(setup.store.sessions().is_empty());
    setup.host.say(Standing::Current { person: person(), host_data: HostData::default() });
    assert_eq!(refresh(&setup, &tokens).await.error(), (400, "invalid_grant".to_owned()));
    assert_eq!(setup.host.asked().len(), 1);
}

/// Both claims and gives back the session, whose revision alone has changed.
#[tokio::test]
async fn while_nobody_can_say_the_token_stays_as_good_as_it_was() {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    let kept = |setup: &Setup| {
        let mut kept = serde_json::to_value(setup.store.sessions().remove(0)).unwrap();
        kept.as_object_mut().unwrap().remove("revision").unwrap();
        kept
    };
    let before = kept(&setup);
    setup.host.say(Standing::Unavailable);
    for _ in 0..3 {
        setup.clock.forward(100);
        assert_eq!(refresh(&setup, &tokens).await.error(), (503, "temporarily_unavailable".to_owned()));
    }
    assert_eq!(kept(&setup), before);
    setup.host.say(Standing::Current { person: moved(), host_data: data("second") });
    refresh(&setup, &tokens).await.good();
    assert_eq!(setup.host.asked(), ["first"; 4]);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_answer_is_given_up() {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    setup.host.hold();
    let begun = Instant::now();
    assert_eq!(refresh(&setup, &tokens).await.error(), (503, "temporarily_unavailable".to_owned()));
    assert!(begun.elapsed() < Duration::from_secs(6));
    setup.host.release();
    refresh(&setup, &tokens).await.good();
}

/// A provider that sees a replaced refresh token of its own might end everything.
#[tokio::test]
async fn what_is_repeated_within_the_grace_asks_nobody_again() {
    let setup = Setup::new();
    let first = signed_in(&setup).await;
    setup.host.say(Standing::Current { person: moved(), host_data: data("second") });
    let second = refresh(&setup, &first).await.good();
    setup.host.say(Standing::Ended);
    let again = refresh(&setup, &first).await.good();
    assert_eq!(again["refresh_token"], second["refresh_token"]);
    assert_eq!(claims(&again)["name"], "Alice Adams");
    assert_eq!(setup.host.asked(), ["first"]);
}

#[tokio::test(start_paused = true)]
async fn two_that_refresh_at_once_ask_once_and_get_the_same() {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    setup.host.say(Standing::Current { person: moved(), host_data: data("second") });
    setup.host.hold();
    let release = async {
        setup.host.arrived().await;
        // Long enough for the other to look several times.
        sleep(Duration::from_secs(1)).await;
        setup.host.release();
    };
    let (one, other, ()) = tokio::join!(refresh(&setup, &tokens), refresh(&setup, &tokens), release);
    let (one, other) = (one.good(), other.good());
    assert_eq!(one["refresh_token"], other["refresh_token"]);
    assert_eq!(claims(&one)["groups"], claims(&other)["groups"]);
    assert_eq!(setup.host.asked(), ["first"]);
}

/// Whoever has one refresh token could otherwise have any number of tasks read the store.
#[tokio::test(start_paused = true)]
async fn who_waits_for_another_refresh_is_one_of_a_few() {
    const REFUSED: usize = 3;
    let setup = Arc::new(Setup::new());
    let tokens = signed_in(&setup).await;
    setup.host.say(Standing::Current { person: moved(), host_data: data("second") });
    setup.host.hold();
    let mut refreshes = JoinSet::new();
    for _ in 0..1 + WAITING + REFUSED {
        let (setup, tokens) = (Arc::clone(&setup), tokens.clone());
        refreshes.spawn(async move { refresh(&setup, &tokens).await });
    }
    for _ in 0..REFUSED {
        let refused = refreshes.join_next().await.unwrap().unwrap();
        assert_eq!(refused.error(), (503, "temporarily_unavailable".to_owned()));
    }
    setup.host.release();
    let others = refreshes.join_all().await;
    let successors: BTreeSet<_> = others.iter().map(|one| text(&one.good(), "refresh_token").to_owned()).collect();
    assert_eq!((others.len(), successors.len()), (1 + WAITING, 1));
    assert_eq!(setup.host.asked(), ["first"]);
}

/// The answer of the host must not be lost with the connection of the client.
#[tokio::test]
async fn a_refresh_that_its_client_gave_up_comes_to_its_end() {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    setup.host.say(Standing::Current { person: moved(), host_data: data("second") });
    setup.host.hold();
    tokio::select! { _ = refresh(&setup, &tokens) => panic!("answered"), () = setup.host.arrived() => {} }
    setup.host.release();
    let second = refresh(&setup, &tokens).await.good();
    refresh(&setup, &second).await.good();
    assert_eq!(setup.host.asked(), ["first", "second"]);
}

/// Its process ended in the middle.
#[tokio::test(start_paused = true)]
async fn a_claim_that_nobody_gives_back_lapses() {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    let session = setup.store.sessions().remove(0);
    let claimed = session.claimed(NOW).unwrap();
    assert_eq!(setup.store.replace_session(session.revision(), claimed).await.unwrap(), Written::Yes);
    setup.clock.forward(15);
    assert_eq!(refresh(&setup, &tokens).await.error(), (503, "temporarily_unavailable".to_owned()));
    assert_eq!(setup.host.asked(), [""; 0]);
    setup.clock.forward(1);
    refresh(&setup, &tokens).await.good();
}

/// A dialect may fail, or the signing; or the process ends before it.
#[tokio::test]
async fn what_the_host_said_is_kept_also_if_no_token_is_made_of_it() {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    setup.host.say(Standing::Current { person: moved(), host_data: data("second") });
    let dialect = Dialect { claims: |_| panic!("no claims"), ..Dialect::default() };
    let failing = setup.restarted(Configuration { dialect, ..configuration() });
    assert_eq!(refresh(&failing, &tokens).await.error(), (503, "temporarily_unavailable".to_owned()));
    let setup = failing.restarted(configuration());
    let again = refresh(&setup, &tokens).await.good();
    assert_eq!(claims(&again)["name"], "Alice Adams");
    refresh(&setup, &again).await.good();
    assert_eq!(setup.host.asked(), ["first", "second"]);
}

#[tokio::test]
async fn a_session_that_ends_while_the_host_is_asked_stays_ended() {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    let token = text(&tokens, "refresh_token");
    setup.host.hold();
    let revoke = async {
        setup.host.arrived().await;
        setup.post(Endpoint::Revocation, &refreshment(token).and("token", token)).await;
        setup.host.release();
    };
    let (refreshed, ()) = tokio::join!(refresh(&setup, &tokens), revoke);
    assert_eq!(refreshed.error(), (503, "temporarily_unavailable".to_owned()));
    assert_eq!(refresh(&setup, &tokens).await.error(), (400, "invalid_grant".to_owned()));
}

#[rstest]
#[case::other_scope("scope", "tools/write")]
#[case::other_resource("resource", "https://other.example/mcp")]
#[case::other_client("client_id", "dynamic-AAAA")]
#[case::other_token("refresh_token", "AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[tokio::test]
async fn the_host_is_not_asked_for_what_is_refused_anyway(#[case] name: &'static str, #[case] value: &str) {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    let form = refreshment(text(&tokens, "refresh_token")).with(name, value);
    setup.token(&form).await.error();
    let thief = setup.register(&serde_json::json!({"redirect_uris": [REDIRECT]})).await.good();
    let form = refreshment(text(&tokens, "refresh_token")).with("client_id", text(&thief, "client_id"));
    setup.token(&form).await.error();
    assert_eq!(setup.host.asked(), [""; 0]);
}

#[test]
fn what_the_host_keeps_is_bounded_and_not_shown() {
    let longest = "x".repeat(4_096);
    assert_eq!(data(&longest).expose().len(), 4_096);
    assert_eq!(HostData::new(format!("{longest}x").into()).unwrap_err(), HostDataError);
    assert!(serde_json::from_value::<HostData>(format!("{longest}x").into()).is_err());
    let standing = Standing::Current { person: person(), host_data: data("s3cret") };
    assert!(!format!("{standing:?}").contains("s3cret"));
}

/// What was kept by an earlier version, which asked nobody.
#[tokio::test]
async fn a_session_without_data_of_the_host_is_read() {
    let setup = Setup::new();
    let tokens = signed_in(&setup).await;
    let mut kept = serde_json::to_value(setup.store.sessions().remove(0)).unwrap();
    for name in ["host_data", "revision", "claimed_at"] {
        kept.as_object_mut().unwrap().remove(name).unwrap();
    }
    setup.store.restore(serde_json::from_value::<Session>(kept).unwrap());
    refresh(&setup, &tokens).await.good();
    assert_eq!(setup.host.asked(), [""]);
}
