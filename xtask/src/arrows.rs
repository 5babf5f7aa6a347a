//! Who may know whom. Each rule is one that somebody could break without noticing, by one line in a manifest.

use crate::error::Error;
use crate::outcome::Outcome;
use crate::workspace::{Kind, Package, Workspace};

/// The one function that judges: it sees access tokens, applies policy, and issues transaction tokens. Every other
/// function is taken for a target until it is named here.
const JUDGE: &str = "authorizer";

/// What a target has no business with.
const JUDGEMENT: &[&str] = &["access-token", "policy"];

/// What would be the same on any other cloud, and is tested without one.
const PLAIN: &[&str] = &["access-token", "agentcore", "control", "oauth-server", "policy", "transaction-token"];

const TRANSACTION_TOKEN: &str = "transaction-token";

/// What can be done with a private key: the feature that it takes, who may, and what it is.
const POWERS: &[(&str, &[&str], &str)] = &[
    ("issue", &[JUDGE], "issue transaction tokens"),
    ("rotate", &["key-rotation", "local-secrets"], "make their keys"),
];

struct Rule {
    applies: fn(&Workspace, &Package) -> bool,
    /// Which dependencies of the crate itself count; of what it depends on, only what is built.
    first: &'static [Kind],
    never: fn(&Workspace, &Package) -> bool,
    because: &'static str,
}

const RULES: &[Rule] = &[
    Rule {
        applies: |workspace, package| workspace.room(package) == Some("functions") && package.name != JUDGE,
        first: &[Kind::Built],
        never: |_, package| JUDGEMENT.contains(&package.name.as_str()),
        because: "a target knows the caller from the transaction token alone",
    },
    Rule {
        applies: |workspace, package| workspace.room(package) == Some("functions"),
        first: &[Kind::Built, Kind::Tests],
        never: |workspace, package| matches!(workspace.room(package), Some("functions" | "local")),
        because: "a function stands alone: no other function, and no laptop",
    },
    Rule {
        applies: |workspace, package| workspace.room(package) == Some("shared"),
        first: &[Kind::Built],
        never: |workspace, package| matches!(workspace.room(package), Some("functions" | "local")),
        because: "what is shared does not know who shares it",
    },
    Rule {
        applies: |workspace, package| workspace.room(package) == Some("local"),
        first: &[Kind::Built],
        never: |workspace, package| workspace.room(package) == Some("functions"),
        because: "the laptop runs the functions as processes, as Lambda does",
    },
    Rule {
        applies: |_, package| PLAIN.contains(&package.name.as_str()),
        first: &[Kind::Built],
        never: |_, package| {
            package.name.starts_with("aws-sdk-") || matches!(package.name.as_str(), "aws-config" | "lambda_http")
        },
        because: "it knows neither an AWS SDK nor API Gateway",
    },
];

/// Checks the workspace as it is now.
pub(crate) fn check() -> Result<Outcome, Error> {
    let workspace = Workspace::read()?;
    let covered = format!("{} members", workspace.members().count());
    Ok(Outcome { covered, defects: defects(&workspace) })
}

fn defects(workspace: &Workspace) -> Vec<String> {
    let mut defects = missing(workspace);
    for rule in RULES {
        for package in workspace.members().filter(|package| (rule.applies)(workspace, package)) {
            for chain in workspace.chains(package, rule.first, |other| (rule.never)(workspace, other)) {
                defects.push(format!("{}: {}", chain.join(" -> "), rule.because));
            }
        }
    }
    defects.extend(POWERS.iter().flat_map(|power| usurpers(workspace, power)));
    defects
}

/// A rule about a crate that was renamed would hold for ever.
fn missing(workspace: &Workspace) -> Vec<String> {
    let named = [&[JUDGE], JUDGEMENT, PLAIN, &[TRANSACTION_TOKEN]].concat();
    let names = named.iter().chain(POWERS.iter().flat_map(|(_, may, _)| *may)).copied();
    let mut missing: Vec<_> = names.filter(|name| workspace.member(name).is_none()).collect();
    missing.sort_unstable();
    missing.dedup();
    missing
        .into_iter()
        .map(|name| format!("{name}: no member has this name, so the rules about it mean nothing"))
        .collect()
}

/// Crates that could do what is not theirs to do. What they ask for is read in their manifests: cargo resolves a feature
/// for the whole workspace at once, and would show it in every target.
fn usurpers(workspace: &Workspace, (power, may, what): &(&str, &[&str], &str)) -> Vec<String> {
    let Some(token) = workspace.member(TRANSACTION_TOKEN) else { return Vec::new() };
    let granting = features_that_imply(token, power);
    let granting = |feature: &str| granting.contains(&feature);
    let mut defects = Vec::new();
    for package in workspace.members().filter(|package| !may.contains(&package.name.as_str())) {
        let asked = package.dependencies.iter().filter(|dependency| dependency.name == TRANSACTION_TOKEN);
        for dependency in asked.filter(|dependency| dependency.kind == Kind::Built) {
            let by_default = dependency.uses_default_features && granting("default");
            let name = dependency.rename.as_ref().unwrap_or(&dependency.name);
            let by_feature = package.features.values().flatten().any(|value| {
                let (of, feature) = value.split_once('/').unwrap_or_default();
                of.trim_end_matches('?') == name && granting(feature)
            });
            if by_default || by_feature || dependency.features.iter().any(|feature| granting(feature)) {
                defects.push(format!(
                    "{} -> {TRANSACTION_TOKEN}/{power}: only {} may {what}",
                    package.name,
                    may.join(" and ")
                ));
            }
        }
    }
    defects
}

/// The feature itself and every one that turns it on.
fn features_that_imply<'a>(package: &'a Package, feature: &'a str) -> Vec<&'a str> {
    let mut implying = vec![feature];
    let mut done = 0;
    while let Some(implied) = implying.get(done).copied() {
        done += 1;
        for (name, implies) in &package.features {
            if implies.iter().any(|other| other == implied) && !implying.contains(&name.as_str()) {
                implying.push(name);
            }
        }
    }
    implying
}

#[cfg(test)]
mod tests;
