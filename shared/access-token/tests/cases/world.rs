//! An issuer, a key of it, and somebody whom nobody trusts.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use access_token::{AccessToken, AudienceRule, Claims, DiscoveryUrl, Profile, Rejection, TrustedIssuer, Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::AUDIENCE;
use crate::good_claims::{good_claims, issuer_path, merge};
use crate::provider::Provider;
use crate::signer::{Signer, base64url};

/// Makes a key pair.
pub(crate) type Signing = fn() -> Signer;
/// Makes the keys that the issuer publishes.
pub(crate) type Keys = fn(&World) -> Vec<Value>;

pub(crate) const KEY: &str = "key-1";
/// Long enough that no case meets it.
pub(crate) const BUDGET: Duration = Duration::from_secs(60);

/// One issuer with one key. Time is the real one: the edges of the leeway are for the crate's own tests.
pub(crate) struct World {
    profile: Profile,
    pub(crate) signer: Signer,
    pub(crate) provider: Provider,
    /// Has a key of its own, under a name of its own and under that of the issuer's key. It counts who asks for it.
    pub(crate) stranger: Provider,
    pub(crate) strangers_key: Signer,
    now: u64,
}

impl World {
    pub(crate) async fn of(profile: Profile, signer: Signer) -> Self {
        let strangers_key = Signer::ed25519();
        Self {
            profile,
            provider: Provider::start_at(&issuer_path(profile), &[signer.jwk(KEY)]).await,
            stranger: Provider::start(&[strangers_key.jwk(KEY), strangers_key.jwk("strangers-key")]).await,
            signer,
            strangers_key,
            now: now(),
        }
    }

    pub(crate) fn trusted(&self) -> TrustedIssuer {
        TrustedIssuer::new(DiscoveryUrl::parse(&self.provider.discovery_url()).unwrap(), self.profile).unwrap()
    }

    pub(crate) fn of_the_stranger(&self) -> TrustedIssuer {
        TrustedIssuer::new(DiscoveryUrl::parse(&self.stranger.discovery_url()).unwrap(), Profile::Generic).unwrap()
    }

    pub(crate) fn verifier(&self) -> Verifier {
        Verifier::new(vec![self.trusted()]).unwrap()
    }

    pub(crate) fn header(&self, changes: Value) -> Value {
        let media_type = if self.profile == Profile::SignIn { "at+jwt" } else { "JWT" };
        let mut header = json!({"alg": self.signer.algorithm(), "typ": media_type, "kid": KEY});
        merge(&mut header, changes);
        header
    }

    /// A good access token's claims, with these changes; `null` takes a claim away.
    pub(crate) fn claims(&self, changes: Value) -> Value {
        let mut claims = good_claims(self.profile);
        let times = json!({"iss": self.provider.issuer(), "iat": self.now - 10, "exp": self.now + 3600});
        merge(&mut claims, times);
        merge(&mut claims, changes);
        claims
    }

    /// A good token but for these changes.
    pub(crate) fn token(&self, header: Value, claims: Value) -> String {
        self.signer.sign(self.header(header).to_string(), self.claims(claims).to_string())
    }

    pub(crate) fn good(&self) -> String {
        self.token(json!({}), json!({}))
    }

    /// How many requests the issuer got.
    pub(crate) fn requests(&self) -> usize {
        let (discovery, keys) = self.provider.fetches();
        discovery + keys
    }
}

/// In seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

pub(crate) fn ours() -> AudienceRule {
    AudienceRule::accept([AUDIENCE])
}

/// As for a provider whose tokens may lack `aud`.
pub(crate) fn ours_or_by_the_assistant() -> AudienceRule {
    ours().or_without_audience_from(["assistant", ""])
}

/// What becomes of the value of `Authorization`.
pub(crate) async fn verify(verifier: &Verifier, rule: &AudienceRule, credentials: &str) -> Result<Claims, Rejection> {
    verifier.verify(&AccessToken::from_authorization(credentials)?, rule, BUDGET).await
}

/// The same token with its signature changed.
pub(crate) fn resigned(token: &str, change: impl FnOnce(&mut Vec<u8>)) -> String {
    let (message, signature) = token.rsplit_once('.').unwrap();
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
    change(&mut signature);
    format!("{message}.{}", base64url(signature))
}
