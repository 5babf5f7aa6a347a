use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{advance, sleep};

use super::{Moment, Refreshed, Schedule};

const SCHEDULE: Schedule = Schedule {
    budget: Duration::from_secs(2),
    period: Duration::from_secs(60),
    maximum_age: Duration::from_secs(300),
    cool_down: Duration::from_secs(10),
};

#[derive(Debug, thiserror::Error)]
#[error("down")]
struct Down;

/// A source that counts its fetches, takes a second for each, and can be down.
#[derive(Default)]
struct Source {
    fetches: AtomicUsize,
    down: AtomicBool,
    hangs: AtomicBool,
}

fn refreshed() -> (Arc<Source>, Refreshed<usize>) {
    let source = Arc::new(Source::default());
    let fetched = Arc::clone(&source);
    let refreshed = Refreshed::new("number", SCHEDULE, move || {
        let source = Arc::clone(&fetched);
        async move {
            let number = source.fetches.fetch_add(1, Ordering::Relaxed) + 1;
            sleep(Duration::from_secs(if source.hangs.load(Ordering::Relaxed) { 3_600 } else { 1 })).await;
            if source.down.load(Ordering::Relaxed) { Err(Down) } else { Ok(number) }
        }
    });
    (source, refreshed)
}

async fn seconds(seconds: u64) {
    advance(Duration::from_secs(seconds)).await;
}

async fn current(refreshed: &Refreshed<usize>) -> Option<usize> {
    refreshed.current().await.map(|number| *number)
}

#[tokio::test(start_paused = true)]
async fn a_young_value_is_not_fetched_again() {
    let (source, refreshed) = refreshed();
    for _ in 0..100 {
        assert_eq!(current(&refreshed).await, Some(1));
    }
    assert_eq!(source.fetches.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_value_is_fetched_anew_when_its_period_is_over() {
    let (_, refreshed) = refreshed();
    assert_eq!(current(&refreshed).await, Some(1));
    seconds(60).await;
    assert_eq!(current(&refreshed).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn who_comes_meanwhile_shares_the_fetch() {
    let (source, refreshed) = refreshed();
    let got = tokio::join!(current(&refreshed), current(&refreshed), current(&refreshed));
    assert_eq!(got, (Some(1), Some(1), Some(1)));
    assert_eq!(source.fetches.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn an_old_value_serves_while_the_source_is_down_until_its_maximum_age() {
    let (source, refreshed) = refreshed();
    assert_eq!(current(&refreshed).await, Some(1));
    source.down.store(true, Ordering::Relaxed);
    seconds(290).await;
    assert_eq!(current(&refreshed).await, Some(1));
    seconds(10).await;
    assert_eq!(current(&refreshed).await, None);
}

#[tokio::test(start_paused = true)]
async fn demands_within_the_cool_down_cause_no_fetch() {
    let (source, refreshed) = refreshed();
    for _ in 0..1_000 {
        assert_eq!(refreshed.anew().await.as_deref(), Some(&1));
    }
    assert_eq!(source.fetches.load(Ordering::Relaxed), 1);
    seconds(10).await;
    assert_eq!(refreshed.anew().await.as_deref(), Some(&2));
}

#[tokio::test(start_paused = true)]
async fn the_cool_down_counts_after_a_failure() {
    let (source, refreshed) = refreshed();
    source.down.store(true, Ordering::Relaxed);
    assert_eq!(current(&refreshed).await, None);
    source.down.store(false, Ordering::Relaxed);
    assert_eq!(current(&refreshed).await, None);
    assert_eq!(source.fetches.load(Ordering::Relaxed), 1);
    seconds(10).await;
    assert_eq!(current(&refreshed).await, Some(2));
}

#[tokio::test(start_paused = true)]
async fn the_cool_down_counts_after_a_cancelled_fetch() {
    let (source, refreshed) = refreshed();
    tokio::select! {
        _ = refreshed.current() => panic!("the fetch takes a second"),
        () = sleep(Duration::from_millis(500)) => {}
    }
    assert_eq!(current(&refreshed).await, None);
    assert_eq!(source.fetches.load(Ordering::Relaxed), 1);
}

#[tokio::test(start_paused = true)]
async fn a_fetch_that_hangs_ends_with_its_budget() {
    let (source, refreshed) = refreshed();
    source.hangs.store(true, Ordering::Relaxed);
    let before = tokio::time::Instant::now();
    assert_eq!(current(&refreshed).await, None);
    assert_eq!(before.elapsed(), SCHEDULE.budget);
}

/// Of two moments `monotonic` and `wall` seconds apart; a negative `wall` is a clock that was set back.
fn age(monotonic: u64, wall: i64) -> Duration {
    let then = Moment::now();
    let distance = Duration::from_secs(wall.unsigned_abs());
    let wall = if wall < 0 { then.wall - distance } else { then.wall + distance };
    then.age(Moment { monotonic: then.monotonic + Duration::from_secs(monotonic), wall })
}

#[tokio::test(start_paused = true)]
async fn the_older_of_two_clocks_counts() {
    assert_eq!(age(10, 10), Duration::from_secs(10));
    assert_eq!(age(1, 3_600), Duration::from_secs(3_600), "frozen");
    assert_eq!(age(10, 0), Duration::from_secs(10), "a wall clock that stands still");
    assert_eq!(age(1, -5), Duration::MAX, "a wall clock that was set back");
}
