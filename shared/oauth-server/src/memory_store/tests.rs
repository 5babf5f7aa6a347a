use super::{MAX_ITEMS, MemoryStore};
use crate::opaque::Opaque;
use crate::store::Store as _;
use crate::tests::{Setup, request};

#[tokio::test]
async fn a_full_store_makes_room_by_what_has_expired_and_by_nothing_else() {
    let setup = Setup::new();
    let request = setup.pending(&request()).await.request;
    let store = MemoryStore::with_clock(setup.clock.clone());
    let put = async || store.put_request(&Opaque::random().unwrap().hash(), (*request).clone()).await;
    for handle in 0..MAX_ITEMS {
        put().await.unwrap_or_else(|error| panic!("{handle}: {error}"));
    }
    put().await.unwrap_err();
    setup.clock.forward(600);
    put().await.unwrap();
    assert_eq!(store.items().requests.len(), 1);
}
