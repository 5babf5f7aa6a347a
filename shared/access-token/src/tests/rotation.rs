//! An hour with a provider that rotates its keys and comes and goes, held against a model that cannot be wrong: it
//! remembers what was published, and whether it could be read, at every second.

use std::ops::RangeInclusive;

use rstest::rstest;
use serde_json::json;

use super::provider::Answer;
use super::signer::Signer;
use super::{NOW, Setup};
use crate::Rejection;

const HOUR: usize = 3600;
const PERIOD: usize = 300;
const COOL_DOWN: usize = 30;

/// The provider during one second: the keys in its set are consecutive numbers.
#[derive(Clone)]
struct Second {
    published: RangeInclusive<usize>,
    is_up: bool,
}

struct World {
    setup: Setup,
    keys: Vec<Key>,
    /// The last one is now.
    history: Vec<Second>,
}

struct Key {
    signer: Signer,
    token: String,
    /// Names this key; another one signed it.
    forged: String,
}

impl World {
    async fn new(keys: usize) -> Self {
        let setup = Setup::new().await;
        let keys = (0..keys).map(|number| {
            let header = json!({"alg": "EdDSA", "kid": number.to_string()}).to_string();
            let claims = setup.claims(json!({"exp": NOW + 24 * 3600})).to_string();
            let signer = Signer::ed25519();
            let (token, forged) = (signer.sign(&header, &claims), Signer::ed25519().sign(&header, &claims));
            Key { signer, token, forged }
        });
        let keys = keys.collect();
        Self { setup, keys, history: vec![] }
    }

    fn next_second(&mut self, second: Second) {
        if second.is_up {
            let jwks = second.published.clone().map(|number| self.keys[number].signer.jwk(&number.to_string()));
            self.setup.provider.publish(&jwks.collect::<Vec<_>>());
        } else {
            self.setup.provider.answer_keys(Answer::Status(503));
        }
        if !self.history.is_empty() {
            self.setup.advance(1);
        }
        self.history.push(second);
    }

    /// What the verifier says of a token. Whatever it fetches on the occasion has arrived afterwards.
    async fn verdict(&self, token: &str) -> Result<(), Rejection> {
        let verdict = self.setup.verify(token).await.map(drop);
        self.setup.verifier.at_rest().await;
        verdict
    }

    /// Whether it was so at some time in these last seconds, this one included.
    fn lately(&self, seconds: usize, was_so: impl Fn(&Second) -> bool) -> bool {
        self.history.iter().rev().take(seconds).any(was_so)
    }

    /// A verdict is right if it would have been that of somebody who had read the set not long ago: 30 s before it
    /// refuses, and before it accepts the time in which a set is replaced, or an hour if that could not be done.
    fn is_right(&self, number: usize, is_forged: bool, verdict: Result<(), Rejection>) -> bool {
        let published = |second: &Second| second.published.contains(&number);
        let is_in_a_set = self.lately(PERIOD + COOL_DOWN, published)
            || (self.lately(HOUR, published) && self.lately(PERIOD + COOL_DOWN, |second| !second.is_up));
        match verdict {
            Ok(()) => !is_forged && is_in_a_set,
            Err(Rejection::InvalidSignature) => is_forged && is_in_a_set,
            Err(Rejection::UnknownKey) => self.lately(COOL_DOWN, |second| !published(second)),
            Err(Rejection::KeysUnavailable) => self.lately(COOL_DOWN, |second| !second.is_up),
            Err(_) => false,
        }
    }
}

/// `SplitMix64`: the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((number ^ (number >> 31)) % u64::try_from(bound).unwrap()).unwrap()
    }
}

/// Keys sign as soon as they are published, and are withdrawn while their tokens are about.
#[rstest]
#[tokio::test]
async fn no_verdict_is_wrong_while_keys_come_and_go_without_notice(#[values(1, 2, 3, 4)] seed: u64) {
    let mut world = World::new(100).await;
    let mut random = Random(seed);
    let (mut accepted, mut refused) = (0, 0);
    let (mut oldest, mut newest, mut is_up) = (0, 0, true);
    for second in 0..HOUR {
        // Every two minutes or so; and an outage of half a minute or so every minute or so.
        newest += usize::from(random.below(120) == 0);
        oldest += usize::from(oldest < newest && random.below(120) == 0);
        is_up ^= second > 0 && random.below(if is_up { 60 } else { 30 }) == 0;
        world.next_second(Second { published: oldest..=newest, is_up });
        for _ in 0..2 {
            // From three that may be withdrawn to one that is not published yet.
            let number = (oldest + random.below(newest - oldest + 5)).saturating_sub(3);
            let is_forged = random.below(4) == 0;
            let key = &world.keys[number];
            let verdict = world.verdict(if is_forged { &key.forged } else { &key.token }).await;
            assert!(world.is_right(number, is_forged, verdict), "second {second}, key {number}: {verdict:?}");
            *(if verdict.is_ok() { &mut accepted } else { &mut refused }) += 1;
        }
    }
    assert!(accepted > 1000 && refused > 1000, "{accepted} {refused}");
    assert!(world.setup.provider.fetches().0 <= 1 + HOUR / COOL_DOWN);
}

/// A new key every ten minutes, published six minutes before it signs and withdrawn when the last of its tokens has
/// expired, by a provider that is down for the last ten seconds of every minute.
#[tokio::test]
async fn nobody_is_refused_while_keys_rotate_as_they_should() {
    const TURN: usize = 600;
    const NOTICE: usize = 360;
    const LIFETIME: usize = 300;
    let mut world = World::new(10).await;
    for second in 0..HOUR {
        let newest = (second + NOTICE) / TURN;
        let oldest = second.saturating_sub(LIFETIME) / TURN;
        world.next_second(Second { published: oldest..=newest, is_up: second % 60 < 50 });
        for number in oldest..=second / TURN {
            assert_eq!(world.verdict(&world.keys[number].token).await, Ok(()), "second {second}, key {number}");
        }
    }
    assert!(world.setup.provider.fetches().0 <= 1 + HOUR / COOL_DOWN);
}
