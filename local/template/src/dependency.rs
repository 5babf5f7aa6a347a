//! Which resource needs which, and that none needs itself.
//!
//! CloudFormation refuses a circle, and this project lives near one: the gateway needs the functions, and they would
//! like to know the gateway. What they learn of it they learn later, from a secret.

use std::collections::BTreeSet;

/// Pairs of a resource and one that it needs.
pub type Needs = BTreeSet<(String, String)>;

/// The resources of one circle, each followed by one that it needs; the last is the first. None if all can be made one
/// by one.
#[must_use]
pub fn circle(needs: &Needs) -> Vec<&str> {
    let mut waiting: Vec<(&str, &str)> = needs.iter().map(|(who, whom)| (who.as_str(), whom.as_str())).collect();
    loop {
        let unmade: BTreeSet<&str> = waiting.iter().map(|(who, _)| *who).collect();
        let before = waiting.len();
        waiting.retain(|(_, whom)| unmade.contains(whom));
        if waiting.len() == before {
            return walk(&waiting);
        }
    }
}

/// Whether a resource needs another, or one that needs it.
pub(crate) fn leans_on(who: &str, whom: &str, needs: &Needs) -> bool {
    let mut reached = BTreeSet::from([who]);
    let mut ways = vec![who];
    while let Some(from) = ways.pop() {
        let needed = needs.iter().filter(|(needing, _)| needing == from).map(|(_, needed)| needed.as_str());
        ways.extend(needed.filter(|needed| reached.insert(needed)));
    }
    who != whom && reached.contains(whom)
}

/// Goes from need to need until a resource comes again. What comes before its first time only leans on the circle.
fn walk<'a>(waiting: &[(&'a str, &'a str)]) -> Vec<&'a str> {
    let mut path = Vec::new();
    let mut next = waiting.first().map(|(who, _)| *who);
    while let Some(name) = next {
        let before = path.iter().position(|passed| *passed == name);
        path.push(name);
        if let Some(start) = before {
            return path.split_off(start);
        }
        next = waiting.iter().find(|(who, _)| *who == name).map(|(_, whom)| *whom);
    }
    path
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{Needs, circle};

    #[rstest]
    #[case::none(&[], &[])]
    #[case::a_chain(&["AB", "BC", "AC"], &[])]
    #[case::itself(&["AA"], &["A", "A"])]
    #[case::innocent_before(&["AB", "BC", "CB"], &["B", "C", "B"])]
    #[case::innocent_behind(&["AB", "BA", "BC"], &["A", "B", "A"])]
    #[case::long(&["AB", "BC", "CD", "DB"], &["B", "C", "D", "B"])]
    fn only_what_stands_in_the_circle_is_named(#[case] pairs: &[&str], #[case] expected: &[&str]) {
        let needs: Needs = pairs.iter().map(|pair| (pair[..1].to_owned(), pair[1..].to_owned())).collect();
        assert_eq!(circle(&needs), expected);
    }
}
