//! The loop.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio::time::{sleep, timeout};
use tracing::{error, warn};

use super::api::{Api, Error, Work};
use super::{ErrorReply, Handler, Invocation, MARGIN};

/// The largest payload that Lambda takes, in bytes: 6 MB and a little for the envelope.
pub const MAX_PAYLOAD: usize = 6_291_556;

/// Attempts to ask for work before the loop gives up, so that Lambda starts a new process.
const ATTEMPTS: u32 = 6;

/// The pause after the first failed attempt; it doubles with each, to a little over three seconds in all.
const PAUSE: Duration = Duration::from_millis(100);

/// Serves invocations until SIGTERM.
///
/// Runs on any tokio runtime with time and I/O, `current_thread` included.
///
/// ```no_run
/// use agentcore::runtime::{Error, ErrorReply, Invocation, run};
///
/// #[tokio::main(flavor = "current_thread")]
/// async fn main() -> Result<(), Error> {
///     run(echo).await
/// }
///
/// async fn echo(invocation: Invocation) -> Result<Vec<u8>, ErrorReply> {
///     Ok(invocation.event.to_vec())
/// }
/// ```
///
/// # Errors
///
/// [`Error`] if the environment names no Runtime API, or if that cannot be reached or refuses to hand out work. The
/// process should then end with a status other than zero.
pub async fn run<H: Handler>(handler: H) -> Result<(), Error> {
    let api = Api::from_env()?;
    let mut terminate = signal(SignalKind::terminate()).map_err(Error::Signal)?;
    loop {
        let work = tokio::select! {
            // The signal first: once it is there, no more work is asked for.
            biased;
            _ = terminate.recv() => return Ok(()),
            work = ask(&api) => work?,
        };
        serve(&api, &handler, work).await;
    }
}

/// Tells Lambda that the function cannot start, for instance because its configuration is wrong. The process should end
/// after it.
///
/// # Errors
///
/// [`Error`] if the Runtime API does not take the message.
pub async fn init_error(error_type: &'static str, message: impl Into<Cow<'static, str>>) -> Result<(), Error> {
    Api::from_env()?.fail_init(&ErrorReply::new(error_type, message)).await
}

/// Asks for work until there is some, or until asking is pointless.
async fn ask(api: &Api) -> Result<Work, Error> {
    let mut attempt = 1;
    loop {
        match api.next().await {
            Ok(work) => return Ok(work),
            // "Container error. Non-recoverable state. Runtime should exit promptly."
            Err(error @ Error::Status(_)) => return Err(error),
            Err(error) if attempt == ATTEMPTS => return Err(error),
            Err(error) => warn!(%error, attempt, "no work from the Runtime API"),
        }
        sleep(PAUSE * 2_u32.saturating_pow(attempt - 1)).await;
        attempt += 1;
    }
}

async fn serve<H: Handler>(api: &Api, handler: &H, work: Work) {
    let context = work.context.clone();
    let request_id = context.request_id.clone();
    let answer = match work.read().await {
        Ok(event) => answer(handler, Invocation { event, context }).await,
        Err(error) => Err(ErrorReply::new("Runtime.EventUnreadable", error.to_string())),
    };
    let sent = match answer {
        Ok(answer) => api.respond(&request_id, answer).await,
        Err(reply) => {
            error!(request_id, error_type = reply.error_type, reason = %reply.message, "invocation failed");
            api.fail(&request_id, &reply).await
        }
    };
    if let Err(error) = sent {
        error!(request_id, %error, "a reply was lost");
    }
}

async fn answer<H: Handler>(handler: &H, invocation: Invocation) -> Result<Vec<u8>, ErrorReply> {
    let limit = invocation.context.remaining();
    // The handler is called, polled and dropped inside the guard: a panic in any of the three is caught.
    let guarded = AssertUnwindSafe(async { timeout(limit, handler.call(invocation)).await }).catch_unwind();
    match guarded.await {
        Ok(Ok(Ok(answer))) if answer.len() > MAX_PAYLOAD => Err(ErrorReply::new(
            "Function.ResponseSizeTooLarge",
            format!("the answer is {} bytes; Lambda takes {MAX_PAYLOAD}", answer.len()),
        )),
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(ErrorReply::new(
            "Function.TimedOut",
            format!("the function did not answer until {} ms before its deadline", MARGIN.as_millis()),
        )),
        Err(_) => Err(ErrorReply::new("Runtime.HandlerPanic", "the function panicked; see its log")),
    }
}
