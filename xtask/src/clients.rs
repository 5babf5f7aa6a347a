//! MCP clients that others wrote, as they are: from nothing to a tool, and through a refresh of the token.
//!
//! Everything is the real thing: `countersign up` serves the laptop, the clients come from npm in the versions of
//! `tests/clients/package-lock.json`, and a person is at the browser. Access tokens are valid for seconds, so that every
//! client meets the end of one. It takes a minute, so all clients run at the same time.

mod bench;
mod install;
mod laptop;
mod row;
mod run;
mod table;

use futures_util::future::{try_join, try_join_all};

use crate::error::Error;
use crate::interruptible;
use crate::outcome::Outcome;

use self::bench::Bench;
use self::laptop::Laptop;
use self::row::Row;
use self::run::{Browser, Decision, Run};

/// The client that is registered already with the parameter set `local`.
const ASSISTANT: &str = "assistant";

/// At an identity provider where clients register themselves.
const LOCAL: &[Run] = &[
    Run::new("sdk-v1", &["sdk.mjs", "v1", "dynamic"], "alice", "call again"),
    Run::new("sdk-v2", &["sdk.mjs", "v2", "dynamic"], "bob", "call again"),
    Run::new("sdk-v2-auto", &["sdk.mjs", "v2-auto", "dynamic"], "carol", "call again")
        .note("asks for the newest protocol first"),
    Run::new("sdk-v2-chromium", &["sdk.mjs", "v2", ASSISTANT], "dora", "call again")
        .browser(Browser::Chromium)
        .note("in Chromium, with the keyboard, without JavaScript"),
    Run::new("sdk-v2-denied", &["sdk.mjs", "v2", "dynamic"], "alice", "token")
        .decision(Decision::Deny)
        .note("the person denies"),
    Run::new("mcp-remote", &["mcp-remote.mjs", "printed"], "bob", "restart").note("as countersign prints it for Kiro"),
    Run::new("mcp-remote-walk-through", &["mcp-remote.mjs", "walk-through", ASSISTANT], "carol", "restart")
        .note("as AWS's walk-through configures Kiro")
        .fixed_port(),
    Run::new("conformance", &["conformance.mjs", ASSISTANT], "dora", "authorization-code-grant"),
];

/// At what is deployed by default: a Cognito user pool with one client.
const DEFAULT: &[Run] = &[
    Run::new("cognito-mcp-remote", &["mcp-remote.mjs", "printed"], "alice", "restart")
        .note("Cognito, as countersign prints it for Kiro")
        .fixed_port(),
    Run::new("cognito-unregistered", &["sdk.mjs", "v1", "dynamic", "unregistered"], "bob", "register")
        .note("Cognito, unregistered"),
];

/// Runs every client and prints how far each came.
pub(crate) fn check() -> Result<Outcome, Error> {
    let rows = interruptible::run(rows())?;
    print!("\n{}\n", table::text(&rows));
    let steps: usize = rows.iter().map(|row| row.steps.len()).sum();
    let covered = format!("{} clients, {steps} steps", rows.len());
    Ok(Outcome { covered, defects: rows.iter().filter_map(Row::defect).collect() })
}

async fn rows() -> Result<Vec<Row>, Error> {
    install::clients().await?;
    let bench = Bench::new()?;
    let (local, default) = try_join(set("local", LOCAL, &bench), set("default", DEFAULT, &bench)).await?;
    Ok([local, default].concat())
}

/// The clients of one parameter set.
async fn set(parameters: &str, runs: &[Run], bench: &Bench) -> Result<Vec<Row>, Error> {
    let laptop = Laptop::start(parameters, bench).await?;
    try_join_all(runs.iter().map(|run| run.row(&laptop, bench))).await
}
