//! What CI and contributors run beyond `cargo test`. `cargo xtask` lists it.
//!
//! A check names every defect that it finds, not only the first; and it fails when the thing that it looks at is gone,
//! since a rule about nothing proves nothing.

mod arrows;
mod artifacts;
mod aws_apis;
mod bench;
mod cargo;
mod clients;
mod debian;
mod deployment;
mod error;
mod fuzz;
mod http;
mod interruptible;
mod members;
mod outcome;
mod process_group;
mod program;
mod python;
mod sam;
mod sam_local;
mod schema;
mod template;
mod workspace;

use std::path::Path;
use std::process::ExitCode;

use error::Error;
use outcome::Outcome;

const HELP: &str = "\
Usage: cargo xtask COMMAND

  aws-apis           the functions work with an AWS that others wrote (moto); needs Python 3
  bench              what the authorizer costs on this machine; needs Linux, Node 20 and npm
  check-artifacts PROCESSOR
                     what `sam build` makes for x86_64 or arm64 runs on Lambda and holds nothing else; needs Python 3
  check-arrows       no crate depends on one that it must not know
  check-members LOG  the run of `cargo test` that wrote LOG ran the tests of every member of the workspace
  check-schema       template.yaml declares the tools that the functions have
  check-template     template.yaml can be deployed and gives nobody more than they need; needs Python 3
  clients            MCP clients of others sign in, call a tool and refresh; needs Node 20, npm and Chromium
  fuzz [SECONDS]     no input breaks the rules of the fuzz targets, tried for 20 seconds each; needs cargo-fuzz and C++
  sam-local          what `sam build` makes answers in a container, and outlives a panic; needs Python 3, and Docker or root
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match *arguments.as_slice() {
        [] | ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            ExitCode::SUCCESS
        }
        [name @ "aws-apis"] => conclude(name, aws_apis::check()),
        [name @ "bench"] => conclude(name, bench::measure()),
        [name @ "check-arrows"] => conclude(name, arrows::check()),
        [name @ "check-artifacts", architecture] => conclude(name, artifacts::check(architecture)),
        [name @ "check-members", log] => conclude(name, members::check(Path::new(log))),
        [name @ "check-schema"] => conclude(name, schema::check()),
        [name @ "check-template"] => conclude(name, template::check()),
        [name @ "clients"] => conclude(name, clients::check()),
        [name @ "fuzz"] => conclude(name, fuzz::check("20")),
        [name @ "fuzz", seconds] => conclude(name, fuzz::check(seconds)),
        [name @ "sam-local"] => conclude(name, sam_local::check()),
        ["sam-local", sam_local::ALONE, laptop] => match sam_local::check_alone(Path::new(laptop)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => conclude("sam-local", Err(error)),
        },
        _ => {
            eprint!("{HELP}");
            ExitCode::from(2)
        }
    }
}

fn conclude(name: &str, outcome: Result<Outcome, Error>) -> ExitCode {
    match outcome {
        Ok(Outcome { covered, defects }) if defects.is_empty() => {
            println!("{name}: {covered}, no defect");
            ExitCode::SUCCESS
        }
        Ok(Outcome { covered, defects }) => {
            for defect in &defects {
                eprintln!("{name}: {defect}");
            }
            eprintln!("{name}: {covered}, {} defect(s)", defects.len());
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!("{name}: {error}");
            ExitCode::FAILURE
        }
    }
}
