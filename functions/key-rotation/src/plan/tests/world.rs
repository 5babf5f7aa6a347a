//! Secrets Manager as far as the plan meets it, and invocations that are cut into the requests they make.

use std::collections::BTreeMap;

use transaction_token::{PrivateKey, PublicKey, SigningKeys, VerificationKeys};

use crate::plan::{Goal, Next, Refusal, Write};
use crate::rotation::{PERIOD, Step};
use crate::state::{Content, State, Version};

pub(super) const HOUR: u64 = 60 * 60;

/// Both secrets, and what tools and authorizers remember.
#[derive(Debug, Clone, Default)]
pub(super) struct World {
    pub(super) now: u64,
    pub(super) verification: Option<(u32, VerificationKeys)>,
    signing: BTreeMap<u32, Option<SigningKeys>>,
    current: Option<u32>,
    pub(super) pending: Option<u32>,
    made: u32,
    /// Since when each key is published, and until when each may still sign.
    published: Vec<(PublicKey, u64)>,
    signs_until: Vec<(PublicKey, u64)>,
    /// An emergency has begun and none has ended since: keys may go sooner than they would.
    emergency: bool,
    /// Two emergencies were under way at once. Each publishes its own keys and has no room for the other's, so calls may be
    /// refused until it is mended.
    pub(super) overlap: bool,
}

/// One invocation after another by the same caller, which gives up at the first error.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    goals: Vec<Goal>,
    position: Position,
    rounds: u32,
    failures: u32,
    pub(super) refused: Option<Refusal>,
}

#[derive(Debug, Clone)]
enum Position {
    Start,
    VerificationRead(Option<Version<VerificationKeys>>),
    Planned(Box<State>, Write),
}

impl Caller {
    pub(super) fn new(mut goals: Vec<Goal>) -> Self {
        goals.reverse();
        Self { goals, position: Position::Start, rounds: 0, failures: 0, refused: None }
    }

    /// What happens in a rotation of the version that is pending.
    pub(super) fn rotation(world: &World) -> Self {
        Self::steps(world, &[Step::Create, Step::Set, Step::Test, Step::Finish])
    }

    pub(super) fn steps(world: &World, steps: &[Step]) -> Self {
        let token = world.pending.unwrap_or_default().to_string();
        let goal =
            |step: &Step| Goal::Rotation { step: *step, token: token.clone(), fresh: fresh_key(), now: world.now };
        Self::new(steps.iter().map(goal).collect())
    }

    pub(super) fn first_keys(world: &World) -> Self {
        Self::new(vec![Goal::FirstKeys { fresh: fresh_keys(world) }])
    }

    pub(super) fn emergency(world: &World) -> Self {
        Self::new(vec![Goal::Emergency { fresh: fresh_keys(world) }])
    }

    pub(super) fn is_deployment(&self) -> bool {
        matches!(self.goals.last(), Some(Goal::FirstKeys { .. }))
    }

    pub(super) fn is_emergency(&self) -> bool {
        matches!(self.goals.last(), Some(Goal::Emergency { .. }))
    }

    pub(super) fn ended(&self) -> bool {
        self.goals.is_empty()
    }

    /// Makes the next request.
    pub(super) fn advance(&mut self, world: &mut World) {
        let Some(goal) = self.goals.last() else { return };
        world.emergency |= self.is_emergency();
        self.position = match std::mem::replace(&mut self.position, Position::Start) {
            Position::Start => {
                self.rounds += 1;
                Position::VerificationRead(world.read_verification())
            }
            Position::VerificationRead(verification) => {
                let state = world.read_signing(verification);
                match goal.next(&state) {
                    Ok(Next::Write(write)) => Position::Planned(Box::new(state), write),
                    Ok(Next::Done) => {
                        if matches!(goal, Goal::Emergency { .. }) {
                            world.end_emergency();
                        }
                        self.goals.pop();
                        (self.rounds, self.failures) = (0, 0);
                        Position::Start
                    }
                    Err(refusal) => {
                        self.refused = Some(refusal);
                        self.goals.clear();
                        Position::Start
                    }
                }
            }
            Position::Planned(state, write) => {
                self.failures += u32::from(!world.write(&state, write));
                if self.failures == 3 || self.rounds == 10 {
                    self.goals.clear();
                }
                Position::Start
            }
        };
    }

    /// Nobody else is there.
    pub(super) fn run(mut self, world: &mut World) -> Result<(), Refusal> {
        while !self.ended() {
            self.advance(world);
            world.check();
        }
        assert!(self.failures == 0, "a caller who is alone never comes too late");
        self.refused.map_or(Ok(()), Err)
    }
}

fn fresh_key() -> PrivateKey {
    PrivateKey::generate().unwrap()
}

fn fresh_keys(world: &World) -> SigningKeys {
    SigningKeys::generate(world.now).unwrap()
}

impl World {
    /// With keys that may be rotated, and a rotation that has begun.
    pub(super) fn with_keys() -> Self {
        Self::with_keys_of_age(25 * HOUR)
    }

    pub(super) fn with_keys_of_age(seconds: u64) -> Self {
        let mut world = Self { now: 1_000_000 * HOUR, ..Self::default() };
        Caller::first_keys(&world).run(&mut world).unwrap();
        world.pass(seconds);
        world.begin_rotation();
        world
    }

    pub(super) fn pass(&mut self, seconds: u64) {
        self.now += seconds;
    }

    /// Secrets Manager goes on with the version that is pending, if there is one.
    pub(super) fn begin_rotation(&mut self) {
        if self.pending.is_none() || self.pending == self.current {
            let id = self.id();
            self.signing.insert(id, None);
            self.pending = Some(id);
        }
    }

    /// The keys that the authorizer signs with.
    pub(super) fn signing(&self) -> Option<&SigningKeys> {
        self.signing.get(&self.current?)?.as_ref()
    }

    pub(super) fn published(&self) -> Option<&VerificationKeys> {
        self.verification.as_ref().map(|(_, keys)| keys)
    }

    /// What must hold at every moment.
    pub(super) fn check(&self) {
        let Some(signing) = self.signing().filter(|_| !self.overlap) else { return };
        let published = self.published().unwrap();
        let [current, _] = signing.in_use();
        assert!(published.hold([current]), "a key signs and tools do not know it");
        if !self.emergency {
            for (key, until) in &self.signs_until {
                assert!(
                    self.now >= *until || published.hold([*key]),
                    "a key is gone and somebody may still sign with it"
                );
            }
        }
    }

    fn id(&mut self) -> u32 {
        self.made += 1;
        self.made
    }

    fn end_emergency(&mut self) {
        self.emergency = false;
        let current = self.signing().map(SigningKeys::in_use);
        self.signs_until.retain(|(key, _)| current.is_some_and(|current| current.contains(key)));
    }

    fn read_verification(&self) -> Option<Version<VerificationKeys>> {
        let (id, keys) = self.verification.clone()?;
        Some(Version { id: id.to_string(), content: Content::Whole(keys) })
    }

    fn read_signing(&self, verification: Option<Version<VerificationKeys>>) -> State {
        let version = |id: u32| Version {
            id: id.to_string(),
            content: self.signing[&id].clone().map_or(Content::Empty, Content::Whole),
        };
        let pending = self.pending.filter(|pending| Some(*pending) != self.current);
        State { verification, current: self.current.map(version), pending: pending.map(version) }
    }

    /// By the rules of Secrets Manager. False if it refuses.
    fn write(&mut self, state: &State, write: Write) -> bool {
        let number = |id: &str| id.parse::<u32>().unwrap();
        let (current, pending) =
            (state.current.as_ref().map(|v| number(&v.id)), state.pending.as_ref().map(|v| number(&v.id)));
        match write {
            Write::Begin(_) if self.current.is_some() => return false,
            Write::Begin(keys) => {
                let id = self.id();
                self.signing.insert(id, Some(keys));
                self.promote(id);
            }
            Write::Stage(None, keys) => {
                let id = self.id();
                self.signing.insert(id, Some(keys));
                self.pending = Some(id);
            }
            Write::Stage(Some(id), keys) => {
                let value = self.signing.get_mut(&number(&id)).unwrap();
                if value.is_some() {
                    return false;
                }
                *value = Some(keys);
                self.pending = Some(number(&id));
            }
            Write::Discard if self.pending != pending => return false,
            Write::Discard => self.pending = None,
            Write::Publish(_)
                if self.read_verification().map(|v| v.id) != state.verification.as_ref().map(|v| v.id.clone()) =>
            {
                return false;
            }
            Write::Publish(keys) => {
                let id = self.id();
                self.published.retain(|(key, _)| keys.hold([*key]));
                self.verification = Some((id, keys));
            }
            Write::Promote if self.current != current => return false,
            Write::Promote => self.promote(pending.unwrap()),
        }
        self.remember();
        true
    }

    fn promote(&mut self, id: u32) {
        let before = self.signing().map(SigningKeys::in_use);
        self.current = Some(id);
        let [current, _] = self.signing().unwrap().in_use();
        let Some([old, _]) = before else { return };
        if !self.emergency {
            let since = self.published.iter().find(|(key, _)| *key == current).unwrap().1;
            assert!(self.now >= since + PERIOD, "a key signs that was published lately");
        }
        self.signs_until.push((old, self.now + PERIOD));
    }

    /// Which keys are published, and since when.
    fn remember(&mut self) {
        let keys = self.signing.values().flatten().flat_map(SigningKeys::in_use);
        let published = self.verification.as_ref().map(|(_, keys)| keys);
        let now: Vec<_> = keys.filter(|key| published.is_some_and(|published| published.hold([*key]))).collect();
        for key in now {
            if !self.published.iter().any(|(known, _)| *known == key) {
                self.published.push((key, self.now));
            }
        }
    }
}
