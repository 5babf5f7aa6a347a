//! `countersign`: the whole set-up on a laptop, from the same template that is deployed.
//!
//! This crate only wires. What it wires is in the crates beside it.

mod arguments;
mod binaries;
mod deployment;
mod failure;
mod functions;
mod listener;
mod log;
mod permitted;
mod project;
mod ready;
mod shutdown;
mod up;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;
use up::End;

#[tokio::main]
async fn main() -> ExitCode {
    let Command::Up(options) = Arguments::parse().command();
    log::start();
    match up::up(options).await {
        Ok(End::Stopped) => ExitCode::SUCCESS,
        Ok(End::Interrupted) => ExitCode::from(shutdown::INTERRUPTED),
        Err(failure) => {
            log::failure(&failure);
            ExitCode::FAILURE
        }
    }
}
