//! A runtime that behaves and misbehaves as its events say. The tests of this crate run it as a function.
//!
//! An event is an object whose `do` names the behaviour. The variable `AT_START` names one for the init phase.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "a panic is one more misbehaviour")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;

use serde_json::{Value, json};

const PREFIX: &str = "/2018-06-01/runtime";

fn main() {
    println!("started");
    match std::env::var("AT_START").unwrap_or_default().as_str() {
        "" => {}
        "exit" => {
            eprintln!("PROVIDER_PROFILE is missing");
            std::process::exit(3);
        }
        "hang" => loop {
            std::thread::park();
        },
        "init-error" => {
            let error = json!({"errorType": "Config.Missing", "errorMessage": "DISCOVERY_URL is missing"});
            println!("init/error: {}", post("init/error", error.to_string().as_bytes()).0);
            std::process::exit(1);
        }
        other => panic!("AT_START={other} is unknown"),
    }
    loop {
        let (headers, event) = call("GET", "invocation/next", &[], b"");
        let id = header(&headers, "lambda-runtime-aws-request-id");
        let value: Value = serde_json::from_slice(&event).unwrap_or_default();
        let answer = match value["do"].as_str().unwrap_or("echo") {
            "echo" => event,
            "describe" => describe(&headers),
            "error" => {
                post(&format!("invocation/{id}/error"), value["document"].to_string().as_bytes());
                continue;
            }
            "exit" => std::process::exit(i32::try_from(value["code"].as_i64().unwrap()).unwrap()),
            "abort" => std::process::abort(),
            "hang" => loop {
                std::thread::park();
            },
            // Waits until the test lets it go on.
            "gate" => {
                let mut gate = TcpStream::connect(value["at"].as_str().unwrap()).unwrap();
                gate.read_exact(&mut [0]).unwrap();
                event
            }
            "huge" => {
                let size = usize::try_from(value["size"].as_u64().unwrap()).unwrap();
                let (status, _) = post(&format!("invocation/{id}/response"), &vec![b'x'; size]);
                println!("huge: {status}");
                continue;
            }
            "answer and exit" => {
                post(&format!("invocation/{id}/response"), b"\"last words\"");
                std::process::exit(1);
            }
            "wrong calls" => wrong_calls(&id),
            other => panic!("{other} is unknown"),
        };
        post(&format!("invocation/{id}/response"), &answer);
    }
}

/// Everything that the function was told, and where it runs.
fn describe(headers: &[(String, Vec<u8>)]) -> Vec<u8> {
    let headers: serde_json::Map<String, Value> =
        headers.iter().map(|(name, value)| (name.clone(), String::from_utf8_lossy(value).into())).collect();
    let environment: serde_json::Map<String, Value> =
        std::env::vars().map(|(name, value)| (name, value.into())).collect();
    let folder = std::env::current_dir().unwrap();
    json!({
        "headers": headers,
        "environment": environment,
        "folder": folder,
        "process": std::process::id(),
        "group": rustix::process::getpgrp().as_raw_nonzero(),
    })
    .to_string()
    .into_bytes()
}

/// Calls that Lambda would refuse, each with the status and the error type that came back.
fn wrong_calls(id: &str) -> Vec<u8> {
    let refused = |(headers, body): (Vec<(String, Vec<u8>)>, Vec<u8>)| {
        let body: Value = serde_json::from_slice(&body).unwrap_or_default();
        json!([header(&headers, "status"), body["errorType"]])
    };
    json!({
        "another id": refused(call("POST", "invocation/8476a536-e9f4-11e8-9739-2dfe598c3fcd/response", &[], b"1")),
        "another id, error": refused(call("POST", "invocation/x/error", &[], b"{}")),
        "next while busy": refused(call("GET", "invocation/next", &[], b"")),
        "init error after init": refused(call("POST", "init/error", &[], b"{}")),
        "a page": refused(call("POST", &format!("invocation/{id}/response"), &["Origin: http://example.com"], b"1")),
        "an image": refused(call("GET", "invocation/next", &["Sec-Fetch-Site: cross-site"], b"")),
        "another host": refused(call("GET", "invocation/next", &["Host: example.com"], b"")),
    })
    .to_string()
    .into_bytes()
}

fn post(path: &str, body: &[u8]) -> (String, Vec<u8>) {
    let (headers, body) = call("POST", path, &[], body);
    (header(&headers, "status"), body)
}

fn header(headers: &[(String, Vec<u8>)], name: &str) -> String {
    let value = headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.clone());
    String::from_utf8(value.unwrap_or_default()).unwrap()
}

/// One call on a connection of its own: the headers of the answer with the status among them, and its body.
fn call(method: &str, path: &str, headers: &[&str], body: &[u8]) -> (Vec<(String, Vec<u8>)>, Vec<u8>) {
    let endpoint = std::env::var("AWS_LAMBDA_RUNTIME_API").unwrap();
    let (address, secret) = endpoint.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let mut head = format!("{method} /{secret}{PREFIX}/{path} HTTP/1.1\r\nConnection: close\r\n");
    if !headers.iter().any(|header| header.starts_with("Host:")) {
        head += &format!("Host: {address}\r\n");
    }
    for header in headers {
        head += &format!("{header}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", body.len());
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body).unwrap();
    let mut reader = BufReader::new(stream);
    let mut line = Vec::new();
    reader.read_until(b'\n', &mut line).unwrap();
    let status = line.split(|&byte| byte == b' ').nth(1).unwrap().to_vec();
    let mut received = vec![("status".to_owned(), status)];
    loop {
        line.clear();
        reader.read_until(b'\n', &mut line).unwrap();
        let line = line.trim_ascii();
        let Some(colon) = line.iter().position(|&byte| byte == b':') else {
            break;
        };
        let (name, value) = line.split_at(colon);
        let value = value.strip_prefix(b":").unwrap().trim_ascii();
        received.push((String::from_utf8(name.to_ascii_lowercase()).unwrap(), value.to_vec()));
    }
    let mut body = Vec::new();
    reader.read_to_end(&mut body).unwrap();
    (received, body)
}
