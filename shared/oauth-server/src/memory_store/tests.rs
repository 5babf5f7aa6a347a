use super::{MAX_ITEMS, MemoryStore};
use crate::opaque::Opaque;
use crate::store::Store as _;
use crate::tests::{Setup, request};

#[tokio::test]
async fn a_full_store_makes_room_for_a_request_by_the_one_that_expires_first() {
    let setup = Setup::new();
    let request = setup.pending(&request()).await.request;
    let store = MemoryStore::with_clock(setup.clock.clone());
    let put = async |expires_at| {
        let (handle, mut request) = (Opaque::random().unwrap().hash(), (*request).clone());
        request.expires_at = expires_at;
        store.put_request(&handle, request).await.unwrap();
        handle
    };
    let until = request.expires_at;
    put(until).await;
    let first = put(until - 1).await;
    for _ in 2..MAX_ITEMS {
        put(until).await;
    }
    let last = put(until).await;
    assert!(store.request(&first).await.unwrap().is_none());
    assert!(store.request(&last).await.unwrap().is_some());
    assert_eq!(store.items().requests.len(), MAX_ITEMS);
    setup.clock.forward(600);
    put(until + 600).await;
    assert_eq!(store.items().requests.len(), 1);
}
