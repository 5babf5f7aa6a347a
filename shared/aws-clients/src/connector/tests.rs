//! Secrets Manager as it should not be. It counts the connections that are made to it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rstest::rstest;
use rustls::pki_types::PrivateKeyDer;
use rustls::{AlertDescription, ServerConfig, ServerConnection};
use secrecy::ExposeSecret as _;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::MAX_BYTES;
use crate::secrets_manager::tests::at;
use crate::{SecretError, SecretsManager};

/// Handles each connection in the way that its number, from one, says.
async fn server<F: Future<Output = ()> + Send>(
    handle: impl Fn(TcpStream, usize) -> F + Send + 'static,
) -> (SecretsManager, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = at(&format!("http://{}", listener.local_addr().unwrap()));
    let connections = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            handle(stream, count.fetch_add(1, Ordering::SeqCst) + 1).await;
        }
    });
    (client, connections)
}

async fn read_request(stream: &mut TcpStream) {
    let mut request = vec![0; 16 * 1024];
    assert_ne!(stream.read(&mut request).await.unwrap(), 0);
}

/// Answers with a secret, and closes.
async fn answer(mut stream: TcpStream, secret: impl AsRef<str>) {
    read_request(&mut stream).await;
    let body = format!(r#"{{"SecretString":"{}"}}"#, secret.as_ref());
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
    // An error means that the client has read enough.
    let _ = stream.write_all((head + &body).as_bytes()).await;
}

#[tokio::test]
async fn a_broken_connection_is_made_anew() {
    let (client, connections) = server(async |mut stream, number| match number {
        1 => read_request(&mut stream).await,
        _ => answer(stream, "PRIVATE").await,
    })
    .await;
    assert_eq!(client.text("a").await.unwrap().expose_secret(), "PRIVATE");
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn a_connection_is_made_anew_once() {
    let (client, connections) = server(async |mut stream, _| read_request(&mut stream).await).await;
    assert_eq!(client.text("a").await.unwrap_err(), SecretError::Unreachable);
    assert_eq!(connections.load(Ordering::SeqCst), 2);
}

#[rstest]
#[case::before_the_answer("")]
#[case::within_it("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{")]
#[tokio::test]
async fn a_server_that_falls_silent_is_given_up(#[case] beginning: &'static str) {
    let (client, connections) = server(async move |mut stream, _| {
        read_request(&mut stream).await;
        stream.write_all(beginning.as_bytes()).await.unwrap();
        // From now on time jumps to what is waited for next.
        tokio::time::pause();
        std::future::pending().await
    })
    .await;
    assert_eq!(client.text("a").await.unwrap_err(), SecretError::Unreachable);
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[rstest]
#[case::the_longest(MAX_BYTES, true)]
#[case::too_long(MAX_BYTES + 1, false)]
#[tokio::test]
async fn an_answer_is_read_up_to_its_bound_and_asked_for_once(#[case] bytes: usize, #[case] is_read: bool) {
    let secret = "a".repeat(bytes - r#"{"SecretString":""}"#.len());
    let (client, connections) = server(move |stream, _| answer(stream, secret.clone())).await;
    assert_eq!(client.text("a").await.is_ok(), is_read);
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_certificate_that_no_root_vouches_for_is_refused() {
    let own = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(own.signing_key.serialize_der()).unwrap();
    let tls = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![own.cert.der().clone()], key)
        .unwrap();
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let client = at(&format!("https://{}", listener.local_addr().unwrap()));
    let server = std::thread::spawn(move || {
        let mut connection = ServerConnection::new(Arc::new(tls)).unwrap();
        let handshake = connection.complete_io(&mut listener.accept().unwrap().0);
        handshake.unwrap_err().downcast::<rustls::Error>().unwrap()
    });
    assert_eq!(client.text("a").await.unwrap_err(), SecretError::Unreachable);
    assert_eq!(server.join().unwrap(), rustls::Error::AlertReceived(AlertDescription::UnknownCA));
}
