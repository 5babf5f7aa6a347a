//! A function of the example program, and a gate at which it can be held.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::limits::Limits;
use crate::{Function, FunctionConfig, InvokeError, TraceId};

pub(super) const ARN: &str = "arn:aws:lambda:eu-west-1:000000000000:function:countersign-profile";

/// Long enough never to be reached by a test that does not mean to.
const PATIENCE: Duration = Duration::from_secs(120);

pub(super) struct Started {
    pub(super) function: Arc<Function>,
    lines: mpsc::UnboundedReceiver<String>,
}

pub(super) fn config() -> FunctionConfig {
    let tests = std::env::current_exe().unwrap();
    let program = tests.ancestors().nth(2).unwrap().join("examples/scripted_runtime");
    assert!(program.exists(), "cargo test builds the examples; --lib alone does not");
    FunctionConfig {
        name: "profile".to_owned(),
        arn: ARN.to_owned(),
        program,
        environment: BTreeMap::new(),
        timeout: PATIENCE,
        memory_mb: 256,
    }
}

pub(super) fn at_start(behaviour: &str) -> FunctionConfig {
    let mut config = config();
    config.environment.insert("AT_START".to_owned(), behaviour.to_owned());
    config
}

/// A function whose program is a shell script in `folder`.
pub(super) fn script(folder: &Path, text: &str) -> FunctionConfig {
    let program: PathBuf = folder.join("function");
    std::fs::write(&program, format!("#!/bin/sh\n{text}\n")).unwrap();
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o700)).unwrap();
    FunctionConfig { program, ..config() }
}

pub(super) fn limits() -> Limits {
    Limits {
        init: PATIENCE,
        grace: PATIENCE,
        drain: PATIENCE,
        shortest_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(50),
    }
}

pub(super) fn start(config: FunctionConfig) -> Started {
    start_within(config, limits())
}

pub(super) fn start_within(config: FunctionConfig, limits: Limits) -> Started {
    let (sender, lines) = mpsc::unbounded_channel();
    let sink = Arc::new(move |line: crate::LogLine<'_>| {
        assert_eq!(line.function, "profile");
        drop(sender.send(line.text.to_owned()));
    });
    Started { function: Arc::new(Function::start_within(config, sink, limits).unwrap()), lines }
}

impl Started {
    pub(super) async fn invoke(&self, event: Value) -> Result<Value, InvokeError> {
        invoke(&self.function, event).await
    }

    /// The number of the process that answers.
    pub(super) async fn process(&self) -> u64 {
        self.invoke(json!({"do": "describe"})).await.unwrap()["process"].as_u64().unwrap()
    }

    /// Waits for a line of the function's output.
    pub(super) async fn line(&mut self, text: &str) {
        self.line_where(|line| line == text).await;
    }

    pub(super) async fn line_where(&mut self, wanted: impl Fn(&str) -> bool) -> String {
        loop {
            let line = self.lines.recv().await.expect("the function ended without the line");
            if wanted(&line) {
                return line;
            }
        }
    }
}

pub(super) async fn invoke(function: &Function, event: Value) -> Result<Value, InvokeError> {
    let answer = function.invoke(Bytes::from(event.to_string()), None, &TraceId::of(Uuid::new_v4())).await?;
    Ok(serde_json::from_slice(&answer).unwrap())
}

/// Holds each event that asks for it until it is opened.
pub(super) struct Gate(TcpListener);

/// An event that is held.
pub(super) struct Held(TcpStream);

impl Gate {
    pub(super) async fn new() -> Self {
        Self(TcpListener::bind("127.0.0.1:0").await.unwrap())
    }

    pub(super) fn event(&self, number: usize) -> Value {
        json!({"do": "gate", "at": self.0.local_addr().unwrap().to_string(), "number": number})
    }

    /// Waits until an event has reached the function.
    pub(super) async fn reached(&self) -> Held {
        Held(self.0.accept().await.unwrap().0)
    }
}

impl Held {
    pub(super) async fn open(mut self) {
        self.0.write_all(&[1]).await.unwrap();
    }

    /// Takes the connection out of the tokio runtime in which it was made.
    pub(super) fn detach(self) -> std::net::TcpStream {
        self.0.into_std().unwrap()
    }

    pub(super) fn attach(stream: std::net::TcpStream) -> Self {
        Self(TcpStream::from_std(stream).unwrap())
    }

    /// Waits until the process that has the event has ended.
    pub(super) async fn broken(mut self) {
        // End of file or a reset: either way nobody is there any more.
        assert!(!matches!(self.0.read(&mut [0]).await, Ok(1..)));
    }
}
