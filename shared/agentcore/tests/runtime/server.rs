//! A Runtime API on loopback, and the function as a process of its own.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::process::{ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex as StdMutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, DefaultBodyLimit, Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::sync::{Mutex, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::function::ARGUMENTS;

/// Longer than anything here takes: a reply that never comes is a failed test, not a hanging one.
const PATIENCE: Duration = Duration::from_secs(30);

/// What the function is sent.
#[derive(Clone)]
pub(crate) struct Call {
    headers: Vec<(&'static str, HeaderValue)>,
    event: Bytes,
}

/// What the function has handed in.
#[derive(Debug)]
pub(crate) enum Reply {
    Answer { request_id: String, body: Bytes },
    Error { request_id: String, error_type: String, body: Value },
    InitError { error_type: String, body: Value },
}

pub(crate) struct RuntimeApi {
    /// What the function is told.
    pub(crate) address: String,
    calls: mpsc::UnboundedSender<Call>,
    replies: mpsc::UnboundedReceiver<Reply>,
    shared: Arc<Shared>,
}

struct Shared {
    calls: Mutex<mpsc::UnboundedReceiver<Call>>,
    replies: mpsc::UnboundedSender<Reply>,
    asked: AtomicUsize,
    connections: StdMutex<HashSet<SocketAddr>>,
    status_of_next: AtomicU16,
    status_of_replies: AtomicU16,
}

pub(crate) struct Function {
    child: Child,
    /// Read as it comes: a full pipe would hold the process up.
    errors: JoinHandle<String>,
}

impl Call {
    /// An invocation as Lambda sends one, with a minute to go.
    pub(crate) fn new(request_id: &str, event: impl Into<Bytes>) -> Self {
        let call = Self { headers: Vec::new(), event: event.into() };
        call.header("lambda-runtime-aws-request-id", request_id)
            .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:000000000000:function:echo")
            .header("lambda-runtime-trace-id", format!("Root=1-{request_id}"))
            .time_left(Duration::from_secs(60))
    }

    pub(crate) fn header(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        self.headers.retain(|(present, _)| *present != name);
        self.headers.push((name, HeaderValue::from_bytes(value.as_ref()).unwrap()));
        self
    }

    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.headers.retain(|(present, _)| *present != name);
        self
    }

    pub(crate) fn time_left(self, time_left: Duration) -> Self {
        let deadline = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap() + time_left;
        self.header("lambda-runtime-deadline-ms", deadline.as_millis().to_string())
    }

    pub(crate) fn client_context(self, context: impl AsRef<[u8]>) -> Self {
        self.header("lambda-runtime-client-context", context)
    }
}

impl RuntimeApi {
    pub(crate) async fn start() -> Self {
        Self::serve(|router| router, |address| address).await
    }

    /// A Runtime API that answers below a path only.
    pub(crate) async fn start_below(path: &str) -> Self {
        Self::serve(|router| Router::new().nest(path, router), |address| format!("http://{address}{path}")).await
    }

    async fn serve(place: impl FnOnce(Router) -> Router, endpoint: impl FnOnce(String) -> String) -> Self {
        let (calls, waiting) = mpsc::unbounded_channel();
        let (handed_in, replies) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            calls: Mutex::new(waiting),
            replies: handed_in,
            asked: AtomicUsize::new(0),
            connections: StdMutex::default(),
            status_of_next: AtomicU16::new(200),
            status_of_replies: AtomicU16::new(202),
        });
        let router = Router::new()
            .route("/2018-06-01/runtime/invocation/next", get(next))
            .route("/2018-06-01/runtime/invocation/{id}/response", post(answer))
            .route("/2018-06-01/runtime/invocation/{id}/error", post(error))
            .route("/2018-06-01/runtime/init/error", post(init_error))
            .layer(DefaultBodyLimit::disable())
            .with_state(Arc::clone(&shared));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = endpoint(listener.local_addr().unwrap().to_string());
        let service = place(router).into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async { axum::serve(listener, service).await });
        Self { address, calls, replies, shared }
    }

    /// Starts a function that asks here for work.
    pub(crate) fn function(&self) -> Function {
        Function::start(&[("AWS_LAMBDA_RUNTIME_API", &self.address)])
    }

    pub(crate) fn send(&self, call: Call) {
        self.calls.send(call).unwrap();
    }

    pub(crate) async fn reply(&mut self) -> Reply {
        timeout(PATIENCE, self.replies.recv()).await.expect("no reply").unwrap()
    }

    /// Sends a call and waits for its reply.
    pub(crate) async fn invoke(&mut self, call: Call) -> Reply {
        self.send(call);
        self.reply().await
    }

    /// How often the function has asked for work.
    pub(crate) fn asked(&self) -> usize {
        self.shared.asked.load(Ordering::SeqCst)
    }

    /// The number of connections over which it has asked.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.lock().unwrap().len()
    }

    pub(crate) fn refuse_to_hand_out_work(&self) {
        self.shared.status_of_next.store(500, Ordering::SeqCst);
    }

    pub(crate) fn refuse_replies(&self) {
        self.shared.status_of_replies.store(500, Ordering::SeqCst);
    }
}

impl Reply {
    /// The answer to this call, as JSON.
    pub(crate) fn answer(self, expected: &str) -> Value {
        match self {
            Self::Answer { request_id, body } if request_id == expected => serde_json::from_slice(&body).unwrap(),
            other => panic!("no answer to {expected}: {other:?}"),
        }
    }

    /// The kind of failure of this call, asserted in both places where it stands, and the message.
    pub(crate) fn error(self, expected: &str) -> (String, String) {
        match self {
            Self::Error { request_id, error_type, body } if request_id == expected => {
                assert_eq!(body["errorType"], *error_type);
                (error_type, body["errorMessage"].as_str().unwrap().to_owned())
            }
            other => panic!("no error of {expected}: {other:?}"),
        }
    }
}

async fn next(State(shared): State<Arc<Shared>>, ConnectInfo(peer): ConnectInfo<SocketAddr>) -> Response {
    shared.connections.lock().unwrap().insert(peer);
    shared.asked.fetch_add(1, Ordering::SeqCst);
    let status = StatusCode::from_u16(shared.status_of_next.load(Ordering::SeqCst)).unwrap();
    if status != StatusCode::OK {
        return status.into_response();
    }
    let call = shared.calls.lock().await.recv().await.unwrap();
    let mut response = call.event.into_response();
    for (name, value) in call.headers {
        response.headers_mut().insert(HeaderName::from_static(name), value);
    }
    response
}

async fn answer(State(shared): State<Arc<Shared>>, Path(request_id): Path<String>, body: Bytes) -> Taken {
    shared.take(Reply::Answer { request_id, body })
}

async fn error(
    State(shared): State<Arc<Shared>>,
    Path(request_id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Taken {
    let body = serde_json::from_slice(&body).unwrap();
    shared.take(Reply::Error { request_id, error_type: error_type(&headers), body })
}

async fn init_error(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Taken {
    let body = serde_json::from_slice(&body).unwrap();
    shared.take(Reply::InitError { error_type: error_type(&headers), body })
}

fn error_type(headers: &HeaderMap) -> String {
    headers["lambda-runtime-function-error-type"].to_str().unwrap().to_owned()
}

/// What Lambda says when it has taken a reply.
type Taken = (StatusCode, &'static str);

impl Shared {
    fn take(&self, reply: Reply) -> Taken {
        self.replies.send(reply).unwrap();
        (StatusCode::from_u16(self.status_of_replies.load(Ordering::SeqCst)).unwrap(), r#"{"status":"OK"}"#)
    }
}

impl Function {
    pub(crate) fn start(environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(ARGUMENTS)
            .env_remove("AWS_LAMBDA_RUNTIME_API")
            .env_remove("RUST_BACKTRACE")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let errors = tokio::spawn(async move {
            let mut text = String::new();
            stderr.read_to_string(&mut text).await.unwrap();
            text
        });
        Self { child, errors }
    }

    /// Fails if the process has ended.
    pub(crate) fn process_id(&mut self) -> u32 {
        assert_eq!(self.child.try_wait().unwrap(), None);
        self.child.id().unwrap()
    }

    pub(crate) async fn terminate(&mut self) {
        let kill = format!("kill -TERM {}", self.process_id());
        assert!(Command::new("sh").args(["-c", &kill]).status().await.unwrap().success());
    }

    /// Waits until the process has said this.
    pub(crate) async fn says(&mut self, expected: &str) {
        let mut lines = BufReader::new(self.child.stdout.as_mut().unwrap()).lines();
        while lines.next_line().await.unwrap().expect("the process has ended") != expected {}
    }

    /// How the process has ended, and what it said on standard error.
    pub(crate) async fn end(mut self) -> (ExitStatus, String) {
        (self.child.wait().await.unwrap(), self.errors.await.unwrap())
    }

    /// Memory that the process holds, in pages, and the number of its open files.
    pub(crate) fn holds(&mut self) -> (usize, usize) {
        let process = format!("/proc/{}", self.process_id());
        let memory = std::fs::read_to_string(format!("{process}/statm")).unwrap();
        let resident = memory.split(' ').nth(1).unwrap().parse().unwrap();
        (resident, std::fs::read_dir(format!("{process}/fd")).unwrap().count())
    }
}
