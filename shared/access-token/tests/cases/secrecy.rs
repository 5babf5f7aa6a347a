//! What is shown, and what is logged at the highest level, holds no fragment of what others wrote: not of a token, good or
//! not, and not of what a provider answers. The other cases look for their own credentials, too.

use access_token::{AccessToken, DiscoveryUrl, PinnedKeys, Profile, TrustedIssuer, Verifier};
use aws_lc_rs::rand;
use libtest_mimic::{Failed, Trial};
use log_capture::{Log, Secrets};
use serde_json::{Value, json};
use tokio::runtime::Builder;

use crate::good_claims::merge;
use crate::provider::{Answer, Wire};
use crate::signer::{Signer, base64url};
use crate::world::{BUDGET, KEY, World, ours, resigned, verify};

pub(crate) fn trials() -> Vec<Trial> {
    fn trial(name: &str, check: impl AsyncFnOnce(&'static str) -> Shown + Send + 'static) -> Trial {
        Trial::test(format!("secrecy::{name}"), move || {
            // Not known before, so that nothing can have been made to please it.
            let mut random = [0; 18];
            rand::fill(&mut random).unwrap();
            let marker = &*base64url(random).leak();
            Builder::new_current_thread().enable_all().build().unwrap().block_on(check(marker)).judge(marker)
        })
    }
    vec![
        trial("nothing_shown_holds_any_part_of_a_good_token", good_token),
        trial("no_refusal_holds_any_part_of_a_token", refused_tokens),
        trial("no_failure_of_a_provider_shows_what_it_answered", answers),
        trial("no_configuration_error_holds_what_was_configured", configuration),
    ]
}

/// What was shown, and what of it must not be.
#[derive(Default)]
struct Shown {
    text: String,
    secrets: Secrets,
    /// What the log must tell the operator all the same.
    expected: Vec<String>,
}

impl Shown {
    fn judge(mut self, marker: &str) -> Result<(), Failed> {
        self.secrets.add(marker);
        if let Some(fragment) = self.secrets.first_in(&self.text) {
            return Err(format!("{fragment} is in {}", self.text).into());
        }
        match self.expected.iter().find(|expected| !self.text.contains(*expected)) {
            Some(absent) => Err(format!("{absent} is not in {}", self.text).into()),
            None => Ok(()),
        }
    }

    async fn refused(&mut self, verifier: &Verifier, credentials: &str) {
        self.secrets.add_words_of(credentials);
        let error = verify(verifier, &ours(), credentials).await.unwrap_err();
        self.text += &format!("{error} {error:?} {}\n", error.reason());
    }
}

/// All the claims that may hold any text.
fn marked_claims(marker: &str) -> Value {
    json!({
        "sub": marker, "client_id": marker, "scope": marker, "groups": [marker], "name": marker, "email": marker,
        "jti": marker, "sid": marker, marker: {marker: [marker]},
    })
}

async fn good_token(marker: &'static str) -> Shown {
    let (mut shown, log) = (Shown::default(), Log::capture());
    let world = World::of(Profile::Generic, Signer::ed25519()).await;
    world.provider.publish(&[world.signer.jwk(marker)]);
    let verifier = world.verifier();
    let mut claims = marked_claims(marker);
    claims["client_id"] = "assistant".into();
    let token = world.token(json!({"kid": marker, "jku": marker, marker: marker}), claims);
    shown.secrets.add_words_of(&token);
    let token = AccessToken::from_authorization(&format!("Bearer {token}")).unwrap();
    let claims = verifier.verify(&token, &ours(), BUDGET).await.unwrap();
    shown.text = format!("{claims:?} {claims:#?} {token:?} {token:#?} {verifier:?} {verifier:#?} {}", log.text());
    shown
}

async fn refused_tokens(marker: &'static str) -> Shown {
    let (mut shown, log) = (Shown::default(), Log::capture());
    let world = World::of(Profile::Generic, Signer::ed25519()).await;
    let verifier = world.verifier();
    for scheme in [marker, &format!("Bearer {marker},"), &format!("Bearer {marker}"), &format!("Bearer {marker}."), ""]
    {
        shown.refused(&verifier, &format!("{scheme} {}", world.good())).await;
        shown.refused(&verifier, &format!("{scheme}{marker}{}", world.good())).await;
    }
    for name in ["alg", "typ", "kid", "crit", "b64", "zip"] {
        shown.refused(&verifier, &format!("Bearer {}", world.token(json!({name: marker}), json!({})))).await;
    }
    for name in
        ["iss", "aud", "exp", "nbf", "iat", "groups", "auth_time", "token_use", "nonce", "idtyp", "_claim_names"]
    {
        shown.refused(&verifier, &format!("Bearer {}", world.token(json!({}), json!({name: marker})))).await;
        let listed = world.token(json!({}), json!({name: [{marker: marker}]}));
        shown.refused(&verifier, &format!("Bearer {listed}")).await;
    }
    // Marked all over, and refused at one step after the other.
    let marked = |header: Value, changes: Value| {
        let mut claims = world.claims(marked_claims(marker));
        merge(&mut claims, changes);
        let mut all = world.header(json!({"jku": marker, "x5u": marker, "x5c": [marker], "jwk": {marker: marker}}));
        merge(&mut all, header);
        (all.to_string(), claims.to_string())
    };
    let forged = |(header, claims): (String, String)| world.strangers_key.sign(header, claims);
    let signed = |(header, claims): (String, String)| world.signer.sign(header, claims);
    for token in [
        signed(marked(json!({"kid": null}), json!({}))),
        signed(marked(json!({}), json!({"iss": "https://a.example"}))),
        signed(marked(json!({}), json!({"exp": 1}))),
        signed(marked(json!({"kid": "key-2"}), json!({}))),
        forged(marked(json!({}), json!({}))),
        resigned(&signed(marked(json!({}), json!({}))), |signature| *signature = marker.into()),
        signed(marked(json!({}), json!({"groups": 1}))),
        signed(marked(json!({}), json!({"aud": marker}))),
        signed(marked(json!({}), json!({"sub": "a", "client_id": "a"}))),
        world.signer.sign(world.header(json!({})).to_string(), format!(r#"{{"{marker}":1,"{marker}":1}}"#)),
    ] {
        shown.refused(&verifier, &format!("Bearer {token}")).await;
    }
    shown.text += &log.text();
    shown
}

/// The body may be anything, also what a provider should not have sent. The operator needs the reason all the same.
async fn answers(marker: &'static str) -> Shown {
    let (mut shown, log) = (Shown::default(), Log::capture());
    let world = World::of(Profile::Generic, Signer::ed25519()).await;
    let issuer = world.provider.issuer().to_owned();
    shown.expected = ["could not be read", "not a JSON object", "status 302", "connection failed", "private key"]
        .map(str::to_owned)
        .into();
    shown.expected.push(world.provider.discovery_url());
    let body = |body: String| Answer::Body(body);
    // A port of the stranger's, which is no TLS; and one at which nobody answers in HTTP.
    let no_tls = world.stranger.jwks_uri().replace("http:", "https:");
    let wire = |text: String| Wire::Ends(text.leak()).serve();
    let no_http = wire(format!("{marker}\r\n\r\n")).await;
    let bad_header = wire(format!("HTTP/1.1 200 OK\r\n{marker} {marker}: {marker}\r\n\r\n")).await;
    let bad_status = wire(format!("HTTP/1.1 2x0 {marker}\r\n\r\n")).await;
    let truncated = wire(format!("HTTP/1.1 200 OK\r\ncontent-length: 999\r\n\r\n{{\"{marker}\":")).await;
    let with_uri = |jwks_uri: &str| body(json!({"issuer": issuer, "jwks_uri": jwks_uri}).to_string());
    let of_documents = [
        body(format!("<title>{marker}</title>")),
        body(format!(r#"{{"{marker}":1,"{marker}":1}}"#)),
        body(json!({"issuer": marker, "jwks_uri": marker}).to_string()),
        body(json!({"issuer": issuer, "jwks_uri": marker, marker: marker}).to_string()),
        with_uri(&format!("{}?{marker}#{marker}", world.provider.jwks_uri())),
        with_uri(&format!("{}/{marker}?{marker}", world.provider.jwks_uri())),
        with_uri(&format!("{no_tls}/{marker}?{marker}")),
        with_uri(&format!("https://{marker}.invalid/")),
        with_uri(&format!("{no_http}/{marker}")),
        with_uri(&format!("{bad_header}/{marker}")),
        with_uri(&format!("{bad_status}/{marker}")),
        with_uri(&format!("{truncated}/{marker}")),
        Answer::Redirect(format!("{}/{marker}", world.stranger.issuer())),
    ];
    let mut jwk = world.signer.jwk(marker);
    jwk[marker] = marker.into();
    let mut private = jwk.clone();
    private["d"] = marker.into();
    let of_keys = [
        body(format!("<title>{marker}</title>")),
        body(json!({"keys": marker}).to_string()),
        body(json!({"keys": [marker, {"kty": marker, "kid": KEY, "alg": marker, "n": marker}]}).to_string()),
        body(json!({"keys": [jwk], marker: marker}).to_string()),
        body(json!({"keys": [private]}).to_string()),
        Answer::Redirect(format!("{}/{marker}", world.stranger.issuer())),
    ];
    for answer in of_documents {
        world.provider.answer_discovery(answer);
        // A verifier that has not asked yet: else it would wait before it asks again.
        shown.refused(&world.verifier(), &format!("Bearer {}", world.good())).await;
    }
    world.provider.announce(&issuer, world.provider.jwks_uri());
    for answer in of_keys {
        world.provider.answer_keys(answer);
        shown.refused(&world.verifier(), &format!("Bearer {}", world.good())).await;
    }
    shown.text += &log.text();
    shown
}

async fn configuration(marker: &'static str) -> Shown {
    let mut shown = Shown::default();
    for url in [
        marker,
        &format!("https://{marker}.example"),
        &format!("https://user:{marker}@a.example/.well-known/openid-configuration"),
        &format!("https://a.example/.well-known/openid-configuration?{marker}"),
        &format!("http://{marker}.example/.well-known/openid-configuration"),
    ] {
        let error = DiscoveryUrl::parse(url).unwrap_err();
        shown.text += &format!("{error} {error:?}\n");
    }
    let url = DiscoveryUrl::parse("https://a.example/.well-known/openid-configuration").unwrap();
    let error = TrustedIssuer::new(url, Profile::Keycloak).unwrap_err();
    shown.text += &format!("{error} {error:?}\n");
    let jwk = Signer::ed25519().jwk(marker);
    for keys in [
        marker.to_owned(),
        json!({"issuer": marker, "keys": [marker]}).to_string(),
        json!({"issuer": marker, "keys": [jwk, jwk]}).to_string(),
    ] {
        let error = PinnedKeys::parse(&keys).unwrap_err();
        shown.text += &format!("{error} {error:?}\n");
    }
    let error = marker.parse::<Profile>().unwrap_err();
    shown.text += &format!("{error} {error:?}\n");
    shown
}
