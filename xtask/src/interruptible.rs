//! Work that Ctrl-C ends.

use tokio::signal::unix::{SignalKind, signal};

use crate::error::Error;

/// Does it, unless Ctrl-C or SIGTERM comes first. Then it is dropped, and every process that it started ends.
pub(crate) fn run<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::System)?;
    runtime.block_on(async {
        tokio::select! {
            result = work => result,
            stopped = stopped() => Err(stopped),
        }
    })
}

async fn stopped() -> Error {
    let signals = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()));
    let (Ok(mut interrupt), Ok(mut terminate)) = signals else { return std::future::pending().await };
    tokio::select! { _ = interrupt.recv() => (), _ = terminate.recv() => () }
    Error::Stopped
}
