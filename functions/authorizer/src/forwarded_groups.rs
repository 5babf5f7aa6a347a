//! Which of a person's groups the tools get to see.

/// Names, and prefixes that end in `*`.
#[derive(Debug, Clone, Default)]
pub(crate) struct ForwardedGroups {
    names: Vec<String>,
    prefixes: Vec<String>,
}

impl ForwardedGroups {
    pub(crate) fn new(entries: Vec<String>) -> Self {
        let (prefixes, names): (Vec<_>, Vec<_>) = entries.into_iter().partition(|entry| entry.ends_with('*'));
        let prefixes = prefixes.iter().map(|prefix| prefix.trim_end_matches('*').to_owned()).collect();
        Self { names, prefixes }
    }

    /// The groups of a token that are on the list, in its order. Nothing is cut off for their number.
    pub(crate) fn of(&self, groups: &[String]) -> Vec<String> {
        let listed = |group: &&String| {
            self.names.contains(group) || self.prefixes.iter().any(|prefix| group.starts_with(prefix.as_str()))
        };
        groups.iter().filter(listed).cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::ForwardedGroups;

    #[rstest]
    #[case::none(&[], &[])]
    #[case::exact(&["support"], &["support"])]
    #[case::exact_is_no_prefix(&["supp"], &[])]
    #[case::prefix(&["team-*"], &["team-a", "team-b"])]
    #[case::both(&["support", "team-a*"], &["support", "team-a"])]
    #[case::all(&["*"], &["support", "team-a", "team-b"])]
    #[case::other_case(&["Support"], &[])]
    fn a_group_is_forwarded_by_name_or_prefix(#[case] entries: &[&str], #[case] expected: &[&str]) {
        let list = ForwardedGroups::new(entries.iter().copied().map(str::to_owned).collect());
        assert_eq!(list.of(&["support", "team-a", "team-b"].map(str::to_owned)), expected);
    }
}
