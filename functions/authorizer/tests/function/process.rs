//! The function as a process of its own, which asks a Runtime API for work and logs what it logs in Lambda.

use std::collections::BTreeMap;
use std::io::{Read, read_to_string};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use tokio::sync::{Mutex, mpsc};
use tokio::time::timeout;

/// Longer than anything here takes.
const PATIENCE: Duration = Duration::from_secs(60);

pub(crate) struct Process {
    child: Child,
    output: [JoinHandle<String>; 2],
    events: mpsc::UnboundedSender<String>,
    answers: mpsc::UnboundedReceiver<String>,
}

struct Work {
    events: Mutex<mpsc::UnboundedReceiver<String>>,
    answers: mpsc::UnboundedSender<String>,
}

impl Process {
    /// Told these variables, and to log whatever it can.
    pub(crate) async fn start(variables: &BTreeMap<String, String>) -> Self {
        let (events, waiting) = mpsc::unbounded_channel();
        let (handed_in, answers) = mpsc::unbounded_channel();
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/{answer}", post(answer))
            .with_state(Arc::new(Work { events: Mutex::new(waiting), answers: handed_in }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut child = Command::new(env!("CARGO_BIN_EXE_authorizer"))
            .env_clear()
            .envs(variables)
            .env("AWS_LAMBDA_RUNTIME_API", address)
            .env("AWS_LAMBDA_LOG_LEVEL", "TRACE")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let output = [read(child.stdout.take().unwrap()), read(child.stderr.take().unwrap())];
        Self { child, output, events, answers }
    }

    /// What it answers to an event, be it an error.
    pub(crate) async fn answer(&mut self, event: String) -> String {
        self.events.send(event).unwrap();
        timeout(PATIENCE, self.answers.recv()).await.unwrap().unwrap()
    }

    /// Ends it, and returns all that it has written.
    pub(crate) fn end(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.output.map(|output| output.join().unwrap()).concat()
    }
}

/// As it comes: a full pipe would hold the process up.
fn read(stream: impl Read + Send + 'static) -> JoinHandle<String> {
    thread::spawn(move || read_to_string(stream).unwrap())
}

async fn next(State(work): State<Arc<Work>>) -> Response {
    let Some(event) = work.events.lock().await.recv().await else { return StatusCode::GONE.into_response() };
    let deadline = SystemTime::UNIX_EPOCH.elapsed().unwrap() + PATIENCE;
    let headers = [
        ("lambda-runtime-aws-request-id", "request".to_owned()),
        ("lambda-runtime-deadline-ms", deadline.as_millis().to_string()),
        ("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:authorizer".to_owned()),
    ];
    (headers, event).into_response()
}

async fn answer(State(work): State<Arc<Work>>, body: String) -> StatusCode {
    work.answers.send(body).unwrap();
    StatusCode::ACCEPTED
}
