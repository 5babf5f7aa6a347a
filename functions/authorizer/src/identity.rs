//! From the headers of a request to a verified person.

use std::time::Duration;

use access_token::{AccessToken, AudienceRule, Claims, Verifier};
use agentcore::header::Headers;
use control::{Revocations, SignIn};
use policy::Principal;
use transaction_token::Identity;

use crate::access::Access;
use crate::denial::Denial;

pub(crate) const AUTHORIZATION: &str = "Authorization";

/// The claims of the one access token in the headers.
pub(crate) async fn identify(
    headers: &Headers,
    verifier: &Verifier,
    audience: &AudienceRule,
    budget: Duration,
) -> Result<Claims, Denial> {
    let header = headers.only(AUTHORIZATION).map_err(|_| {
        Denial::new("ambiguous_credentials", "The request has more than one Authorization header. Sign in again.")
    })?;
    let header =
        header.ok_or_else(|| Denial::new("no_credentials", "The request has no access token. Sign in first."))?;
    let token = AccessToken::from_authorization(header)?;
    Ok(verifier.verify(&token, audience, budget).await?)
}

/// Holds a verified person against the revocations, and against the clients and scopes that may enter. The Gateway
/// has been told the same, and may have been set to check nothing.
pub(crate) fn admit(claims: &Claims, access: &Access, revocations: &Revocations) -> Result<(), Denial> {
    let sign_in = SignIn {
        issuer: claims.issuer(),
        subject: claims.subject(),
        client: claims.client_id(),
        session: claims.session_id(),
        issued_at: claims.issued_at(),
        authenticated_at: claims.authenticated_at(),
    };
    if let Some(revocation) = revocations.of(&sign_in) {
        return Err(revocation.into());
    }
    let Access { clients, scopes, .. } = access;
    if !clients.is_empty() && !claims.client_id().is_some_and(|client| clients.contains(client)) {
        return Err(Denial::new("client_not_allowed", "Your assistant is not one that this gateway accepts."));
    }
    if !scopes.is_empty() && claims.scopes().is_disjoint(scopes) {
        return Err(Denial::new(
            "insufficient_scope",
            "Your sign-in does not include the permission that this gateway asks for. Sign in again.",
        ));
    }
    Ok(())
}

pub(crate) fn principal(claims: &Claims) -> Principal<'_> {
    Principal {
        subject: claims.subject(),
        issuer: claims.issuer(),
        client_id: claims.client_id(),
        groups: claims.groups(),
        scopes: claims.scopes(),
    }
}

pub(crate) fn countersigned<'a>(claims: &'a Claims, scope: &'a str, groups: &'a [String]) -> Identity<'a> {
    Identity {
        subject: claims.subject(),
        issuer: claims.issuer(),
        client_id: claims.client_id(),
        name: claims.name(),
        email: claims.email(),
        scope,
        groups,
        authenticated_at: claims.authenticated_at(),
    }
}
