//! Nobody is somebody without a token that an issuer signed as an access token, for us, for now.

#![no_main]

use std::sync::LazyLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access_token::{AccessToken, AudienceRule, DiscoveryUrl, PinnedKeys, Profile, TrustedIssuer, Verifier};
use countersign_fuzz::{Key, Token};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use tokio::runtime::{Builder, Runtime};

const AUDIENCE: &str = "https://gateway.example/mcp";

/// One of each kind, with the same key: what tells their tokens apart is the issuer alone.
const ISSUERS: &[(&str, Profile)] = &[
    ("https://acme.eu.auth0.com/", Profile::Auth0),
    ("https://cognito-idp.eu-central-1.amazonaws.com/eu-central-1_AbCdEfGhI", Profile::Cognito),
    ("https://login.microsoftonline.com/6f1c1f5e-5b0c-4f51-9d0e-0c8c5c1f9a11/v2.0", Profile::Entra),
    ("https://login.example", Profile::Generic),
    ("https://id.example/realms/acme", Profile::Keycloak),
    ("https://acme.okta.com/oauth2/default", Profile::Okta),
    ("https://sign-in.example", Profile::SignIn),
];

struct World {
    key: Key,
    verifier: Verifier,
    runtime: Runtime,
    genuine: String,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let key = Key::generate();
    let trusted = ISSUERS.iter().map(|(issuer, profile)| {
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let keys = json!({"issuer": issuer, "keys": [key.public_jwk()]}).to_string();
        TrustedIssuer::new(DiscoveryUrl::parse(&url)?, *profile)?.with_pinned_keys(PinnedKeys::parse(&keys)?)
    });
    let verifier = Verifier::new(trusted.collect::<Result<_, _>>().expect("issuers")).expect("a verifier");
    let claims = json!({
        "iss": "https://login.example", "sub": "alice", "aud": AUDIENCE, "client_id": "assistant", "scope": "tools",
        "iat": now(), "exp": now() + 24 * 60 * 60,
    });
    let genuine = key.sign(r#"{"alg":"EdDSA","typ":"at+jwt","kid":"current"}"#, &claims.to_string());
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    World { key, verifier, runtime, genuine }
});

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs()
}

fuzz_target!(|input: &str| {
    let World { key, verifier, runtime, genuine } = &*WORLD;
    let (begin, end) = (now().to_string(), (now() + 600).to_string());
    let token = Token::read(input, key, genuine, &[("$NOW", &begin), ("$SOON", &end)]);
    let credentials = match &token {
        Token::Forged(text) => text.clone(),
        Token::Signed { text, .. } => format!("Bearer {text}"),
    };
    let Ok(credentials) = AccessToken::from_authorization(&credentials) else { return };
    let rule = AudienceRule::accept([AUDIENCE]).or_without_audience_from(["assistant"]);
    let Ok(claims) = runtime.block_on(verifier.verify(&credentials, &rule, Duration::ZERO)) else { return };

    let (header, payload) = match token {
        Token::Forged(text) => return assert_eq!(text.split_once(' ').map(|(_, token)| token), Some(genuine.as_str())),
        Token::Signed { header, payload, .. } => (header, payload),
    };
    let [header, payload] = [header, payload].map(|text| serde_json::from_str::<Value>(&text).expect("JSON"));
    assert_eq!((&header["alg"], &header["kid"]), (&json!("EdDSA"), &json!("current")));
    assert!(["b64", "crit", "zip"].iter().all(|extension| header.get(extension).is_none()));
    let (_, profile) = ISSUERS.iter().find(|(issuer, _)| payload["iss"] == *issuer).expect("a trusted issuer");
    assert_eq!(payload["iss"], claims.issuer());
    assert!(!claims.subject().is_empty());
    match &payload["aud"] {
        Value::Array(all) => assert!(all.contains(&AUDIENCE.into())),
        Value::Null => assert!(*profile == Profile::Cognito && claims.client_id() == Some("assistant")),
        one => assert_eq!(one, AUDIENCE),
    }
    // The clock goes on while the token is verified.
    let (issued, expires) = (payload["iat"].as_u64().expect("iat"), payload["exp"].as_u64().expect("exp"));
    assert!(issued <= now() + 60 && now() < expires + 120 && expires <= issued + 25 * 60 * 60);
    assert!(claims.client_id().is_some_and(|client| client != claims.subject()), "a person, through a client");
    // The others have a claim of their own that tells an ID token.
    if !matches!(profile, Profile::Cognito | Profile::Keycloak | Profile::SignIn) {
        assert!(["nonce", "at_hash", "c_hash"].iter().all(|mark| payload.get(mark).is_none()), "an ID token");
    }
});
