//! What a test's thread logs, and what must not be in it. For tests alone.
//!
//! `tracing` remembers of each place that logs whether anybody listens. A subscriber of one thread is not asked if
//! another thread, which has none, gets to the place first: the line is lost, and a test that looks for a secret in it
//! passes. So one subscriber listens for the whole process, at every level, and hands each line to the thread's own log.

mod secrets;

use std::cell::RefCell;
use std::io::{self, Write};
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Once;

use tracing::Level;

pub use secrets::Secrets;

thread_local! {
    /// The log that this thread keeps.
    static LINES: RefCell<Option<Vec<u8>>> = const { RefCell::new(None) };
}

static START: Once = Once::new();

/// Every line of this thread, and of the tasks that run on it, at every level.
#[derive(Debug)]
pub struct Log {
    /// It belongs to its thread.
    _thread: PhantomData<Rc<()>>,
}

impl Log {
    /// From now on, and until it is dropped.
    ///
    /// # Panics
    ///
    /// The thread keeps a log already, or something else listens to the whole process.
    #[must_use]
    pub fn capture() -> Self {
        START.call_once(|| {
            let lines = tracing_subscriber::fmt().with_max_level(Level::TRACE).with_ansi(false).with_writer(|| Lines);
            assert!(tracing::subscriber::set_global_default(lines.finish()).is_ok(), "somebody listens already");
        });
        let before = LINES.replace(Some(Vec::new()));
        assert!(before.is_none(), "the thread keeps a log already");
        Self { _thread: PhantomData }
    }

    /// What was logged so far.
    #[must_use]
    pub fn text(&self) -> String {
        LINES.with_borrow(|lines| String::from_utf8_lossy(lines.as_deref().unwrap_or_default()).into_owned())
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        LINES.set(None);
    }
}

struct Lines;

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.iter_mut().for_each(|lines| lines.extend_from_slice(bytes)));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::Log;

    fn log() {
        tracing::trace!("a line");
    }

    /// The other thread has no log, and is the first to get to the line.
    #[test]
    fn a_line_is_not_lost_to_a_thread_that_got_there_first() {
        let kept = Log::capture();
        thread::spawn(log).join().unwrap();
        assert_eq!(kept.text(), "");
        log();
        assert_eq!(kept.text().matches("a line").count(), 1);
    }

    #[test]
    fn a_log_ends_when_it_is_dropped() {
        drop(Log::capture());
        log();
        assert_eq!(Log::capture().text(), "");
    }
}
