//! How often something is tried.

use std::time::Duration;

use crate::function::Failure;

/// How many rounds there are. The longest way has four changes.
const ROUNDS: u32 = 10;

/// How many of them may fail.
const FAILURES: u32 = 3;

/// The pause after the first failure. The one after the next is twice as long.
const PAUSE: Duration = Duration::from_millis(100);

/// Counts the rounds of one piece of work. Each looks at what is there and makes one change at most.
#[derive(Debug, Default)]
pub(crate) struct Patience {
    rounds: u32,
    failures: u32,
}

impl Patience {
    /// Whether the work is done; an error if there is no sense in another round. A change that failed may have happened
    /// all the same, and one that came too late has changed nothing: either way the next round sees how to go on.
    pub(crate) async fn after(&mut self, round: Result<Progress, Failure>) -> Result<Progress, Failure> {
        self.rounds += 1;
        match round {
            Err(failure @ Failure::Secrets(..)) => {
                self.failures += 1;
                if self.failures == FAILURES {
                    return Err(failure);
                }
                tokio::time::sleep(PAUSE * self.failures).await;
                Ok(Progress::Made)
            }
            Ok(Progress::Made) if self.rounds == ROUNDS => Err(Failure::Contended),
            other => other,
        }
    }
}

/// What a round has brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    Done,
    Made,
}
