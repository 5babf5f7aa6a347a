use rstest::rstest;
use serde_json::{Value, json};

use super::defects;
use crate::workspace::Workspace;

/// The arrows as they should be. `~>` is a dependency of tests, `+` asks for a feature.
const SOUND: &[&str] = &[
    "functions/authorizer -> shared/access-token",
    "functions/authorizer -> shared/control",
    "functions/authorizer -> shared/policy",
    "functions/authorizer -> shared/transaction-token+issue",
    "functions/authorizer -> shared/aws-clients",
    "functions/key-rotation -> shared/transaction-token+rotate",
    "functions/profile -> shared/toolkit",
    "functions/profile -> shared/aws-clients",
    "shared/toolkit -> shared/transaction-token",
    "shared/toolkit -> shared/agentcore",
    "shared/policy -> shared/agentcore",
    "shared/transaction-token ~> shared/transaction-token+issue",
    "shared/aws-clients -> aws-sdk-secretsmanager",
    "local/gateway -> shared/access-token",
    "local/local-secrets -> shared/transaction-token+rotate",
    "local/identity-provider -> shared/oauth-server",
    "tests ~> shared/transaction-token+issue",
    "tests ~> local/gateway",
];

/// What `cargo metadata` would print.
fn workspace(arrows: &[&str], features: &Value) -> Workspace {
    let arrows: Vec<(&str, &str, &str, Vec<&str>)> = arrows
        .iter()
        .map(|arrow| {
            let (from, kind, to) = match arrow.split_once(" -> ") {
                Some((from, to)) => (from, "normal", to),
                None => arrow.split_once(" ~> ").map(|(from, to)| (from, "dev", to)).unwrap(),
            };
            let mut to = to.split('+');
            (from, kind, to.next().unwrap(), to.collect())
        })
        .collect();
    let kind = |kind: &str| if kind == "dev" { json!("dev") } else { Value::Null };
    let name = |path: &str| path.rsplit('/').next().unwrap().to_owned();
    let ours = |path: &&str| path.contains('/') || *path == "tests";

    let mut paths: Vec<&str> = arrows.iter().flat_map(|(from, _, to, _)| [*from, *to]).collect();
    paths.sort_unstable();
    paths.dedup();
    let of = |path: &str| arrows.iter().filter(move |(from, ..)| *from == path).collect::<Vec<_>>();
    let package = |path: &&str| {
        let dependencies = of(path).into_iter().map(|(_, of, to, features)| {
            let name = name(to);
            json!({"name": name, "rename": null, "kind": kind(of), "features": features, "uses_default_features": true})
        });
        let root = if ours(path) { "/ours" } else { "/cache" };
        json!({
            "id": path, "name": name(path), "dependencies": dependencies.collect::<Vec<_>>(), "targets": [],
            "features": features.get(path).cloned().unwrap_or_else(|| json!({})),
            "manifest_path": format!("{root}/{path}/Cargo.toml"),
        })
    };
    let node = |path: &&str| {
        let edges = of(path).into_iter().map(|(_, of, to, _)| json!({"pkg": to, "dep_kinds": [{"kind": kind(of)}]}));
        json!({"id": path, "deps": edges.collect::<Vec<_>>()})
    };
    let metadata = json!({
        "packages": paths.iter().map(package).collect::<Vec<_>>(),
        "workspace_members": paths.iter().filter(|path| ours(path)).collect::<Vec<_>>(),
        "workspace_root": "/ours",
        "resolve": {"nodes": paths.iter().map(node).collect::<Vec<_>>()},
    });
    Workspace::parse(metadata.to_string().as_bytes()).unwrap()
}

/// What a sound workspace suffers by more arrows.
fn found(more: &[&str]) -> Vec<String> {
    defects(&workspace(&[SOUND, more].concat(), &json!({})))
}

#[test]
fn a_sound_workspace_has_no_defect() {
    assert_eq!(found(&[]), [""; 0]);
}

#[rstest]
#[case::target_links_the_verifier("functions/profile -> shared/access-token", "profile -> access-token: ")]
#[case::through_another_crate("shared/toolkit -> shared/policy", "profile -> toolkit -> policy: ")]
#[case::a_later_function_is_a_target("functions/later -> shared/policy", "later -> policy: ")]
#[case::function_on_function("functions/profile -> functions/authorizer", "profile -> authorizer: ")]
#[case::function_on_function_in_its_tests("functions/profile ~> functions/authorizer", "profile -> authorizer: ")]
#[case::function_on_the_laptop("functions/authorizer -> local/gateway", "authorizer -> gateway: ")]
#[case::shared_on_function("shared/policy -> functions/profile", "policy -> profile: ")]
#[case::shared_on_the_laptop("shared/toolkit -> local/gateway", "toolkit -> gateway: ")]
#[case::laptop_links_a_function("local/gateway -> functions/profile", "gateway -> profile: ")]
#[case::verifier_on_an_sdk("shared/access-token -> aws-config", "access-token -> aws-config: ")]
#[case::contract_on_an_sdk("shared/agentcore -> shared/aws-clients", "agentcore -> aws-clients -> aws-sdk-")]
#[case::tokens_on_api_gateway("shared/transaction-token -> lambda_http", "transaction-token -> lambda_http: ")]
#[case::policy_on_an_sdk_by_its_contract("shared/agentcore -> aws-sdk-s3", "policy -> agentcore -> aws-sdk-s3: ")]
#[case::record_on_an_sdk("shared/control -> shared/aws-clients", "control -> aws-clients -> aws-sdk-")]
#[case::authorization_server_on_an_sdk(
    "shared/oauth-server -> shared/aws-clients",
    "oauth-server -> aws-clients -> aws-sdk-"
)]
#[case::target_issues("functions/profile -> shared/transaction-token+issue", "profile -> transaction-token/issue: ")]
#[case::toolkit_issues("shared/toolkit -> shared/transaction-token+issue", "toolkit -> transaction-token/issue: ")]
#[case::target_makes_keys(
    "functions/profile -> shared/transaction-token+rotate",
    "profile -> transaction-token/rotate: "
)]
#[case::judge_makes_keys(
    "functions/authorizer -> shared/transaction-token+rotate",
    "authorizer -> transaction-token/rotate: "
)]
#[case::laptop_issues("local/gateway -> shared/transaction-token+issue", "gateway -> transaction-token/issue: ")]
fn a_broken_arrow_is_named(#[case] arrow: &str, #[case] defect: &str) {
    let found = found(&[arrow]);
    assert!(found.iter().any(|found| found.starts_with(defect)), "{found:?}");
}

#[rstest]
#[case::tests_of_a_target_issue("functions/profile ~> shared/transaction-token+issue")]
#[case::tests_of_the_laptop_run_anything("local/gateway ~> functions/profile")]
#[case::tests_of_a_dependency_are_not_built("shared/toolkit ~> shared/access-token")]
#[case::other_names_that_begin_alike("shared/agentcore -> aws-lc-rs")]
fn what_only_tests_need_is_not_linked(#[case] arrow: &str) {
    assert_eq!(found(&[arrow]), [""; 0]);
}

#[rstest]
#[case::the_default_issues(json!({"shared/transaction-token": {"issue": [], "default": ["issue"]}}))]
#[case::by_a_feature_of_its_own(json!({"shared/toolkit": {"all": ["transaction-token/issue"]}}))]
#[case::by_a_weak_feature(json!({"shared/toolkit": {"all": ["transaction-token?/issue"]}}))]
#[case::by_two_steps(json!({"shared/transaction-token": {"issue": [], "sign": ["issue"], "default": ["sign"]}}))]
fn a_feature_that_leads_to_issuing_is_issuing(#[case] features: Value) {
    let found = defects(&workspace(SOUND, &features));
    assert!(found.iter().any(|found| found.starts_with("toolkit -> transaction-token/issue: ")), "{found:?}");
}

#[test]
fn a_crate_that_is_gone_makes_its_rules_a_defect() {
    let arrows: Vec<_> = SOUND.iter().filter(|arrow| !arrow.contains("access-token")).copied().collect();
    let found = defects(&workspace(&arrows, &json!({})));
    assert!(matches!(found.as_slice(), [only] if only.starts_with("access-token: no member")), "{found:?}");
}
