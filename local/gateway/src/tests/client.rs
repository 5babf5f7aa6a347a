//! HTTP/1.1 by hand: a client that sends exactly what it is told, two `Host` headers included.

use std::fmt::Write as _;
use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

pub(super) struct Client(pub(super) SocketAddr);

#[derive(Clone)]
pub(super) struct Request {
    line: String,
    headers: Vec<(String, String)>,
    body: String,
}

#[derive(Debug)]
pub(super) struct Response {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Request {
    pub(super) fn post(path: &str, body: &str) -> Self {
        Self { body: body.to_owned(), ..Self::new("POST", path) }
    }

    pub(super) fn new(method: &str, path: &str) -> Self {
        Self { line: format!("{method} {path} HTTP/1.1"), headers: Vec::new(), body: String::new() }
    }

    /// Adds a header, beside others of the same name.
    pub(super) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Drops a header.
    pub(super) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(present, _)| !present.eq_ignore_ascii_case(name));
        self
    }
}

impl Client {
    pub(super) async fn send(&self, mut request: Request) -> Response {
        if !request.headers.iter().any(|(name, _)| name == "Host") {
            request = request.header("Host", &self.0.to_string());
        }
        self.send_as_it_is(request).await
    }

    pub(super) async fn send_as_it_is(&self, request: Request) -> Response {
        let mut text = format!("{}\r\nConnection: close\r\nContent-Length: {}\r\n", request.line, request.body.len());
        for (name, value) in &request.headers {
            write!(text, "{name}: {value}\r\n").unwrap();
        }
        write!(text, "\r\n{}", request.body).unwrap();
        let mut stream = TcpStream::connect(self.0).await.unwrap();
        let (mut reader, mut writer) = stream.split();
        let mut answer = Vec::new();
        // The gateway may answer, and close, before it has read a body that it does not want.
        let _ = tokio::join!(writer.write_all(text.as_bytes()), reader.read_to_end(&mut answer));
        Response::parse(&String::from_utf8(answer).unwrap())
    }
}

impl Response {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("an answer");
        let (line, headers) = head.split_once("\r\n").unwrap();
        let field = |line: &str| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        Self {
            status: line.split(' ').nth(1).unwrap().parse().unwrap(),
            headers: headers.lines().filter_map(field).collect(),
            body: body.to_owned(),
        }
    }

    /// The values of a header.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        let named = self.headers.iter().filter(|(present, _)| present.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str()).collect()
    }

    pub(super) fn json(&self) -> Value {
        assert_eq!(self.all("content-type"), ["application/json"]);
        serde_json::from_str(&self.body).unwrap()
    }

    /// The text and the error flag of the result of a tool.
    pub(super) fn tool(&self) -> (String, bool) {
        assert_eq!(self.status, 200);
        let result = &self.json()["result"];
        let content = result["content"].as_array().unwrap();
        assert_eq!((content.len(), &content[0]["type"]), (1, &Value::from("text")));
        (content[0]["text"].as_str().unwrap().to_owned(), result["isError"].as_bool().unwrap())
    }
}
