//! That what `sam build` makes runs on Lambda, and holds nothing that belongs elsewhere.
//!
//! 1. Each function of the template has a program for the processor that was asked for, with no newer glibc than
//!    Lambda's.
//! 2. A panic is caught: it ends one call, not the process.
//! 3. No program has an in-memory store, or another function's power over keys. Cargo joins the features of all crates
//!    that it selects, so SAM must build each function in its own folder.
//! 4. One that is built for arm64 on another machine answers there, emulated. For `x86_64`, `sam-local` has them all
//!    answer.

mod bootstrap;
mod cross;
mod emulated;

use std::path::PathBuf;
use std::str::FromStr;

use crate::cargo;
use crate::deployment;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::program::run;
use crate::sam::Sam;
use crate::workspace::Workspace;

use self::bootstrap::{Architecture, Bootstrap};

/// Features that only some functions are built with: crate, feature, these functions.
const FEATURES: &[(&str, &str, &[&str])] = &[
    ("oauth-server", "loopback-documents", &[]),
    ("oauth-server", "memory-store", &[]),
    ("transaction-token", "issue", &["authorizer"]),
    ("transaction-token", "rotate", &["key-rotation"]),
];

/// Sentences that come with code: the sentence, what it comes with, the functions that have it.
const MARKS: &[(&str, &str, &[&str])] = &[
    (IN_MEMORY, "an in-memory store", &[]),
    ("the secret `signing` is not", "what issues transaction tokens", &["authorizer"]),
];

const IN_MEMORY: &str = "the in-memory store is full";

/// A program that has an in-memory store, so that [`IN_MEMORY`] is known to be found.
const LAPTOP: &str = "countersign";

/// A program that needs nobody else to answer.
const RUN: &str = "profile";

/// Builds the functions as they are deployed, and looks at the programs.
pub(crate) fn check(architecture: &str) -> Result<Outcome, Error> {
    let architecture = Architecture::from_str(architecture)?;
    let sam = Sam::install()?;
    let folder = build(&sam, &architecture.to_string())?;
    let stack = deployment::stack("default", &[("LambdaArchitecture", &architecture.to_string())])?;
    let mut defects = unknown_features(&Workspace::read()?);
    for function in stack.functions() {
        let (name, binary) = (&function.logical_id, function.binary.as_str());
        let source = stack.resources().get(name).and_then(|resource| resource.pointer("/Properties/CodeUri")?.as_str());
        defects.extend(wrong_features(binary, &built_features(source.unwrap_or_default())?));
        let bootstrap = Bootstrap::read(&folder.join(name).join("bootstrap"))?;
        println!("{binary:>16} {:>9} bytes", bootstrap.size());
        defects.extend(bootstrap.defects(architecture).into_iter().map(|defect| format!("{binary}: {defect}")));
        defects.extend(marks(binary, &bootstrap));
        if binary == RUN && architecture == Architecture::Arm64 && emulated::is_possible() {
            let defect = emulated::defect(&sam, &folder.join(name).join("bootstrap"), &function.environment)?;
            defects.extend(defect.map(|defect| format!("{binary}: {defect}")));
        }
    }
    if !Bootstrap::read(&cargo::program(LAPTOP)?)?.contains(IN_MEMORY.as_bytes()) {
        defects.push(format!("{LAPTOP}: \"{IN_MEMORY}\" is not in it, so its absence elsewhere proves nothing"));
    }
    Ok(Outcome { covered: format!("{} function(s) for {architecture}", stack.functions().len()), defects })
}

/// Builds the functions of the template. Not where a deployer has what is to be deployed.
pub(crate) fn build(sam: &Sam, architecture: &str) -> Result<PathBuf, Error> {
    let folder = cargo::root().join(".aws-sam").join(architecture);
    let mut build = sam.build("template.yaml", &folder, architecture);
    if architecture == Architecture::Arm64.to_string() {
        build.envs(cross::arm64()?);
    }
    run(&mut build)?;
    Ok(folder)
}

/// A rule about a feature that was renamed would hold for ever.
fn unknown_features(workspace: &Workspace) -> Vec<String> {
    let known = |name, feature| workspace.member(name).is_some_and(|package| package.features.contains_key(feature));
    let unknown = FEATURES.iter().filter(|(name, feature, _)| !known(name, *feature));
    unknown
        .map(|(name, feature, _)| format!("{name}/{feature}: no such feature, so its absence proves nothing"))
        .collect()
}

/// What cargo builds if it is called in this folder: a line for each crate, with its features.
fn built_features(folder: &str) -> Result<String, Error> {
    let manifest = cargo::root().join(folder).join("Cargo.toml");
    let manifest = manifest.to_string_lossy();
    let arguments =
        ["tree", "--quiet", "--manifest-path", &manifest, "--edges=normal", "--prefix=none", "--format={p} {f}"];
    Ok(String::from_utf8_lossy(&cargo::output(&arguments)?).into_owned())
}

/// `tree` is `name v0.1.0 (/its/folder) one,another`, line by line.
fn wrong_features(binary: &str, tree: &str) -> Vec<String> {
    let has = |name: &str, feature: &str| {
        let mut lines = tree.lines().map(|line| line.trim_end_matches(" (*)"));
        lines.any(|line| {
            let features = line.rsplit(' ').next().unwrap_or_default();
            line.split(' ').next() == Some(name) && features.split(',').any(|other| other == feature)
        })
    };
    let wrong = FEATURES.iter().filter_map(|(name, feature, may)| match (has(name, feature), may.contains(&binary)) {
        (true, false) => Some(format!("{binary}: built with {name}/{feature}")),
        (false, true) => {
            Some(format!("{binary}: built without {name}/{feature}, so its absence elsewhere proves nothing"))
        }
        _ => None,
    });
    wrong.collect()
}

fn marks(binary: &str, bootstrap: &Bootstrap) -> Vec<String> {
    let wrong = MARKS.iter().filter_map(|(mark, what, may)| {
        match (bootstrap.contains(mark.as_bytes()), may.contains(&binary)) {
            (true, false) => Some(format!("{binary}: has {what}")),
            (false, true) => {
                Some(format!("{binary}: \"{mark}\" is not in it, so its absence elsewhere proves nothing"))
            }
            _ => None,
        }
    });
    wrong.collect()
}

#[cfg(test)]
mod tests;
