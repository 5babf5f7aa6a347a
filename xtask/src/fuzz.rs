//! Every fuzz target for a while: nothing that it makes up may break the rule that it states.
//!
//! `cargo fuzz` builds them; then they run as they are, one on each processor. What a target finds stays in
//! `fuzz/artifacts`, what it learns in `fuzz/corpus`, and what it says in `target/fuzz`.

use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use futures_util::stream::{self, StreamExt as _, TryStreamExt as _};

use crate::cargo;
use crate::error::Error;
use crate::interruptible;
use crate::outcome::Outcome;
use crate::program;
use crate::workspace::Workspace;

/// The longest that one input may take, in seconds. Most take less than a millisecond.
const PATIENCE: u64 = 10;

/// Builds the targets and runs each for so many seconds.
pub(crate) fn check(seconds: &str) -> Result<Outcome, Error> {
    let seconds: u32 = seconds.parse().map_err(|_| Error::Seconds(seconds.to_owned()))?;
    let targets = targets()?;
    let bench = Bench::build(seconds)?;
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    let runs = stream::iter(&targets).map(|target| bench.run(target)).buffer_unordered(processors);
    let runs: Vec<Run> = interruptible::run(runs.try_collect())?;
    let executions: u64 = runs.iter().map(|run| run.executions).sum();
    let covered = format!("{} targets, {executions} executions", runs.len());
    Ok(Outcome { covered, defects: runs.into_iter().filter_map(|run| run.defect).collect() })
}

/// The programs of the workspace in `fuzz`. Cargo would bring a lock file that lags behind up to date in silence.
fn targets() -> Result<Vec<String>, Error> {
    let metadata = ["metadata", "--manifest-path=fuzz/Cargo.toml", "--locked", "--format-version=1", "--quiet"];
    let workspace = Workspace::parse(&cargo::output(&metadata)?)?;
    let targets = workspace.members().flat_map(|package| &package.targets);
    Ok(targets.filter(|target| target.kind == ["bin"]).map(|target| target.name.clone()).collect())
}

/// Where the targets run.
struct Bench {
    seconds: u32,
    programs: PathBuf,
    logs: PathBuf,
}

impl Bench {
    fn build(seconds: u32) -> Result<Self, Error> {
        let logs = cargo::root().join("target").join("fuzz");
        let mut build = Command::new("cargo-fuzz");
        // The sanitizers need an unstable compiler, and look for what a crate without `unsafe` cannot do.
        build.args(["build", "--sanitizer=none", "--codegen-units=16", "--target-dir"]).arg(&logs);
        program::run(build.current_dir(cargo::root())).map_err(|error| match error {
            Error::NotStarted { program, source } if source.kind() == ErrorKind::NotFound => {
                Error::NotInstalled(program)
            }
            error => error,
        })?;
        let version = program::output(Command::new("rustc").arg("-vV"))?.stdout;
        let version = String::from_utf8_lossy(&version);
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap_or_default();
        Ok(Self { seconds, programs: logs.join(host).join("release"), logs })
    }

    async fn run(&self, target: &str) -> Result<Run, Error> {
        let fuzz = cargo::root().join("fuzz");
        let (corpus, artifacts) = (fuzz.join("corpus").join(target), fuzz.join("artifacts").join(target));
        for folder in [&corpus, &artifacts] {
            fs::create_dir_all(folder).map_err(Error::of(folder))?;
        }
        let log = self.logs.join(format!("{target}.log"));
        let program = self.programs.join(target);
        let mut command = tokio::process::Command::new(&program);
        command.arg(corpus).arg(fuzz.join("seeds").join(target));
        command.arg(format!("-dict={}", fuzz.join("dictionaries").join(format!("{target}.dict")).display()));
        command.arg(format!("-artifact_prefix={}/", artifacts.display()));
        command.args([format!("-max_total_time={}", self.seconds), format!("-timeout={PATIENCE}")]);
        // The authorizer writes its audit to standard output.
        command.arg("-print_final_stats=1").stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        command.stderr(File::create(&log).map_err(Error::of(&log))?);
        let status = command.status().await;
        let status = status.map_err(|source| Error::NotStarted { program: target.to_owned(), source })?;
        let said = fs::read(&log).map_err(Error::of(&log))?;
        let mut run = Run::read(&String::from_utf8_lossy(&said), status.success());
        println!("{target:<20}{:>10} executions, {:>6} edges", run.executions, run.edges);
        run.defect = run.defect.map(|defect| format!("{target}: {defect} (its words: {})", log.display()));
        Ok(run)
    }
}

/// What came of one target.
#[derive(Debug, Default, PartialEq, Eq)]
struct Run {
    executions: u64,
    /// The edges of the control flow that some input passed.
    edges: u64,
    defect: Option<String>,
}

impl Run {
    /// Reads what libFuzzer says.
    fn read(said: &str, succeeded: bool) -> Self {
        // `#4096 DONE   cov: 512 ft: 1024 corp: 64/8Kb …`
        let number = |after: &str| said.rsplit_once(after)?.1.split_whitespace().next()?.parse().ok();
        let executions = number("stat::number_of_executed_units:").unwrap_or_default();
        let kept = said.lines().find_map(|line| line.split_once("Test unit written to "));
        let defect = match kept {
            Some((_, file)) => Some(format!("its rule does not hold for {file}")),
            None if !succeeded || executions == 0 => Some("it ended early and kept nothing".to_owned()),
            None => None,
        };
        Self { executions, edges: number(" cov:").unwrap_or_default(), defect }
    }
}

#[cfg(test)]
mod tests;
