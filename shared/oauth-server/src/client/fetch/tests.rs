use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use rstest::rstest;
use serde_json::json;
use tokio::net::TcpListener;

use super::{FetchPolicy, Fetcher, Found, Lookup};
use crate::client::document::DocumentError;
use crate::tests::site::Site;

/// A name service that says what it is told to, and another thing each time.
struct Told {
    answers: Mutex<Vec<Vec<SocketAddr>>>,
    asked: AtomicUsize,
}

impl Lookup for Told {
    fn lookup(&self, _name: String) -> Found {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let answer = self.answers.lock().unwrap().pop().unwrap_or_default();
        Box::pin(async move { Ok(answer) })
    }
}

/// What the fetch brought, and how often a name was asked for.
async fn fetch(policy: FetchPolicy, url: &str, answers: Vec<Vec<SocketAddr>>) -> (Result<(), DocumentError>, usize) {
    let told = Arc::new(Told { answers: Mutex::new(answers), asked: AtomicUsize::new(0) });
    let fetcher = Fetcher::with_lookup(policy, told.clone()).unwrap();
    let outcome = fetcher.fetch(policy.admit(url).unwrap()).await.map(|_| ());
    (outcome, told.asked.load(Ordering::Relaxed))
}

/// The name is public, its address is ours: nobody connects.
#[rstest]
#[case::alone(&[])]
#[case::after_a_public_one(&["93.184.216.34:443"])]
#[tokio::test]
async fn a_name_with_an_address_that_is_not_public_is_not_connected_to(#[case] others: &[&str]) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut addresses = vec![listener.local_addr().unwrap()];
    addresses.extend(others.iter().map(|address| address.parse::<SocketAddr>().unwrap()));
    let url = "https://client.example/client.json";
    let (outcome, asked) = tokio::select! {
        fetched = fetch(FetchPolicy::public_internet(), url, vec![addresses]) => fetched,
        _ = listener.accept() => panic!("connected"),
    };
    assert_eq!(outcome, Err(DocumentError::Connection));
    assert_eq!(asked, 1);
}

#[tokio::test]
async fn a_name_without_address_is_an_error() {
    let url = "https://client.example/client.json";
    let (outcome, _) = fetch(FetchPolicy::public_internet(), url, Vec::new()).await;
    assert_eq!(outcome, Err(DocumentError::Connection));
}

/// A name that would have another address the second time is not asked a second time.
#[tokio::test]
async fn the_connection_goes_to_the_address_that_was_checked() {
    let (checked, other) = (Site::with(json!({})).await, Site::with(json!({})).await);
    // The last answer is given first.
    let answers = vec![vec![other.address()], vec![checked.address()]];
    let policy = FetchPolicy::public_internet_and_loopback();
    let (outcome, asked) = fetch(policy, "http://localhost/client.json", answers).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!((asked, checked.asked(), other.asked()), (1, 1, 0));
}

#[rstest]
#[case::public("client.example", "93.184.216.34", true, true)]
#[case::private("client.example", "10.0.0.1", false, false)]
#[case::loopback("client.example", "127.0.0.1", false, false)]
#[case::localhost("localhost", "127.0.0.1", false, true)]
#[case::localhost_6("localhost", "::1", false, true)]
#[case::localhost_elsewhere("localhost", "93.184.216.34", false, false)]
#[case::localhost_private("localhost", "192.168.0.1", false, false)]
fn an_address_is_permitted_by_the_policy(
    #[case] name: &str,
    #[case] address: IpAddr,
    #[case] in_the_cloud: bool,
    #[case] on_the_laptop: bool,
) {
    assert_eq!(FetchPolicy::public_internet().permits(name, address), in_the_cloud);
    assert_eq!(FetchPolicy::public_internet_and_loopback().permits(name, address), on_the_laptop);
}

#[rstest]
#[case::https("https://client.example/client.json", true, true)]
#[case::query("https://client.example/client.json?app=1", true, true)]
#[case::loopback("http://127.0.0.1:8080/client.json", false, true)]
#[case::loopback_6("http://[::1]:8080/client.json", false, true)]
#[case::localhost("http://localhost/client.json", false, true)]
#[case::localhost_by_https("https://localhost/client.json", false, false)]
#[case::root_label("https://localhost./client.json", false, false)]
#[case::below_localhost("https://a.localhost/client.json", false, false)]
#[case::private("http://192.168.0.1/client.json", false, false)]
#[case::name("http://client.example/client.json", false, false)]
fn a_url_is_admitted_by_the_policy(#[case] url: &str, #[case] in_the_cloud: bool, #[case] on_the_laptop: bool) {
    assert_eq!(FetchPolicy::public_internet().admit(url).is_some(), in_the_cloud);
    assert_eq!(FetchPolicy::public_internet_and_loopback().admit(url).is_some(), on_the_laptop);
}
