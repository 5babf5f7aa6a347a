//! Tools that are permitted and that nobody offers: most likely misspelt. The gateway would never show them, and would
//! not say why.

use agentcore::tool::SEARCH;
use local_template::Stack;
use strsim::osa_distance;

/// The authorizer's variable: names of tools, separated by commas.
const VARIABLE: &str = "PERMITTED_TOOLS";

/// A warning for each permitted tool that no target of the stack has.
pub(crate) fn warnings(stack: &Stack) -> Vec<String> {
    let targets = &stack.gateway().targets;
    let names = |target: &local_template::Target| {
        let name = target.name.clone();
        target.tools.iter().map(move |tool| format!("{name}___{}", tool.name())).collect::<Vec<_>>()
    };
    let tools: Vec<String> = targets.iter().flat_map(names).collect();
    let lists = stack.functions().iter().filter_map(|function| function.environment.get(VARIABLE));
    lists.flat_map(|list| list.split(',')).filter_map(|name| warning(name.trim(), &tools)).collect()
}

fn warning(permitted: &str, tools: &[String]) -> Option<String> {
    if permitted.is_empty() || permitted == SEARCH || tools.iter().any(|tool| tool == permitted) {
        return None;
    }
    let nearest = tools.iter().min_by_key(|tool| osa_distance(tool, permitted));
    let hint = nearest.map(|tool| format!("; the nearest is `{tool}`")).unwrap_or_default();
    Some(format!("`{permitted}` is permitted ({VARIABLE}), but no target has such a tool{hint}"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{SEARCH, warning};

    #[rstest]
    #[case::a_tool("profile___who_am_i", None)]
    #[case::search(SEARCH, None)]
    #[case::none("", None)]
    #[case::misspelt_tool("profile___whoami", Some("profile___who_am_i"))]
    #[case::misspelt_target("profil___who_am_i", Some("profile___who_am_i"))]
    #[case::capitals("notes___List", Some("notes___list"))]
    fn a_permitted_tool_that_nobody_offers_is_named_with_the_nearest(
        #[case] permitted: &str,
        #[case] nearest: Option<&str>,
    ) {
        let tools = ["notes___list".to_owned(), "profile___who_am_i".to_owned()];
        let warning = warning(permitted, &tools);
        assert_eq!(warning.is_some(), nearest.is_some(), "{warning:?}");
        if let (Some(warning), Some(nearest)) = (warning, nearest) {
            assert!(warning.starts_with(&format!("`{permitted}` is")) && warning.ends_with(&format!("`{nearest}`")));
        }
    }

    #[test]
    fn without_any_tool_there_is_no_nearest() {
        assert!(warning("profile___who_am_i", &[]).unwrap().ends_with("such a tool"));
    }
}
