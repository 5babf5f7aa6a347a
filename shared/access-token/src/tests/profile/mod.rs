//! The rules of each provider, held against tokens as it writes them.

mod auth0;
mod cognito;
mod entra;
mod generic;
mod keycloak;
mod okta;
mod sign_in;

use serde_json::Value;

use super::Setup;
use super::signer::Signer;
use crate::{ConfigurationError, DiscoveryUrl, Profile, Rejection, TrustedIssuer};

async fn setup(profile: Profile) -> Setup {
    Setup::with(profile, Signer::ed25519()).await
}

/// What becomes of a good token that is changed like this.
async fn verdict(profile: Profile, changes: Value) -> Result<(), Rejection> {
    let setup = setup(profile).await;
    setup.verify(&setup.token(changes)).await.map(drop)
}

/// Whether an issuer of this discovery URL, but for its well-known tail, can have the profile.
fn fits(profile: Profile, issuer: &str) -> bool {
    let url = DiscoveryUrl::parse(&format!("{issuer}/.well-known/openid-configuration")).unwrap();
    match TrustedIssuer::new(url, profile) {
        Ok(_) => true,
        Err(ConfigurationError::NotOfTheProfile(_)) => false,
        Err(error) => panic!("{error}"),
    }
}
