//! Every order of the requests of two callers, and many orders of those of more. Each can be the last of its caller.

use std::collections::HashSet;

use proptest::prelude::*;
use rstest::rstest;

use self::world::{Caller, HOUR, World};
use super::Refusal;
use crate::rotation::Step;

mod world;

/// Whatever has happened, whoever comes next sets it right.
fn converges(world: &World) {
    for repair in [Caller::emergency, Caller::first_keys] {
        let mut world = world.clone();
        let had_keys = world.signing().map(transaction_token::SigningKeys::in_use);
        match repair(&world).run(&mut world) {
            Ok(()) => {}
            Err(refusal) => {
                assert_eq!((refusal, had_keys), (Refusal::NoKeys, None));
                continue;
            }
        }
        world.overlap = false;
        world.check();
        let keys = world.signing().unwrap().clone();
        assert!(world.published().unwrap().hold(keys.in_use()));
        let replaced = had_keys.is_some_and(|old| old.iter().all(|key| !world.published().unwrap().hold([*key])));
        assert!(replaced == (had_keys != Some(keys.in_use()) && had_keys.is_some()), "all old keys go, or none");

        // A rotation that was given up begins anew.
        world.pass(26 * HOUR);
        world.begin_rotation();
        let rotated = Caller::rotation(&world).run(&mut world).or_else(|refusal| {
            assert_eq!(refusal, Refusal::NotPending);
            world.begin_rotation();
            Caller::rotation(&world).run(&mut world)
        });
        assert_eq!(rotated, Ok(()));
        assert!(world.signing().unwrap().succeed(&keys));
        assert_eq!(world.published(), Some(&world.signing().unwrap().verification()));
    }
}

/// Callers that begin at the same time.
type Callers = fn(&World) -> Vec<Caller>;

#[rstest]
#[case::two_deployments(World::default(), |world: &World| vec![Caller::first_keys(world), Caller::first_keys(world)])]
#[case::an_emergency_at_the_deployment(World::default(), |world: &World| vec![Caller::first_keys(world), Caller::emergency(world)])]
#[case::one_rotation_twice(World::with_keys(), |world: &World| vec![Caller::rotation(world), Caller::rotation(world)])]
#[case::rotation_and_update(World::with_keys(), |world: &World| vec![Caller::rotation(world), Caller::first_keys(world)])]
#[case::rotation_and_emergency(World::with_keys(), |world: &World| vec![Caller::rotation(world), Caller::emergency(world)])]
#[case::update_and_emergency(World::with_keys(), |world: &World| vec![Caller::first_keys(world), Caller::emergency(world)])]
fn in_every_order_no_key_signs_unknown_and_every_end_can_be_mended(#[case] world: World, #[case] callers: Callers) {
    let callers = callers(&world);
    let overlap = callers.iter().filter(|caller| caller.is_emergency()).count() > 1;
    let mut world = world;
    world.overlap = overlap;
    let mut seen = HashSet::new();
    let mut open = vec![(world, callers)];
    let mut ends = 0;
    while let Some((world, callers)) = open.pop() {
        // Keys are known by their public halves.
        if !seen.insert(format!("{world:?}{callers:?}")) {
            continue;
        }
        world.check();
        converges(&world);
        if callers.iter().all(Caller::ended) {
            ends += 1;
        }
        for index in 0..callers.len() {
            let (mut world, mut callers) = (world.clone(), callers.clone());
            if !callers[index].ended() {
                callers[index].advance(&mut world);
                open.push((world, callers));
            }
        }
    }
    assert!(ends > 0 && seen.len() > 20, "{ends} ends in {} states", seen.len());
}

#[rstest]
#[case::on_time(25 * HOUR, Ok(()))]
#[case::a_second_early(25 * HOUR - 1, Err(Refusal::TooEarly))]
#[case::at_once(0, Err(Refusal::TooEarly))]
fn a_rotation_begins_a_day_after_the_one_before_was_over(#[case] age: u64, #[case] expected: Result<(), Refusal>) {
    let mut world = World::with_keys_of_age(age);
    assert_eq!(Caller::rotation(&world).run(&mut world), expected);
    world.begin_rotation();
    assert_eq!(Caller::rotation(&world).run(&mut world), Err(Refusal::TooEarly), "nor twice");
}

#[rstest]
#[case::in_time(HOUR, Ok(()))]
#[case::a_second_late(HOUR + 1, Err(Refusal::Stale))]
fn a_rotation_is_finished_within_the_hour_or_never(#[case] later: u64, #[case] expected: Result<(), Refusal>) {
    let mut world = World::with_keys();
    Caller::steps(&world, &[Step::Create, Step::Set, Step::Test]).run(&mut world).unwrap();
    world.pass(later);
    assert_eq!(Caller::steps(&world, &[Step::Finish]).run(&mut world), expected);
}

/// Something that happens.
#[derive(Debug, Clone)]
enum Happening {
    Advance(prop::sample::Index),
    Begin(fn(&World) -> Caller),
    BeginRotation,
    /// Nobody runs for hours.
    Pass(u64),
    Vanish(prop::sample::Index),
}

fn happening() -> impl Strategy<Value = Happening> {
    let caller = prop::sample::select(vec![
        Caller::rotation as fn(&World) -> Caller,
        Caller::rotation,
        Caller::first_keys,
        Caller::emergency,
    ]);
    prop_oneof![
        20 => any::<prop::sample::Index>().prop_map(Happening::Advance),
        3 => caller.prop_map(Happening::Begin),
        2 => Just(Happening::BeginRotation),
        2 => (1_u64..50).prop_map(|halves| Happening::Pass(halves * HOUR / 2)),
        1 => any::<prop::sample::Index>().prop_map(Happening::Vanish),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_happens_no_key_signs_unknown_and_it_can_be_mended(
        deployed in any::<bool>(),
        happenings in prop::collection::vec(happening(), 1..150),
    ) {
        let mut world = if deployed { World::with_keys() } else { World::default() };
        let mut callers: Vec<Caller> = Vec::new();
        for happening in happenings {
            match happening {
                Happening::Advance(index) if !callers.is_empty() => index.get_mut(&mut callers).advance(&mut world),
                Happening::Begin(caller) => {
                    let caller = caller(&world);
                    // CloudFormation asks once at a time. At worst it asks again while the first try still runs.
                    let deployments = callers.iter().filter(|caller| caller.is_deployment()).count();
                    if !caller.is_deployment() || deployments < 2 {
                        callers.push(caller);
                    }
                }
                Happening::BeginRotation => world.begin_rotation(),
                Happening::Pass(seconds) => {
                    callers.clear();
                    world.pass(seconds);
                }
                Happening::Vanish(index) if !callers.is_empty() => {
                    callers.remove(index.index(callers.len()));
                }
                Happening::Advance(_) | Happening::Vanish(_) => {}
            }
            callers.retain(|caller| !caller.ended());
            world.overlap |= callers.iter().filter(|caller| caller.is_emergency()).count() > 1;
            world.check();
        }
        converges(&world);
    }
}
