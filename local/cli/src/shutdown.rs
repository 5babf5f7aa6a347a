//! The end: Ctrl-C or SIGTERM.

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

use crate::failure::Failure;
use crate::log;

/// The exit code of a program that Ctrl-C ended, as shells count it: 128 and the number of SIGINT.
pub(crate) const INTERRUPTED: u8 = 130;

/// Tells when to end. Clones tell the same.
#[derive(Debug, Clone)]
pub(crate) struct Shutdown(watch::Receiver<bool>);

impl Shutdown {
    /// Listens for the signals from now on. The second one ends the process at once.
    pub(crate) fn on_signal() -> Result<Self, Failure> {
        let (sender, receiver) = watch::channel(false);
        let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        tokio::spawn(async move {
            let mut next = async || tokio::select! { _ = interrupt.recv() => (), _ = terminate.recv() => () };
            next().await;
            log::step("Stopping. Once more to stop at once.");
            sender.send_replace(true);
            next().await;
            std::process::exit(INTERRUPTED.into());
        });
        Ok(Self(receiver))
    }

    /// Resolves when the end has begun.
    pub(crate) async fn begun(&self) {
        // An error would mean that the task is gone, and it ends with the process only.
        let _ = self.0.clone().wait_for(|begun| *begun).await;
    }
}
