//! That a run of `cargo test` ran the tests of every member.
//!
//! One `default-members`, one `-p` too many or one `test = false`, and a crate's tests rest while all is green.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::cargo::{self, Artifact};
use crate::error::Error;
use crate::outcome::Outcome;
use crate::workspace::{Package, Workspace};

/// Members without tests of their own, and why that is right.
const EXEMPT: &[(&str, &str)] = &[
    ("panicking", "it is a test: `cargo xtask sam-local` calls it as a process"),
    ("profile", "its one tool hands on what the toolkit has checked; the end-to-end tests call it as a process"),
];

/// Compares the log of a test run, standard output and standard error in one, with what cargo would run.
pub(crate) fn check(log: &Path) -> Result<Outcome, Error> {
    let text = std::fs::read_to_string(log).map_err(Error::of(log))?;
    let workspace = Workspace::read()?;
    let programs = cargo::build(&["test", "--workspace", "--no-run"])?;
    let members: Vec<Member> = workspace.members().map(|package| Member::new(package, &programs)).collect();
    let run = Run::read(&text);
    let tests: u64 = run.passed.values().sum();
    let covered = format!("{} members, {tests} tests", members.len());
    Ok(Outcome { covered, defects: defects(&members, &run, EXEMPT) })
}

/// What cargo can test in a member.
#[derive(Debug, Default)]
struct Member {
    name: String,
    /// Its test programs, by file name, with the names of what they test.
    programs: BTreeMap<String, String>,
    /// What cargo calls it when it runs the examples in its documentation.
    documentation: Option<String>,
}

impl Member {
    fn new(package: &Package, built: &[Artifact]) -> Self {
        let tests = built.iter().filter(|artifact| artifact.profile.test && artifact.package_id == package.id);
        let library = package.targets.iter().find(|target| target.kind.iter().any(|kind| kind == "lib"));
        Self {
            name: package.name.clone(),
            programs: tests
                .filter_map(|artifact| {
                    Some((file_name(artifact.executable.as_deref()?)?, artifact.target.name.clone()))
                })
                .collect(),
            documentation: library.map(|library| library.name.replace('-', "_")),
        }
    }

    /// Everything of it that can run.
    fn subjects(&self) -> impl Iterator<Item = Subject<'_>> {
        let programs = self.programs.keys().map(|name| Subject::Program(name));
        programs.chain(self.documentation.as_deref().map(Subject::Documentation))
    }
}

/// Something whose tests cargo runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Subject<'a> {
    /// A test program, by its file name: the hash in it differs for each target and set of features.
    Program(&'a str),
    /// The examples in a library's documentation.
    Documentation(&'a str),
}

/// What a log says.
#[derive(Debug, Default)]
struct Run<'a> {
    /// Whatever was started, with how many of its tests passed. An ignored test has not run.
    passed: BTreeMap<Subject<'a>, u64>,
}

impl<'a> Run<'a> {
    fn read(log: &'a str) -> Self {
        let mut run = Self::default();
        let mut current = None;
        for line in log.lines().map(str::trim) {
            if let Some(subject) = subject(line) {
                run.passed.insert(subject, 0);
                current = Some(subject);
            } else if let Some(count) = current.and_then(|subject| run.passed.get_mut(&subject)) {
                *count += passed(line).unwrap_or(0);
            }
        }
        run
    }
}

/// `Running unittests src/lib.rs (target/debug/deps/jws-0123456789abcdef)` or `Doc-tests jws`.
fn subject(line: &str) -> Option<Subject<'_>> {
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(Subject::Documentation(name));
    }
    let (_, path) = line.strip_prefix("Running ")?.strip_suffix(')')?.rsplit_once('(')?;
    Path::new(path).file_name()?.to_str().map(Subject::Program)
}

/// `test result: ok. 12 passed; 0 failed; …`
fn passed(line: &str) -> Option<u64> {
    line.strip_prefix("test result: ok. ")?.split_once(" passed")?.0.parse().ok()
}

fn defects(members: &[Member], run: &Run<'_>, exempt: &[(&str, &str)]) -> Vec<String> {
    let mut defects = Vec::new();
    for member in members {
        let name = &member.name;
        for (file, target) in &member.programs {
            if !run.passed.contains_key(&Subject::Program(file)) {
                defects.push(format!("{name}: the tests of `{target}` ({file}) were not run"));
            }
        }
        let tests: u64 = member.subjects().filter_map(|subject| run.passed.get(&subject)).sum();
        let reason = exempt.iter().find(|(exempt, _)| exempt == name).map(|(_, reason)| reason);
        match reason {
            None if tests == 0 => defects.push(format!("{name}: no test of it passed, and it is not exempt")),
            Some(reason) if tests > 0 => {
                defects.push(format!("{name}: has {tests} tests and is exempt nevertheless ({reason})"));
            }
            _ => {}
        }
    }
    let names: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let gone = exempt.iter().filter(|(name, _)| !names.contains(name));
    defects.extend(gone.map(|(name, _)| format!("{name}: exempt, and no member of the workspace")));
    defects
}

fn file_name(path: &Path) -> Option<String> {
    path.file_name()?.to_str().map(str::to_owned)
}

#[cfg(test)]
mod tests;
