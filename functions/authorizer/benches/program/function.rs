//! A function's process and the Runtime API that it talks to, which does no more than it must.

use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::State;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use bytes::Bytes;
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};

/// `USER_HZ`, in which Linux tells the time of a process on every platform.
const TICKS_A_SECOND: f64 = 100.0;

/// A function that waits for its next call.
pub(crate) struct Function {
    process: Child,
    events: mpsc::Sender<Bytes>,
    answers: mpsc::Receiver<Bytes>,
    /// From the start of the process until it asked for work.
    pub(crate) init: Duration,
}

#[derive(Clone)]
struct RuntimeApi {
    ready: mpsc::Sender<()>,
    events: Arc<Mutex<mpsc::Receiver<Bytes>>>,
    answers: mpsc::Sender<Bytes>,
}

impl Function {
    pub(crate) async fn start(mut command: Command) -> Self {
        let (events, handed_out) = mpsc::channel(1);
        let (handed_in, answers) = mpsc::channel(1);
        let (ready, mut is_ready) = mpsc::channel(1);
        let api = RuntimeApi { ready, events: Arc::new(Mutex::new(handed_out)), answers: handed_in };
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(response))
            .with_state(api);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        tokio::spawn(async move { axum::serve(listener, router).await });

        command.env("AWS_LAMBDA_RUNTIME_API", address).stdin(Stdio::null()).stdout(Stdio::null()).kill_on_drop(true);
        let started = Instant::now();
        let process = command.spawn().unwrap();
        is_ready.recv().await.unwrap();
        Self { process, events, answers, init: started.elapsed() }
    }

    pub(crate) async fn call(&mut self, event: Bytes) -> Bytes {
        self.events.send(event).await.unwrap();
        self.answers.recv().await.unwrap()
    }

    pub(crate) async fn timed_call(&mut self, event: Bytes) -> Duration {
        let started = Instant::now();
        self.call(event).await;
        started.elapsed()
    }

    pub(crate) async fn calls(&mut self, event: &Bytes, calls: usize) {
        for _ in 0..calls {
            self.call(event.clone()).await;
        }
    }

    /// The CPU time of one call, user's and system's together, in microseconds.
    pub(crate) async fn cpu_of(&mut self, event: &Bytes, calls: usize) -> f64 {
        let before = self.cpu();
        self.calls(event, calls).await;
        (self.cpu() - before) * 1e6 / calls as f64
    }

    /// In seconds, of all threads.
    fn cpu(&self) -> f64 {
        let stat = self.proc("stat");
        // The name may hold anything. After it come the third field and so on; the 14th and 15th are the times.
        let fields = stat.rsplit_once(')').unwrap().1.split_ascii_whitespace();
        fields.skip(11).take(2).map(|ticks| ticks.parse::<f64>().unwrap()).sum::<f64>() / TICKS_A_SECOND
    }

    /// The most memory that was ever resident, in KiB.
    pub(crate) fn peak_memory(&self) -> u64 {
        let status = self.proc("status");
        let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        peak.trim().strip_suffix(" kB").unwrap().parse().unwrap()
    }

    fn proc(&self, file: &str) -> String {
        std::fs::read_to_string(format!("/proc/{}/{file}", self.process.id().unwrap())).unwrap()
    }
}

async fn next(State(api): State<RuntimeApi>) -> impl IntoResponse {
    // Only the first one is waited for.
    let _ = api.ready.try_send(());
    match api.events.lock().await.recv().await {
        Some(event) => ([("lambda-runtime-aws-request-id", "request")], event),
        // There will be none.
        None => std::future::pending().await,
    }
}

async fn response(State(api): State<RuntimeApi>, answer: Bytes) {
    api.answers.send(answer).await.unwrap();
}
