//! The Lambda runtime loop.
//!
//! `lambda_runtime` reads the client context as a map of texts and ends the process when it is anything else, which a
//! gateway that propagates headers makes it. It also sets an environment variable for every invocation, and glibc never
//! gives that memory back. This loop stands on AWS's own client of the Runtime API and keeps to five rules:
//!
//! 1. One invocation is one reply. A bad event, a panic, an answer beyond Lambda's limit, or a handler that outlives its
//!    deadline becomes an error reply for that invocation, and the next one is served.
//! 2. Nothing is kept from call to call: no environment variable, no task, no span, and one connection.
//! 3. SIGTERM lets the running invocation finish and ends the loop. (Lambda sends it only if an extension is registered.)
//! 4. Every wait but the long poll for work has a deadline, every buffer a bound, every retry a limit.
//! 5. No reply repeats what a panic said. That is in the log only, where the panic hook wrote it.

mod api;
mod invocation;
mod serve;
mod start;

pub use api::Error;
pub use invocation::{Context, ErrorReply, Handler, Invocation, MARGIN};
pub use serve::{MAX_PAYLOAD, init_error, run};
pub use start::start;
