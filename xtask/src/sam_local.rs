//! That what `sam build` makes does its work in the container in which SAM starts it.
//!
//! 1. Each committed event gets its committed answer, and those are refusals.
//! 2. What `countersign event` prints is answered with a yes. The tool's container reaches nothing of the laptop for it: it
//!    has the public keys.
//! 3. A panic costs one call, not the process.
//!
//! It uses the container engine that answers. If none does, it starts one that is gone afterwards.

mod base_image;
mod call;
mod container;
mod engine;
mod events;
mod laptop;
mod panics;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use local_template::samconfig;
use serde_json::json;

use crate::artifacts;
use crate::cargo;
use crate::deployment;
use crate::error::Error;
use crate::interruptible;
use crate::outcome::Outcome;
use crate::program::run;
use crate::sam::Sam;

use self::container::Containers;
use self::engine::Engine;
use self::laptop::Laptop;

/// The processor of the artefacts and of the base image.
const ARCHITECTURE: &str = "x86_64";

/// The parameter set with which the laptop's gateway runs.
const SET: &str = "local";

const LAPTOP: &str = "countersign";

/// With this argument the program knows that it is alone with its engine.
pub(crate) const ALONE: &str = "--alone";

/// Builds what is tried, and tries it with the engine that answers, or else alone with one of ours.
pub(crate) fn check() -> Result<Outcome, Error> {
    let engine = interruptible::run(engine::find())?;
    let sam = Sam::install()?;
    artifacts::build(&sam, ARCHITECTURE)?;
    run(&mut sam.build("tests/panicking/template.yaml", &panicking(), ARCHITECTURE))?;
    let laptop = cargo::program(LAPTOP)?;
    interruptible::run(async {
        match engine {
            Engine::Theirs => {
                base_image::pull()?;
                outcome(&sam, &laptop).await
            }
            Engine::Ours => {
                base_image::unpack()?;
                engine::alone(&[Path::new("sam-local"), Path::new(ALONE), &laptop]).await
            }
        }
    })
}

/// What [`engine::alone`] runs. Standard output is for the outcome.
pub(crate) fn check_alone(laptop: &Path) -> Result<(), Error> {
    let outcome = interruptible::run(async {
        let _engine = engine::start().await?;
        base_image::substitute()?;
        outcome(&Sam::install()?, laptop).await
    })?;
    println!("{}", json!(outcome));
    Ok(())
}

fn panicking() -> PathBuf {
    cargo::root().join(".aws-sam").join("panicking")
}

async fn outcome(sam: &Sam, laptop: &Path) -> Result<Outcome, Error> {
    let architecture = ("LambdaArchitecture", ARCHITECTURE);
    let stack = deployment::stack(SET, &[architecture])?;
    let mut parameters = samconfig::parameter_overrides(&cargo::root().join("samconfig.toml"), SET)?;
    parameters.insert(architecture.0.to_owned(), architecture.1.to_owned());
    let containers = Containers::new(sam, &cargo::root().join(".aws-sam").join(ARCHITECTURE), &parameters)?;
    let laptop = Laptop::start(laptop, &containers).await?;

    let functions = stack.functions().iter().map(|function| (function.binary.clone(), function.logical_id.clone()));
    let functions: BTreeMap<_, _> = functions.collect();
    let (committed, mut defects) = events::read(&cargo::root().join("events"), &functions)?;
    let calls = call::all(&committed);
    for call in &calls {
        defects.extend(call.defect(&containers, &laptop).await?);
    }
    defects.extend(panics::defects(&Containers::new(sam, &panicking(), &parameters)?).await?);
    let covered = format!("{} events, {} functions, a panic", calls.len(), functions.len());
    Ok(Outcome { covered, defects })
}
