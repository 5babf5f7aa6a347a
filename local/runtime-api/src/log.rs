//! What a process writes, line by line.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt as _, AsyncRead, BufReader};

/// The longest line that is passed on, in bytes. The rest of a longer one is dropped.
const LINE_LIMIT: usize = 64 * 1024;

/// The longest part of a last line that an error message quotes, in characters.
const QUOTE_LIMIT: usize = 300;

/// One line of a function's standard output or standard error.
#[derive(Debug, Clone, Copy)]
pub struct LogLine<'a> {
    /// The name of the function.
    pub function: &'a str,
    /// Without its line end, at most 64 KiB; bytes that are not UTF-8 are replaced.
    pub text: &'a str,
}

/// Where the lines go. It is called from the task that reads the pipe, so it must not block for long.
pub type LogSink = Arc<dyn Fn(LogLine<'_>) + Send + Sync>;

/// The writer of the lines of one process.
#[derive(Clone)]
pub(crate) struct Log {
    function: Arc<str>,
    sink: LogSink,
    last: Arc<Mutex<Option<String>>>,
}

impl Log {
    pub(crate) fn new(function: &str, sink: LogSink) -> Self {
        Self { function: function.into(), sink, last: Arc::default() }
    }

    /// The line that a person would look at first when a process has ended.
    pub(crate) fn last(&self) -> Option<String> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Passes on what comes out of `pipe` until its end.
    pub(crate) async fn forward(self, pipe: impl AsyncRead + Unpin) {
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while let Ok(chunk) = pipe.fill_buf().await {
            if chunk.is_empty() {
                break;
            }
            let mut pieces = chunk.split(|&byte| byte == b'\n').peekable();
            while let Some(piece) = pieces.next() {
                let room = LINE_LIMIT.saturating_sub(line.len());
                line.extend(piece.iter().take(room));
                if pieces.peek().is_some() {
                    self.write(&line);
                    line.clear();
                }
            }
            let length = chunk.len();
            pipe.consume(length);
        }
        if !line.is_empty() {
            self.write(&line);
        }
    }

    fn write(&self, line: &[u8]) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches('\r');
        (self.sink)(LogLine { function: &self.function, text });
        if !text.trim().is_empty() {
            let quote = text.trim().chars().take(QUOTE_LIMIT).collect();
            *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(quote);
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Log").field("function", &self.function).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use rstest::rstest;

    use super::{LINE_LIMIT, Log};

    async fn lines(output: &[u8]) -> (Vec<String>, Option<String>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let sink = seen.clone();
        let log = Log::new("f", Arc::new(move |line| sink.lock().unwrap().push(line.text.to_owned())));
        log.clone().forward(output).await;
        (seen.lock().unwrap().clone(), log.last())
    }

    #[rstest]
    #[case::none(b"", &[], None)]
    #[case::one(b"a\n", &["a"], Some("a"))]
    #[case::no_line_end(b"a\nb", &["a", "b"], Some("b"))]
    #[case::carriage_return(b"a\r\nb\r\n", &["a", "b"], Some("b"))]
    #[case::empty_last_line(b"a\n \n\n", &["a", " ", ""], Some("a"))]
    #[case::not_utf8(b"\xffa\n", &["\u{fffd}a"], Some("\u{fffd}a"))]
    #[tokio::test]
    async fn output_is_cut_at_line_ends(#[case] output: &[u8], #[case] text: &[&str], #[case] last: Option<&str>) {
        assert_eq!(lines(output).await, (text.iter().map(|&line| line.to_owned()).collect(), last.map(str::to_owned)));
    }

    #[tokio::test]
    async fn a_line_is_bounded_and_the_next_one_is_whole() {
        let mut output = vec![b'x'; LINE_LIMIT * 3];
        output.extend(b"\nnext\n");
        let (lines, _) = lines(&output).await;
        assert_eq!(lines.iter().map(String::len).collect::<Vec<_>>(), [LINE_LIMIT, 4]);
    }
}
