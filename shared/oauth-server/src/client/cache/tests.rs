use std::sync::Arc;

use serde_json::json;

use super::{AT_ONCE, Documents, MAX_KEPT};
use crate::client::FetchPolicy;
use crate::client::document::DocumentError;
use crate::tests::site::Site;
use crate::tests::{Setup, TestClock};

fn documents() -> (Arc<Documents>, Arc<TestClock>) {
    let clock = Setup::new().clock;
    (Arc::new(Documents::new(FetchPolicy::public_internet_and_loopback(), clock.clone()).unwrap()), clock)
}

/// Asks while every turn is taken by others; the time is made to pass.
async fn starved(documents: &Arc<Documents>, url: &str) -> Result<(), DocumentError> {
    let taken = documents.permits.acquire_many(u32::try_from(AT_ONCE).unwrap()).await.unwrap();
    tokio::time::pause();
    let found = documents.find(url).await;
    tokio::time::resume();
    drop(taken);
    found.map(|_| ())
}

#[tokio::test]
async fn that_a_turn_did_not_come_is_not_remembered() {
    let ((documents, _), site) = (documents(), Site::with(json!({})).await);
    assert_eq!(starved(&documents, &site.url).await, Err(DocumentError::Busy));
    assert_eq!(site.asked(), 0);
    assert!(documents.find(&site.url).await.is_ok());
    assert_eq!(site.asked(), 1);
}

#[tokio::test]
async fn a_good_document_stands_in_while_its_turn_does_not_come() {
    let ((documents, clock), site) = (documents(), Site::with(json!({})).await);
    assert!(documents.find(&site.url).await.is_ok());
    clock.forward(3_600);
    assert_eq!(starved(&documents, &site.url).await, Ok(()));
    assert_eq!(site.asked(), 1);
    clock.forward(30);
    assert!(documents.find(&site.url).await.is_ok());
    assert_eq!(site.asked(), 2);
}

/// Nothing listens on port 1: such documents cost a stranger nothing.
#[tokio::test]
async fn failures_make_room_for_one_another_before_a_good_document_must() {
    let ((documents, _), site) = (documents(), Site::with(json!({})).await);
    assert!(documents.find(&site.url).await.is_ok());
    for number in 0..2 * MAX_KEPT {
        let failed = documents.find(&format!("http://127.0.0.1:1/{number}")).await;
        assert_eq!(failed.err(), Some(DocumentError::Connection));
    }
    assert_eq!(documents.slots.lock().unwrap().len(), MAX_KEPT);
    assert!(documents.find(&site.url).await.is_ok());
    assert_eq!(site.asked(), 1);
}
