use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rstest::rstest;
use serde_json::{Value, json};

use super::signer::{Signer, base64url};
use super::{KEY, Setup, merge};
use crate::algorithm::Algorithm;
use crate::jwk::Key;
use crate::{Profile, Rejection};

const RSA_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL\
    -yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WT\
    BEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDT\
    W9gb54h4FRWyuXpoQ";

/// Texts that others signed, so that two mistakes of ours cannot hide each other.
#[rstest]
#[case::rfc_7515_a_2(
    json!({"kty": "RSA", "n": RSA_N, "e": "AQAB", "alg": "RS256"}),
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl\
        fQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9C\
        UAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO\
        --xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_\
        IoypGlUPQGe77Rw",
)]
#[case::rfc_7515_a_3(
    json!({
        "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    }),
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl\
        fQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
)]
#[case::rfc_8037_a_4(
    json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}),
    "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4\
        iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
)]
fn the_examples_of_the_standards_verify(#[case] mut jwk: Value, #[case] token: &str) {
    jwk["kid"] = KEY.into();
    let keys = Key::from_jwk(&jwk);
    let (message, signature) = token.rsplit_once('.').unwrap();
    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    assert_eq!(keys.len(), 1);
    keys[0].verify(message.as_bytes(), &signature).unwrap();
    assert_eq!(keys[0].verify(b"altered", &signature), Err(Rejection::InvalidSignature));
}

#[rstest]
#[case::rsa(json!({"kty": "RSA", "n": RSA_N, "e": "AQAB"}), &[Algorithm::Rs256, Algorithm::Ps256])]
#[case::narrowed(json!({"kty": "RSA", "n": RSA_N, "e": "AQAB", "alg": "PS256"}), &[Algorithm::Ps256])]
#[case::foreign(json!({"kty": "RSA", "n": RSA_N, "e": "AQAB", "alg": "ES256"}), &[])]
#[case::longer_hash(json!({"kty": "RSA", "n": RSA_N, "e": "AQAB", "alg": "RS512"}), &[])]
#[case::mistyped(json!({"kty": "RSA", "n": RSA_N, "e": "AQAB", "alg": ["RS256"]}), &[])]
fn the_type_of_a_key_and_its_alg_decide(#[case] mut jwk: Value, #[case] expected: &[Algorithm]) {
    jwk["kid"] = KEY.into();
    let algorithms: Vec<_> = Key::from_jwk(&jwk).iter().map(|key| key.algorithm).collect();
    assert_eq!(algorithms, expected);
}

/// The key would verify the token but for the one change.
#[rstest]
#[case::use_mistyped(Signer::rs256(), json!({"use": ["sig"]}))]
#[case::no_operations(Signer::rs256(), json!({"key_ops": []}))]
#[case::operations_mistyped(Signer::rs256(), json!({"key_ops": "verify"}))]
#[case::no_name(Signer::rs256(), json!({"kid": null}))]
#[case::empty_name(Signer::rs256(), json!({"kid": ""}))]
#[case::no_type(Signer::rs256(), json!({"kty": null}))]
#[case::type_in_lower_case(Signer::rs256(), json!({"kty": "rsa"}))]
#[case::symmetric(Signer::rs256(), json!({"kty": "oct", "k": "AAAA"}))]
#[case::exponent_even(Signer::rs256(), json!({"e": "AQAA"}))]
#[case::exponent_empty(Signer::rs256(), json!({"e": ""}))]
#[case::exponent_long(Signer::rs256(), json!({"e": "AQAAAAE"}))]
#[case::exponent_with_leading_zero(Signer::rs256(), json!({"e": "AAEAAQ"}))]
#[case::modulus_of_8200_bits(Signer::rs256(), json!({"n": base64url([0xff; 1025])}))]
#[case::modulus_even(Signer::rs256(), json!({"n": base64url([0xfe; 256])}))]
#[case::modulus_empty(Signer::rs256(), json!({"n": ""}))]
#[case::modulus_with_leading_zero(Signer::rs256(), json!({"n": base64url([&[0][..], &[0xff; 256]].concat())}))]
#[case::modulus_with_padding(Signer::rs256(), json!({"n": format!("{}=", base64url([0xff; 256]))}))]
#[case::other_curve(Signer::p256(), json!({"crv": "P-384"}))]
#[case::no_curve(Signer::p256(), json!({"crv": null}))]
#[case::not_on_the_curve(Signer::p256(), json!({"y": base64url([1; 32])}))]
#[case::short_coordinate(Signer::p256(), json!({"x": base64url([1; 31])}))]
#[case::long_coordinate(Signer::p256(), json!({"x": base64url([0; 33])}))]
#[case::no_second_coordinate(Signer::p256(), json!({"y": null}))]
#[case::exchange_curve(Signer::ed25519(), json!({"crv": "X25519"}))]
#[case::other_edwards_curve(Signer::ed25519(), json!({"crv": "Ed448"}))]
#[case::short_key(Signer::ed25519(), json!({"x": base64url([1; 31])}))]
#[case::empty_key(Signer::ed25519(), json!({"x": base64url([0; 32])}))]
#[case::der_key(Signer::ed25519(), json!({"x": base64url([48; 44])}))]
#[tokio::test]
async fn a_key_that_must_not_verify_is_left_out_and_the_others_stay(#[case] signer: Signer, #[case] change: Value) {
    let setup = Setup::with(Profile::Generic, signer).await;
    let neighbour = Signer::ed25519();
    let mut jwk = setup.signer.jwk(KEY);
    merge(&mut jwk, change);
    setup.provider.publish(&[json!("not a key"), jwk, neighbour.jwk("neighbour")]);
    setup.refuses(&setup.token(json!({})), Rejection::UnknownKey, 1).await;

    let header = json!({"alg": "EdDSA", "kid": "neighbour"});
    let token = neighbour.sign(header.to_string(), setup.claims(json!({})).to_string());
    setup.verify(&token).await.unwrap();
}

/// Under the neutral element this signature is that of every message; under the others it is that of many.
#[rstest]
#[case::order_1("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[case::order_2("7P_______________________________________38")]
#[case::order_4("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
#[case::order_4_negative("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIA")]
#[case::order_8("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_AU")]
#[case::order_8_negative("JuiVj8KyJ7BFw_SJ8u-Y8NXfrAXTxjM5sTgCiG1T_IU")]
#[case::other_order_8("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA3o")]
#[case::other_order_8_negative("xxdqcD1N2E-6PAt2DRBnDyogU_osOczGTsf9d5KsA_o")]
#[tokio::test]
async fn a_key_under_which_anybody_can_sign_is_left_out(#[case] x: &str) {
    let setup = Setup::new().await;
    let mut jwk = setup.signer.jwk(KEY);
    jwk["x"] = x.into();
    setup.provider.publish(&[jwk]);
    let mut signature = [0; 64];
    signature[0] = 1;
    for number in 0..50 {
        let token = setup.token(json!({"jti": number.to_string()}));
        let (message, _) = token.rsplit_once('.').unwrap();
        setup.refuses(&format!("{message}.{}", base64url(signature)), Rejection::UnknownKey, 1).await;
    }
}

#[rstest]
#[case::plain(json!({}))]
#[case::no_use(json!({"use": null}))]
#[case::no_alg(json!({"alg": null}))]
#[case::operations(json!({"key_ops": ["verify"]}))]
#[case::certificate(json!({"x5c": ["MIIB"], "x5t": "abc"}))]
#[tokio::test]
async fn a_key_for_signatures_verifies(#[case] change: Value) {
    let setup = Setup::with(Profile::Generic, Signer::rs256()).await;
    let mut jwk = setup.signer.jwk(KEY);
    merge(&mut jwk, change);
    setup.provider.publish(&[jwk]);
    setup.verify(&setup.token(json!({}))).await.unwrap();
}

#[tokio::test]
async fn two_keys_of_one_name_are_none() {
    let setup = Setup::new().await;
    let other = Signer::ed25519();
    setup.provider.publish(&[setup.signer.jwk(KEY), other.jwk(KEY)]);
    setup.refuses(&setup.token(json!({})), Rejection::UnknownKey, 1).await;
}

/// RFC 7517 §4.5 has this as its example of one name for two keys.
#[tokio::test]
async fn keys_of_different_types_may_share_a_name() {
    let setup = Setup::new().await;
    setup.provider.publish(&[setup.signer.jwk(KEY), Signer::rs256().jwk(KEY)]);
    setup.verify(&setup.token(json!({}))).await.unwrap();
}
