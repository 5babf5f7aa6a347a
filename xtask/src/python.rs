//! Programs in Python, each set of them in an environment of its own below `.tools`, which git ignores.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::cargo;
use crate::error::Error;
use crate::program::run;

/// The folder with the programs of these packages, `name==version` each, installed unless they are what was installed
/// last.
pub(crate) fn programs(environment: &str, packages: &[&str]) -> Result<PathBuf, Error> {
    let environment = cargo::root().join(".tools").join(environment);
    let programs = environment.join("bin");
    let installed = environment.join("installed");
    let wanted = packages.join("\n");
    if !fs::read_to_string(&installed).is_ok_and(|packages| packages == wanted) {
        eprintln!("Installing {}", packages.join(", "));
        run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
        run(Command::new(programs.join("pip")).args(["install", "--quiet"]).args(packages))?;
        fs::write(&installed, wanted).map_err(Error::of(&installed))?;
    }
    Ok(programs)
}
