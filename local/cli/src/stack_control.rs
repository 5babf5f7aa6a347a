//! The control record of the stack that runs here, which is asked before a session goes on.

use std::sync::Arc;

use control::{Control, ControlError, SignIn};
use local_identity_provider::{Refresh, Standing};
use local_secrets::{SecretId, Secrets};
use secrecy::ExposeSecret as _;

/// The record, once the stack has written it.
pub(crate) fn read(secrets: &Secrets, id: &SecretId) -> Result<Option<Control>, ControlError> {
    secrets.value(id.name()).map(|secret| Control::parse(secret.value.expose_secret())).transpose()
}

/// What the record says against a session of the identity provider with this issuer: a refresh would bring a token that is
/// refused, so the session ends.
pub(crate) fn objection(
    secrets: Arc<Secrets>,
    id: SecretId,
    issuer: String,
) -> impl Fn(&Refresh<'_>) -> Option<Standing> + Send + Sync {
    move |refresh| {
        let Ok(Some(control)) = read(&secrets, &id) else { return Some(Standing::Unavailable) };
        let authenticated_at = refresh.person.authenticated_at;
        let sign_in = SignIn {
            issuer: &issuer,
            subject: &refresh.person.subject,
            client: Some(refresh.client_id),
            session: Some(refresh.session_id),
            issued_at: authenticated_at,
            authenticated_at: Some(authenticated_at),
        };
        control.revocations.of(&sign_in).map(|_| Standing::Ended)
    }
}
