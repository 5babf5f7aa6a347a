//! The crates of this workspace and what they depend on, as cargo resolves it.

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use serde::Deserialize;

use crate::cargo;
use crate::error::Error;

/// The output of `cargo metadata`, as far as it is needed.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    packages: Vec<Package>,
    workspace_members: Vec<String>,
    workspace_root: PathBuf,
    resolve: Resolve,
}

/// A crate: ours, or one that ours depend on.
#[derive(Debug, Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) dependencies: Vec<Dependency>,
    pub(crate) features: BTreeMap<String, Vec<String>>,
    pub(crate) targets: Vec<Target>,
    manifest_path: PathBuf,
}

/// What a manifest asks for.
#[derive(Debug, Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) rename: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) features: Vec<String>,
    pub(crate) uses_default_features: bool,
}

/// Something that cargo builds from a crate.
#[derive(Debug, Deserialize)]
pub(crate) struct Target {
    pub(crate) name: String,
    pub(crate) kind: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Debug, Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Debug, Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Debug, Deserialize)]
struct EdgeKind {
    kind: Kind,
}

/// Which part of a manifest a dependency stands in. Cargo writes `null` for `[dependencies]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(from = "Option<String>")]
pub(crate) enum Kind {
    /// `[dependencies]` or `[build-dependencies]`: part of what is built from the crate.
    Built,
    /// `[dev-dependencies]`: for its own tests alone.
    Tests,
}

impl From<Option<String>> for Kind {
    fn from(kind: Option<String>) -> Self {
        if kind.as_deref() == Some("dev") { Self::Tests } else { Self::Built }
    }
}

impl Workspace {
    /// The workspace with every feature and platform: what is not there in any combination is not there in one of them.
    pub(crate) fn read() -> Result<Self, Error> {
        Self::parse(&cargo::output(&["metadata", "--format-version=1", "--all-features", "--quiet"])?)
    }

    pub(crate) fn parse(metadata: &[u8]) -> Result<Self, Error> {
        let program = || "cargo metadata".to_owned();
        serde_json::from_slice(metadata).map_err(|source| Error::NotJson { program: program(), source })
    }

    /// Our own crates.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.workspace_members.contains(&package.id))
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Package> {
        self.members().find(|package| package.name == name)
    }

    /// The folder below the root that a crate of ours is in: `functions`, `shared`, `local`, … `None` for other crates.
    pub(crate) fn room<'a>(&self, package: &'a Package) -> Option<&'a str> {
        if !self.workspace_members.contains(&package.id) {
            return None;
        }
        let path = package.manifest_path.strip_prefix(&self.workspace_root).ok()?;
        path.iter().next()?.to_str()
    }

    /// The shortest chain of dependencies from a crate to each other one that `wanted` says, by name, both ends
    /// included. The dependencies of tests count for the first link alone: nobody builds the tests of a dependency.
    pub(crate) fn chains<'a>(
        &'a self,
        from: &'a Package,
        first: &[Kind],
        wanted: impl Fn(&Package) -> bool,
    ) -> Vec<Vec<&'a str>> {
        let mut before: BTreeMap<&str, &str> = BTreeMap::new();
        let mut found = Vec::new();
        let mut queue = VecDeque::from([from.id.as_str()]);
        while let Some(id) = queue.pop_front() {
            let kinds = if id == from.id { first } else { &[Kind::Built] };
            for next in self.needs(id, kinds) {
                if next == from.id || before.contains_key(next) {
                    continue;
                }
                before.insert(next, id);
                queue.push_back(next);
                if self.package(next).is_some_and(&wanted) {
                    found.push(next);
                }
            }
        }
        found.into_iter().map(|end| self.chain(&before, end)).collect()
    }

    fn chain<'a>(&'a self, before: &BTreeMap<&'a str, &'a str>, end: &'a str) -> Vec<&'a str> {
        let ids = std::iter::successors(Some(end), |id| before.get(id).copied());
        let mut chain: Vec<_> = ids.map(|id| self.package(id).map_or(id, |package| package.name.as_str())).collect();
        chain.reverse();
        chain
    }

    fn needs<'a>(&'a self, id: &str, kinds: &[Kind]) -> impl Iterator<Item = &'a str> {
        let node = self.resolve.nodes.iter().find(|node| node.id == id);
        let edges = node.into_iter().flat_map(|node| &node.deps);
        edges.filter(|edge| edge.dep_kinds.iter().any(|edge| kinds.contains(&edge.kind))).map(|edge| edge.pkg.as_str())
    }

    fn package(&self, id: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.id == id)
    }
}
