//! Keys are asked for where their provider documents them, before it has said so itself. Only what it says counts.

use rstest::rstest;
use serde_json::json;

use super::good_claims::issuer_path;
use super::provider::{Answer, Provider};
use super::signer::Signer;
use super::{BUDGET, KEY, Setup, trusted};
use crate::{Profile, Rejection};

/// A provider with one key where its documentation says, of which the verifier has read nothing yet.
async fn setup(profile: Profile) -> Setup {
    let path = issuer_path(profile);
    let keys_path = match profile {
        Profile::Entra => path.replace("v2.0", "discovery/v2.0/keys"),
        Profile::Keycloak => format!("{path}/protocol/openid-connect/certs"),
        Profile::Okta => format!("{path}/v1/keys"),
        _ => format!("{path}/.well-known/jwks.json"),
    };
    let signer = Signer::ed25519();
    let provider = Provider::start_with_keys_at(&path, &keys_path, &[signer.jwk(KEY)]).await;
    Setup::of(provider, signer, |provider| trusted(provider, profile))
}

#[rstest]
#[case(Profile::Auth0)]
#[case(Profile::Cognito)]
#[case(Profile::Entra)]
#[case(Profile::Keycloak)]
#[case(Profile::Okta)]
#[tokio::test]
async fn discovery_and_keys_are_asked_for_at_once(#[case] profile: Profile) {
    let setup = setup(profile).await;
    setup.provider.hold_discovery();
    let answered_once_asked_for_keys = async {
        setup.provider.asked().await;
        setup.provider.release_discovery();
    };
    tokio::join!(setup.verifier.prefetch(BUDGET), answered_once_asked_for_keys);
    setup.verify(&setup.token(json!({}))).await.unwrap();
    assert_eq!(setup.provider.fetches(), (1, 1));
}

#[tokio::test]
async fn keys_that_the_issuer_does_not_name_do_not_count() {
    let setup = setup(Profile::Cognito).await;
    let named = Signer::ed25519();
    let elsewhere = Provider::start(&[named.jwk("key-2")]).await;
    setup.provider.announce(setup.provider.issuer(), elsewhere.jwks_uri());
    assert_eq!(setup.verify(&setup.token(json!({}))).await.unwrap_err(), Rejection::UnknownKey);
    let token = named.sign(setup.header(json!({"kid": "key-2"})).to_string(), setup.claims(json!({})).to_string());
    setup.verify(&token).await.unwrap();
    assert_eq!((setup.provider.fetches(), elsewhere.fetches()), ((1, 1), (0, 1)));
}

#[tokio::test]
async fn keys_do_not_count_while_the_issuer_names_none() {
    let setup = setup(Profile::Cognito).await;
    setup.provider.answer_discovery(Answer::Status(503));
    setup.refuses(&setup.token(json!({})), Rejection::KeysUnavailable, 1).await;
}

#[rstest]
#[case::failing(Answer::Status(503))]
#[case::not_a_set(Answer::Body("{}".to_owned()))]
#[case::leading_elsewhere(Answer::Redirect("https://attacker.example/keys".to_owned()))]
#[tokio::test]
async fn what_is_where_the_keys_were_expected_harms_nobody_who_has_them_elsewhere(#[case] answer: Answer) {
    let setup = setup(Profile::Cognito).await;
    setup.provider.answer_keys(answer);
    let elsewhere = Provider::start(&[setup.signer.jwk(KEY)]).await;
    setup.provider.announce(setup.provider.issuer(), elsewhere.jwks_uri());
    setup.verify(&setup.token(json!({}))).await.unwrap();
}
