//! A call of a function over HTTP, somewhere on this machine.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

use crate::error::Error;

/// How often somebody is called who does not listen yet, and how long between.
const CALLS: u32 = 600;
const PAUSE: Duration = Duration::from_millis(100);

/// For an answer: longer than any function has.
const PATIENCE: Duration = Duration::from_secs(90);

/// An answer may have so many bytes.
const MAX_ANSWER: u64 = 1 << 20;

/// The name of whatever the Lambda that SAM brings serves.
pub(crate) const FUNCTION: &str = "function";

/// Sends an event to whoever serves the function `name` there, as soon as somebody does, and returns the answer.
pub(crate) async fn invoke(port: u16, name: &str, event: &[u8]) -> Result<Value, Error> {
    let call = async {
        let mut stream = connect(port).await?;
        let head = format!(
            "POST /2015-03-31/functions/{name}/invocations HTTP/1.0\r\nHost: 127.0.0.1:{port}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            event.len()
        );
        stream.write_all(&[head.as_bytes(), event].concat()).await?;
        let mut answer = Vec::new();
        // In HTTP/1.0 it ends with the connection.
        stream.take(MAX_ANSWER).read_to_end(&mut answer).await?;
        Ok(answer)
    };
    let answer = timeout(PATIENCE, call).await.unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()));
    let answer = answer.map_err(Error::System)?;
    let body = answer.windows(4).position(|window| window == b"\r\n\r\n").and_then(|end| answer.get(end + 4..));
    serde_json::from_slice(body.unwrap_or_default())
        .map_err(|source| Error::NotJson { program: name.to_owned(), source })
}

async fn connect(port: u16) -> std::io::Result<TcpStream> {
    for _ in 1..CALLS {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await {
            return Ok(stream);
        }
        sleep(PAUSE).await;
    }
    TcpStream::connect(("127.0.0.1", port)).await
}

/// A port that nobody listens on now.
pub(crate) fn free_port() -> Result<u16, Error> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).map_err(Error::System)?;
    Ok(listener.local_addr().map_err(Error::System)?.port())
}
