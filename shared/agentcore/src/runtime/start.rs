//! From a prepared handler to the end of the process.

use std::fmt::Display;
use std::process::ExitCode;

use tracing::error;

use super::{Handler, init_error, run};

/// Serves invocations with a handler until SIGTERM; or, if it could not be prepared, tells Lambda why.
///
/// Only wrong configuration should keep a handler from being prepared, and its text should name the variable. What is
/// merely out of reach is better fetched later: a process that does not start answers nobody.
pub async fn start<H: Handler>(prepared: Result<H, impl Display>) -> ExitCode {
    match prepared {
        Ok(handler) => match run(handler).await {
            Ok(()) => return ExitCode::SUCCESS,
            Err(problem) => error!(%problem, "the runtime loop ended"),
        },
        Err(problem) => {
            error!(%problem, "wrong configuration");
            if let Err(problem) = init_error("Function.Configuration", problem.to_string()).await {
                error!(%problem, "Lambda could not be told");
            }
        }
    }
    ExitCode::FAILURE
}
