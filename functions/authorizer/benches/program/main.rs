//! What the authorizer costs as a process, beside a function that does nothing, and one in Node that only verifies.
//!
//! `cargo xtask bench` runs it, with the paths of the three programs.

#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a bench fails this way")]

use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use function::Function;
use serde_json::json;
use surroundings::{AUDIENCE, Surroundings, event};
use tokio::process::Command;

mod function;
#[path = "../surroundings/mod.rs"]
mod surroundings;

/// How late each answer of the surroundings is while the start is measured.
const DELAY: Duration = Duration::from_millis(50);

const STARTS: usize = 20;
const CALLS: usize = 10_000;

/// When memory is looked at.
const FEW: usize = 1_000;
const MANY: usize = 100_000;

/// A program, and how it is called.
struct Contender<'a> {
    name: &'static str,
    program: &'a Path,
    command: fn(&Path, &Surroundings) -> Command,
    event: fn(&str) -> Vec<u8>,
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    // Cargo adds an argument of its own at the end.
    let paths: Vec<PathBuf> = std::env::args_os().skip(1).take(3).map(PathBuf::from).collect();
    let contenders = [
        Contender { name: "authorizer", program: &paths[0], command: native, event },
        Contender { name: "nothing", program: &paths[1], command: native, event: |_| b"{}".to_vec() },
        Contender {
            name: "Node, verifies",
            program: &paths[2],
            command: node,
            event: |token| json!({ "token": token }).to_string().into(),
        },
    ];
    let (surroundings, late) = (Surroundings::start(Duration::ZERO), Surroundings::start(DELAY));

    println!("| | bytes | init, ms | first call, ms | peak after {FEW} calls, KiB | after {MANY}, KiB |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for contender in &contenders {
        let event_of = |surroundings: &Surroundings| Bytes::from((contender.event)(&surroundings.tokens()[0].1));
        let (mut inits, mut firsts) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let mut function = Function::start((contender.command)(contender.program, &late)).await;
            inits.push(function.init);
            firsts.push(function.timed_call(event_of(&late)).await);
        }
        let mut function = Function::start((contender.command)(contender.program, &surroundings)).await;
        let event = event_of(&surroundings);
        function.calls(&event, FEW).await;
        let few = function.peak_memory();
        function.calls(&event, MANY - FEW).await;
        let many = function.peak_memory();
        let bytes = std::fs::metadata(contender.program).unwrap().len();
        let (init, first) = (median(inits), median(firsts));
        println!("| {} | {bytes} | {init:.1} | {first:.1} | {few} | {many} |", contender.name);
    }

    println!("\n| Warm call, µs of CPU | {} |", contenders.each_ref().map(|contender| contender.name).join(" | "));
    println!("| --- | --- | --- | --- |");
    for (algorithm, token) in surroundings.tokens() {
        print!("| {algorithm} |");
        for contender in &contenders {
            let mut function = Function::start((contender.command)(contender.program, &surroundings)).await;
            let event = Bytes::from((contender.event)(&token));
            function.calls(&event, CALLS / 2).await;
            print!(" {:.0} |", function.cpu_of(&event, CALLS).await);
        }
        println!();
    }
}

fn native(program: &Path, surroundings: &Surroundings) -> Command {
    let mut command = Command::new(program);
    command.env_clear().envs(surroundings.variables());
    command
}

fn node(script: &Path, surroundings: &Surroundings) -> Command {
    let mut command = Command::new("node");
    command.arg(script).env("ISSUER", surroundings.issuer()).env("AUDIENCE", AUDIENCE);
    command.env("JWKS", surroundings.jwks().to_string());
    command
}

/// In milliseconds.
fn median(mut durations: Vec<Duration>) -> f64 {
    durations.sort();
    durations[durations.len() / 2].as_secs_f64() * 1e3
}
