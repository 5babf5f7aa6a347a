//! Lambda on the laptop: a function runs as its own process behind a Lambda Runtime API of its own.
//!
//! The function is the very program that is deployed, so what it is told here must be what Lambda tells it: a wrong
//! header or a variable too many would let something pass on the laptop that fails in the cloud.
//!
//! 1. The Runtime API of version 2018-06-01: `next`, `response`, `error`, `init/error`, with Lambda's headers and codes.
//! 2. A clean environment: what Lambda sets and what the template gives, nothing of the developer's shell.
//! 3. One event at a time for each function; a bounded queue behind it, and then [`InvokeError::Throttled`].
//! 4. A Runtime API answers its own process alone: below a path of 244 random bits that only the environment of that
//!    process holds. Other programs of the machine, of whatever user, get nothing there and disturb nothing, and a
//!    second `next` does not take the place of an open one.
//! 5. A process that is late is killed, a process that died is replaced, after a growing pause.
//! 6. No process outlives its [`Function`]. Each is the leader of its own process group, so that Ctrl-C in a terminal
//!    reaches the parent alone and the parent decides. If the parent itself is killed, the long poll breaks and the
//!    function's runtime loop ends by itself.
//!
//! What remains: whoever may read `/proc/<pid>/environ` of a function, which is every process of the same user, learns
//! the path, and could then read events and answer them. The laptop trusts the user that runs it; it keeps out the others.
//!
//! Unlike Lambda, `AWS_LAMBDA_RUNTIME_API` is a URL for the sake of that path: `http://127.0.0.1:<port>/<path>` where
//! Lambda has `<host>:<port>`. And there is one process for each function, never two: a second event waits where Lambda would start a
//! second execution environment.

mod config;
mod endpoint;
mod error;
mod exit;
mod function;
mod invocation;
mod limits;
mod log;
mod process;
mod sandbox;
mod server;
mod supervisor;
mod trace;

pub use config::FunctionConfig;
pub use error::{InitFailure, InvokeError, StartError};
pub use function::Function;
pub use limits::{CLIENT_CONTEXT_LIMIT, QUEUE_LENGTH, REQUEST_LIMIT, RESPONSE_LIMIT};
pub use log::{LogLine, LogSink};
pub use trace::TraceId;

#[cfg(test)]
mod tests;
