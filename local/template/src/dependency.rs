//! Which resource needs which, and that none needs itself.
//!
//! CloudFormation refuses a circle, and this project lives near one: the gateway needs the functions, and they would
//! like to know the gateway. What they learn of it they learn later, from a secret.

use std::collections::BTreeSet;

/// Pairs of a resource and one that it needs.
pub(crate) type Needs = BTreeSet<(String, String)>;

/// The resources that stand in a circle, or lean on one, in alphabetical order. None if all can be made one by one.
pub(crate) fn circle(needs: &Needs) -> Vec<&str> {
    let mut waiting: Vec<(&str, &str)> = needs.iter().map(|(who, whom)| (who.as_str(), whom.as_str())).collect();
    loop {
        let unmade: BTreeSet<&str> = waiting.iter().map(|(who, _)| *who).collect();
        let before = waiting.len();
        waiting.retain(|(_, whom)| unmade.contains(whom));
        if waiting.len() == before {
            return unmade.into_iter().collect();
        }
    }
}
