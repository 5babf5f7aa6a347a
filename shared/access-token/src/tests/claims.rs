use std::time::SystemTime;

use rstest::rstest;
use serde_json::{Value, json};

use super::provider::Provider;
use super::signer::Signer;
use super::{AUDIENCE, BUDGET, KEY, NOW, Setup, trusted};
use crate::{AccessToken, AudienceRule, Profile, Rejection, Verifier};

#[tokio::test]
async fn claims_say_what_the_token_says() {
    let setup = Setup::new().await;
    let token = setup.token(json!({
        "groups": ["staff", "admins"], "name": "Alice Ames", "email": "alice@example.com", "jti": "t-1",
        "auth_time": NOW - 30, "tenant": {"id": 7},
    }));
    let claims = setup.verify(&token).await.unwrap();
    assert_eq!(claims.issuer(), setup.provider.issuer());
    assert_eq!(claims.subject(), "user-1");
    assert_eq!(claims.client_id(), Some("assistant"));
    assert_eq!(claims.audience(), [AUDIENCE]);
    assert!(claims.scopes().iter().eq(["tools:read", "tools:write"]));
    assert_eq!(claims.groups(), ["staff", "admins"]);
    assert_eq!(claims.name(), Some("Alice Ames"));
    assert_eq!(claims.email(), Some("alice@example.com"));
    assert_eq!(claims.token_id(), Some("t-1"));
    assert_eq!(claims.issued_at(), NOW - 10);
    assert_eq!(claims.expires_at(), NOW + 3600);
    assert_eq!(claims.authenticated_at(), Some(NOW - 30));
    assert_eq!(claims.claim("tenant"), Some(&json!({"id": 7})));
    assert_eq!(claims.claim("absent"), None);
}

#[tokio::test]
async fn what_the_token_does_not_say_is_not_there() {
    let setup = Setup::new().await;
    let token = setup.token(json!({"scope": null, "groups": null, "sid": null, "jti": null}));
    let claims = setup.verify(&token).await.unwrap();
    assert!(claims.scopes().is_empty() && claims.groups().is_empty());
    assert_eq!((claims.name(), claims.email(), claims.token_id()), (None, None, None));
    assert_eq!((claims.session_id(), claims.directory_id()), (None, None));
    assert_eq!(claims.authenticated_at(), None);
}

#[rstest]
#[case::text(json!({"scope": "a b"}), &["a", "b"])]
#[case::spaces(json!({"scope": "  b   a "}), &["a", "b"])]
#[case::repeated(json!({"scope": "a a"}), &["a"])]
#[case::empty(json!({"scope": ""}), &[])]
#[case::case_counts(json!({"scope": "A a"}), &["A", "a"])]
#[case::scp_text(json!({"scope": null, "scp": "a b"}), &["a", "b"])]
#[case::scp_array(json!({"scope": null, "scp": ["a", "b"]}), &["a", "b"])]
#[case::scope_before_scp(json!({"scope": "a", "scp": ["b"]}), &["a"])]
#[tokio::test]
async fn scopes_are_whole_words(#[case] changes: Value, #[case] expected: &[&str]) {
    let setup = Setup::new().await;
    let claims = setup.verify(&setup.token(changes)).await.unwrap();
    assert!(claims.scopes().iter().eq(expected));
}

#[rstest]
#[case::unsaid(json!({}), true)]
#[case::verified(json!({"email_verified": true}), true)]
#[case::verified_as_cognito_writes_it(json!({"email_verified": "true"}), true)]
#[case::unverified(json!({"email_verified": false}), false)]
#[case::unverified_text(json!({"email_verified": "false"}), false)]
#[case::nonsense(json!({"email_verified": 1}), false)]
#[tokio::test]
async fn an_address_that_is_not_verified_is_not_shown(#[case] mut changes: Value, #[case] shown: bool) {
    let setup = Setup::new().await;
    changes["email"] = "alice@example.com".into();
    let claims = setup.verify(&setup.token(changes)).await.unwrap();
    assert_eq!(claims.email().is_some(), shown);
}

#[rstest]
#[case::groups_text("groups", json!("admins"))]
#[case::groups_mixed("groups", json!(["admins", 7]))]
#[case::jti("jti", json!(7))]
#[case::auth_time("auth_time", json!("yesterday"))]
#[tokio::test]
async fn a_mistyped_claim_is_not_an_absent_one(#[case] name: &'static str, #[case] value: Value) {
    let setup = Setup::new().await;
    let token = setup.token(json!({name: value}));
    setup.refuses(&token, Rejection::MalformedClaim(name), 1).await;
}

#[tokio::test]
async fn an_issuer_that_ends_in_a_slash_is_trusted_with_the_slash_only() {
    let setup = Setup::new().await;
    let with_slash = format!("{}/", setup.provider.issuer());
    setup.provider.announce(&with_slash, setup.provider.jwks_uri());
    let claims = setup.verify(&setup.token(json!({"iss": with_slash}))).await.unwrap();
    assert_eq!(claims.issuer(), with_slash);
    setup.refuses(&setup.token(json!({})), Rejection::UnknownIssuer, 1).await;
}

#[tokio::test]
async fn two_trusted_issuers_each_sign_for_themselves() {
    let (signer, other_signer) = (Signer::ed25519(), Signer::ed25519());
    let provider = Provider::start(&[signer.jwk(KEY)]).await;
    let other = Provider::start(&[other_signer.jwk(KEY)]).await;
    let both = vec![trusted(&provider, Profile::Generic), trusted(&other, Profile::Generic)];
    let verifier = Verifier::new(both).unwrap();
    verifier.prefetch(BUDGET).await;

    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let verify = async |issuer: &str, signer: &Signer| {
        let header = json!({"alg": "EdDSA", "kid": KEY});
        let claims = json!({"iss": issuer, "sub": "a", "client_id": "b", "aud": AUDIENCE, "iat": now, "exp": now + 60});
        let token = signer.sign(header.to_string(), claims.to_string());
        let token = AccessToken::from_authorization(&format!("Bearer {token}")).unwrap();
        let outcome = verifier.verify(&token, &AudienceRule::accept([AUDIENCE]), BUDGET).await;
        outcome.map(|claims| claims.issuer().to_owned())
    };
    let (first, second) = (provider.issuer(), other.issuer());
    assert_eq!(verify(first, &signer).await.as_deref(), Ok(first));
    assert_eq!(verify(second, &other_signer).await.as_deref(), Ok(second));
}
