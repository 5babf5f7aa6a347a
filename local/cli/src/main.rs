//! `countersign`: the whole set-up on a laptop, from the same template that is deployed.
//!
//! This crate only wires. What it wires is in the crates beside it.

mod arguments;
mod binaries;
mod clients;
mod custom_resources;
mod deployment;
mod event;
mod failure;
mod functions;
mod listener;
mod log;
mod permitted;
mod project;
mod published;
mod ready;
mod revoke;
mod shutdown;
mod sign_in;
mod stack_control;
mod time;
mod up;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use clap::Parser as _;
use up::End;

#[tokio::main]
async fn main() -> ExitCode {
    let end = match Arguments::parse().command() {
        Command::Clients(options) => clients::print(&options).map(|()| End::Stopped),
        Command::Event(options) => event::print(&options).await.map(|()| End::Stopped),
        Command::Revoke(options) => revoke::revoke(&options).await.map(|()| End::Stopped),
        Command::Up(options) => {
            log::start();
            up::up(options).await
        }
    };
    match end {
        Ok(End::Stopped) => ExitCode::SUCCESS,
        Ok(End::Interrupted) => ExitCode::from(shutdown::INTERRUPTED),
        Err(failure) => {
            log::failure(&failure);
            ExitCode::FAILURE
        }
    }
}
