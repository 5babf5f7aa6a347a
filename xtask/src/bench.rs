//! What the authorizer costs: in processor time, memory, bytes and waiting.
//!
//! Nothing is judged, for the numbers are those of this machine at this moment. `docs/performance.md` has some, and what
//! they mean. Whoever compares takes the ratios, of one run, of a machine that does nothing else.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo;
use crate::error::Error;
use crate::outcome::Outcome;
use crate::program::run;

/// Builds the programs as they are deployed, and measures.
pub(crate) fn measure() -> Result<Outcome, Error> {
    let node = cargo::root().join("functions/authorizer/benches/node");
    run(Command::new("npm").args(["ci", "--silent"]).current_dir(&node))?;
    // One by one: together each would have the features that the other needs.
    let programs = [program("authorizer")?, program("panicking")?, node.join("function.mjs")];
    bench(&["--package=access-token"], &[])?;
    bench(&["--package=authorizer", "--bench=interceptor"], &[])?;
    bench(&["--package=authorizer", "--bench=program"], &programs)?;
    Ok(Outcome { covered: "measured".to_owned(), defects: Vec::new() })
}

fn program(package: &str) -> Result<PathBuf, Error> {
    let arguments = ["build", "--release", "--package", package];
    let built = cargo::build(&arguments)?.into_iter().filter(|artifact| artifact.target.name == package);
    built.filter_map(|artifact| artifact.executable).next().ok_or_else(|| Error::Cargo(arguments.join(" ")))
}

fn bench(arguments: &[&str], paths: &[PathBuf]) -> Result<(), Error> {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(cargo::root()).args(["bench", "--quiet"]).args(arguments).arg("--").args(paths);
    run(&mut command)
}
