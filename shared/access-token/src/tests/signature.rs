use rstest::rstest;
use serde_json::json;

use super::Setup;
use super::signer::Signer;
use crate::Profile;

#[rstest]
#[case::eddsa(Signer::ed25519())]
#[case::es256(Signer::p256())]
#[case::ps256(Signer::ps256())]
#[case::rs256(Signer::rs256())]
#[tokio::test]
async fn each_algorithm_verifies_and_the_key_is_kept(#[case] signer: Signer) {
    let setup = Setup::with(Profile::Generic, signer).await;
    for _ in 0..3 {
        setup.verify(&setup.token(json!({}))).await.unwrap();
    }
    assert_eq!(setup.provider.fetches(), (1, 1));
}
