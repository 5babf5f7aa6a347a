use aws_lc_rs::hmac;
use rstest::rstest;
use serde_json::json;

use super::provider::Provider;
use super::signer::{Signer, base64url};
use super::{KEY, Setup};
use crate::{Profile, Rejection};

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

#[rstest]
#[case::eddsa(Signer::ed25519(), Signer::ed25519())]
#[case::es256(Signer::p256(), Signer::p256())]
#[tokio::test]
async fn another_key_of_the_same_name_does_not_verify(#[case] signer: Signer, #[case] forger: Signer) {
    let setup = Setup::with(Profile::Generic, signer).await;
    let forged = forger.sign(&setup.header(json!({})).to_string(), &setup.claims(json!({})).to_string());
    setup.refuses(&forged, Rejection::InvalidSignature, 1).await;
}

#[rstest]
#[case::eddsa(Signer::ed25519())]
#[case::es256(Signer::p256())]
#[case::ps256(Signer::ps256())]
#[case::rs256(Signer::rs256())]
#[tokio::test]
async fn an_altered_token_does_not_verify(#[case] signer: Signer) {
    let setup = Setup::with(Profile::Generic, signer).await;
    let token = setup.token(json!({}));
    let parts: Vec<&str> = token.split('.').collect();
    let header = base64url(setup.header(json!({"typ": "at+jwt"})).to_string());
    let claims = base64url(setup.claims(json!({"sub": "admin"})).to_string());
    let other_signature = setup.token(json!({"sub": "somebody"}));
    let other_signature = other_signature.rsplit('.').next().unwrap();
    let mut flipped = parts[2].to_owned();
    flipped.replace_range(..1, if flipped.starts_with('A') { "B" } else { "A" });
    let shortened = &parts[2][..parts[2].len() - 4];
    for altered in [
        [&header, parts[1], parts[2]],
        [parts[0], &claims, parts[2]],
        [parts[0], parts[1], &flipped],
        [parts[0], parts[1], shortened],
        [parts[0], parts[1], &format!("AAAA{}", parts[2])],
        [parts[0], parts[1], &format!("{shortened}AAAA")],
        [parts[0], parts[1], other_signature],
        [parts[0], parts[1], ""],
    ] {
        // The last four characters may break base64url, which is a refusal of its own.
        let refused = setup.verify(&altered.join(".")).await.unwrap_err();
        assert!(matches!(refused, Rejection::InvalidSignature | Rejection::MalformedToken), "{refused}");
    }
    setup.verify(&token).await.unwrap();
}

/// CVE-2022-21449: r = s = 0 verified everything. And the range of r and s (FIPS 186-5 §6.4.2).
#[rstest]
#[case::zeros([0; 64])]
#[case::ones([0xff; 64])]
#[tokio::test]
async fn an_ecdsa_signature_is_within_its_range(#[case] signature: [u8; 64]) {
    let setup = Setup::with(Profile::Generic, Signer::p256()).await;
    let token = setup.token(json!({}));
    let (message, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{message}.{}", base64url(signature));
    setup.refuses(&forged, Rejection::InvalidSignature, 1).await;
}

#[tokio::test]
async fn an_ecdsa_signature_is_not_in_asn1() {
    let setup = Setup::with(Profile::Generic, Signer::p256()).await;
    let token = setup.token(json!({}));
    let (message, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{message}.{}", base64url(setup.signer.asn1_signature(message.as_bytes())));
    setup.refuses(&forged, Rejection::InvalidSignature, 1).await;
}

/// CVE-2015-9235 and its kin: the public key taken for a shared secret.
#[rstest]
#[case::rsa(Signer::rs256())]
#[case::ed25519(Signer::ed25519())]
#[tokio::test]
async fn a_public_key_is_no_shared_secret(#[case] signer: Signer) {
    let setup = Setup::with(Profile::Generic, signer).await;
    setup.verify(&setup.token(json!({}))).await.unwrap();
    let jwk = setup.signer.jwk(KEY).to_string().into_bytes();
    for (secret, algorithm) in [(setup.signer.public_key(), "HS256"), (jwk, "HS256"), (vec![], "HS256")] {
        let unsigned = setup.token_with_header(json!({"alg": algorithm}));
        let (message, _) = unsigned.rsplit_once('.').unwrap();
        let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &secret), message.as_bytes());
        let forged = format!("{message}.{}", base64url(tag));
        setup.refuses(&forged, Rejection::AlgorithmNotAllowed, 1).await;
    }
}

/// The key decides the algorithm (RFC 8725 §3.1): its type first, then its own `alg`.
#[rstest]
#[case::type_of_key(Signer::ed25519(), "RS256")]
#[case::curve(Signer::p256(), "EdDSA")]
#[case::padding(Signer::rs256(), "PS256")]
#[case::padding_reversed(Signer::ps256(), "RS256")]
#[tokio::test]
async fn the_algorithm_is_that_of_the_key(#[case] signer: Signer, #[case] algorithm: &str) {
    let setup = Setup::with(Profile::Generic, signer).await;
    let token = setup.token_with_header(json!({"alg": algorithm}));
    setup.refuses(&token, Rejection::AlgorithmMismatch, 1).await;
}

/// The signature is good, by the right key; only the algorithm is not the one that the key is published for.
#[tokio::test]
async fn a_good_signature_in_another_algorithm_of_the_key_is_refused() {
    let mut setup = Setup::with(Profile::Generic, Signer::rs256()).await;
    setup.signer = Signer::ps256();
    setup.refuses(&setup.token(json!({})), Rejection::AlgorithmMismatch, 1).await;
}

/// CVE-2018-0114: the token brings its own key.
#[tokio::test]
async fn a_key_in_the_header_is_never_looked_at() {
    let setup = Setup::new().await;
    let forger = Signer::ed25519();
    let theirs = Provider::start(&[forger.jwk(KEY)]).await;
    let header = setup.header(json!({
        "jwk": forger.jwk(KEY), "jku": theirs.jwks_uri(), "x5u": theirs.jwks_uri(), "x5c": ["MIIB"],
    }));
    let claims = setup.claims(json!({}));
    let forged = forger.sign(&header.to_string(), &claims.to_string());
    setup.refuses(&forged, Rejection::InvalidSignature, 1).await;
    assert_eq!(theirs.fetches(), (0, 0));
    // They are ignored, not obeyed and not refused: some providers send `x5c`-like members with every token.
    setup.verify(&setup.sign(&header, &claims)).await.unwrap();
}
