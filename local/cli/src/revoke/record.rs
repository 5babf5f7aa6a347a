//! The control record in a Secrets Manager, changed by whoever may.

use std::time::Duration;

use aws_clients::{CURRENT, SecretError, SecretsManager};
use control::Control;
use environment::Environment;
use secrecy::ExposeSecret as _;
use tokio::time::sleep;

use crate::arguments::Revoke;
use crate::deployment::STACK_NAME;
use crate::failure::Failure;
use crate::published;

/// How often a change is tried because somebody else has changed the record meanwhile, and how long it waits after the
/// first time; twice as long after each further one, 6 s in all.
const ATTEMPTS: u32 = 7;
const PAUSE: Duration = Duration::from_millis(100);

/// Of a secret, or of a version of it.
const NOT_FOUND: &str = "ResourceNotFoundException";

/// The record of one stack.
pub(crate) struct Record {
    secrets: SecretsManager,
    name: String,
}

impl Record {
    /// That of the stack on AWS which is named, or of the one that runs here.
    pub(crate) fn of(options: &Revoke) -> Result<Self, Failure> {
        let (secrets, stack) = if let Some(stack) = &options.stack {
            let secrets = SecretsManager::new(&Environment::of_process()).map_err(|error| {
                Failure::new(error).with_hint(
                    "Set AWS_REGION, and let the AWS CLI give the credentials of your profile: \
                     eval \"$(aws configure export-credentials --format env)\"",
                )
            });
            (secrets?, stack.as_str())
        } else {
            let operator = published::running(&options.location.state()?)?.operator.0;
            (SecretsManager::new(&Environment::new(|name| operator.get(name).cloned()))?, STACK_NAME)
        };
        Ok(Self { secrets, name: format!("{stack}/control") })
    }

    pub(crate) async fn read(&self) -> Result<Control, Failure> {
        Ok(self.current().await?.1)
    }

    /// Changes what is in force now, and nothing else: whoever changed the record in between is not undone. Returns what is
    /// in force then.
    pub(crate) async fn change<T>(
        &self,
        change: impl Fn(&mut Control) -> Result<T, Failure>,
    ) -> Result<(T, Control), Failure> {
        for attempt in 0..ATTEMPTS {
            let (version, before) = self.current().await?;
            let mut control = before.clone();
            let outcome = change(&mut control)?;
            if control == before {
                return Ok((outcome, control));
            }
            let text = control.to_text().map_err(|full| {
                Failure::new(full).with_hint("Undo what is not needed any more. docs/operations.md says what that is.")
            })?;
            match &self.secrets.replace(&self.name, Some(&version), &text.into()).await {
                Ok(()) => return Ok((outcome, control)),
                Err(error @ SecretError::Refused(code)) if code != NOT_FOUND && self.version().await? == version => {
                    return Err(self.failure(error));
                }
                // Somebody was faster, or is about to be: what they have put took the label from ours, which is forgotten.
                Err(SecretError::Refused(_)) => sleep(PAUSE * 2_u32.pow(attempt)).await,
                Err(error) => {
                    let hint = "It may have been changed all the same: see --list.";
                    return Err(self.failure(error).with_hint(hint));
                }
            }
        }
        Err(Failure::new(format!("{} is being changed by others all the time", self.name)).with_hint("Try again."))
    }

    async fn current(&self) -> Result<(String, Control), Failure> {
        let mut attempts = 1;
        let (version, text) = loop {
            let version = self.version().await?;
            match self.secrets.version(&self.name, &version).await {
                Ok(text) => break (version, text),
                // Others have changed the record twice meanwhile, and this version is forgotten.
                Err(SecretError::Refused(code)) if code == NOT_FOUND && attempts < ATTEMPTS => attempts += 1,
                Err(error) => return Err(self.failure(&error)),
            }
        };
        let text = text.ok_or_else(|| self.failure(&SecretError::NoText))?;
        let control = Control::parse(text.expose_secret()).map_err(|error| {
            Failure::new(format!("{}: {error}", self.name)).with_hint(
                "While that is so, everybody is refused. Use a newer version of this program, or mend the secret by hand.",
            )
        })?;
        Ok((version, control))
    }

    /// The id of the version that is in force.
    async fn version(&self) -> Result<String, Failure> {
        let stages = self.secrets.stages(&self.name).await.map_err(|error| self.failure(&error))?;
        stages.version(CURRENT).map(str::to_owned).ok_or_else(|| self.failure(&SecretError::NoText))
    }

    fn failure(&self, error: &SecretError) -> Failure {
        let failure = Failure::new(format!("the secret {}: {error}", self.name));
        match error {
            SecretError::NoText => failure.with_hint("The stack is not complete, and everybody is refused."),
            SecretError::Refused(code) if code == NOT_FOUND => {
                failure.with_hint("Is that the name of the stack, and AWS_REGION its region?")
            }
            SecretError::Refused(code) if code == "AccessDeniedException" => failure.with_hint(
                "It takes secretsmanager:DescribeSecret, GetSecretValue, PutSecretValue and UpdateSecretVersionStage on it.",
            ),
            _ => failure,
        }
    }
}
