//! The secrets themselves: what they hold, and changes to them.

use aws_clients::{CURRENT, PENDING, SecretError, SecretsManager};
use secrecy::{ExposeSecret as _, SecretString};
use transaction_token::{SigningKeys, VerificationKeys};

use crate::function::Failure;
use crate::patience::{Patience, Progress};
use crate::plan::{Goal, Next, Secret, Write};
use crate::state::{Content, State, Version};

/// The secrets with the keys.
#[derive(Debug)]
pub(crate) struct Vault {
    pub(crate) secrets: SecretsManager,
    pub(crate) signing: String,
    pub(crate) verification: String,
}

impl Vault {
    /// Does what is to be done, one change after another.
    pub(crate) async fn reach(&self, goal: &Goal) -> Result<(), Failure> {
        let mut patience = Patience::default();
        while patience.after(self.round(goal).await).await? == Progress::Made {}
        Ok(())
    }

    async fn round(&self, goal: &Goal) -> Result<Progress, Failure> {
        let state = self.state().await?;
        match goal.next(&state)? {
            Next::Done => Ok(Progress::Done),
            Next::Write(write) => self.write(&state, write).await.map(|()| Progress::Made),
        }
    }

    /// `verification` is read first. Whoever changes it by what `signing` holds knows then that `signing` is at least as
    /// new as what is replaced.
    async fn state(&self) -> Result<State, Failure> {
        let failed = |error| Failure::Secrets(Secret::Verification, error);
        let stages = self.secrets.stages(&self.verification).await.map_err(failed)?;
        let keys = |text: &SecretString| VerificationKeys::parse(text.expose_secret());
        let verification = self.version(&self.verification, stages.version(CURRENT), keys).await.map_err(failed)?;

        let failed = |error| Failure::Secrets(Secret::Signing, error);
        let stages = self.secrets.stages(&self.signing).await.map_err(failed)?;
        let (current, pending) = (stages.version(CURRENT), stages.version(PENDING));
        let pending = pending.filter(|pending| Some(*pending) != current);
        let current = self.version(&self.signing, current, SigningKeys::parse).await.map_err(failed)?;
        let pending = self.version(&self.signing, pending, SigningKeys::parse).await.map_err(failed)?;
        Ok(State { verification, current, pending })
    }

    async fn version<T>(
        &self,
        secret: &str,
        id: Option<&str>,
        parse: impl Fn(&SecretString) -> Option<T>,
    ) -> Result<Option<Version<T>>, SecretError> {
        let Some(id) = id else { return Ok(None) };
        let content = match self.secrets.version(secret, id).await {
            Ok(Some(text)) => parse(&text).map_or(Content::Damaged, Content::Whole),
            Ok(None) => Content::Empty,
            Err(SecretError::NoText) => Content::Damaged,
            Err(error) => return Err(error),
        };
        Ok(Some(Version { id: id.to_owned(), content }))
    }

    async fn write(&self, state: &State, write: Write) -> Result<(), Failure> {
        let (secrets, signing) = (&self.secrets, &self.signing);
        let (current, pending) = (id(state.current.as_ref()), id(state.pending.as_ref()));
        let (secret, change, outcome) = match write {
            Write::Begin(keys) => (Secret::Signing, "begin", secrets.replace(signing, None, &keys.to_secret()).await),
            Write::Stage(version, keys) => {
                let staged = secrets.put_version(signing, version.as_deref(), &keys.to_secret(), PENDING).await;
                (Secret::Signing, "stage", staged.map(drop))
            }
            Write::Discard => {
                let from = pending.unwrap_or_default();
                (Secret::Signing, "discard", secrets.move_stage(signing, PENDING, from, None).await)
            }
            Write::Publish(keys) => {
                let read = id(state.verification.as_ref());
                let published = secrets.replace(&self.verification, read, &keys.to_secret()).await;
                (Secret::Verification, "publish", published)
            }
            Write::Promote => {
                let from = current.unwrap_or_default();
                (Secret::Signing, "promote", secrets.move_stage(signing, CURRENT, from, pending).await)
            }
        };
        match &outcome {
            Ok(()) => tracing::info!(%secret, change, "changed"),
            Err(error) => tracing::warn!(%secret, change, %error, "not changed"),
        }
        outcome.map_err(|error| Failure::Secrets(secret, error))
    }
}

fn id<T>(version: Option<&Version<T>>) -> Option<&str> {
    version.map(|version| version.id.as_str())
}
