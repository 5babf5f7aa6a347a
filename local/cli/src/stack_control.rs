//! The control record of the stack that runs here: who may change it, and what it says before a session goes on.

use std::path::Path;
use std::sync::Arc;

use control::{Control, ControlError, SignIn};
use local_identity_provider::{Refresh, Standing};
use local_secrets::{Grants, Operation, SecretId, Secrets};
use local_template::Stack;
use secrecy::ExposeSecret as _;

use crate::arguments::Location;
use crate::deployment::{REGION, STACK_NAME};
use crate::failure::Failure;
use crate::functions::SECRETS_ENDPOINT;
use crate::log;
use crate::project::Project;
use crate::published::Operator;

/// The name of the control record. What an earlier run has left there must be understood.
pub(crate) fn find(
    project: &Project,
    stack: &Stack,
    secrets: &Secrets,
    state: &Path,
    location: &Location,
) -> Result<SecretId, Failure> {
    let name = format!("{STACK_NAME}/control");
    let secret = stack.secrets().iter().find(|secret| secret.name == name);
    let secret = secret.ok_or_else(|| project.lacks(&format!("a secret of the name `{name}`")))?;
    let id = SecretId::new(&secret.arn, &secret.name)?;
    let record = read(secrets, &id).map_err(|error| {
        let hint = format!("It is in {}. Restore or remove it; with it go its revocations.", state.display());
        Failure::new(format!("the secret {name}: {error}")).with_hint(hint)
    })?;
    if record.is_some_and(|record| !record.revocations.is_empty()) {
        log::warning(&format!("somebody is stopped; `{}` shows whom", location.call("revoke --list")));
    }
    Ok(id)
}

/// Who may change the control record: on AWS, whom the account lets do so.
pub(crate) fn operator(grants: &mut Grants, control: &SecretId, endpoint: &str) -> Operator {
    let operations = [
        Operation::DescribeSecret,
        Operation::GetSecretValue,
        Operation::PutSecretValue,
        Operation::UpdateSecretVersionStage,
    ];
    let allowed = operations.map(|operation| (operation, control.arn()));
    let credentials = grants.add("arn:aws:iam::000000000000:user/operator", allowed);
    let place = [("AWS_REGION", REGION), (SECRETS_ENDPOINT, endpoint)];
    let variables = credentials.environment().into_iter().chain(place);
    Operator(variables.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}

/// The record, once the stack has written it.
fn read(secrets: &Secrets, id: &SecretId) -> Result<Option<Control>, ControlError> {
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
