//! The function: one event, and what is done about it.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_clients::SecretError;
use environment::{Environment, VariableError};
use serde_json::Value;
use tokio::time::timeout;
use transaction_token::{GenerateError, PrivateKey, SigningKeys};

use crate::configuration::Configuration;
use crate::custom_resource::{Request, Task};
use crate::event::{Action, Event, Rotation};
use crate::gateway::{Gateway, PropertyError};
use crate::plan::{Goal, Refusal, Secret};
use crate::responder::{self, Responder, ResponderError};

/// Why an event came to nothing.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Failure {
    /// The function was deployed with a wrong variable.
    #[error(transparent)]
    Configuration(#[from] VariableError),
    /// Others changed the secrets all the time.
    #[error("the secrets are being changed by others; try again")]
    Contended,
    /// Not from CloudFormation, nor from Secrets Manager, nor `{"action": "emergency"}`.
    #[error("the event is of no known kind")]
    Event,
    /// The secret `control` has no room.
    #[error(transparent)]
    Full(#[from] control::Full),
    /// No randomness or no memory.
    #[error(transparent)]
    Generation(#[from] GenerateError),
    /// A bug. The log has the place.
    #[error("the function has panicked; its log says where")]
    Panicked,
    /// A property of the custom resource is wrong.
    #[error(transparent)]
    Property(#[from] PropertyError),
    /// It must not be done.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// CloudFormation could not be answered. It is told again, since Lambda repeats the event.
    #[error(transparent)]
    Responder(#[from] ResponderError),
    /// A secret cannot be read or written.
    #[error("the secret `{0}`: {1}")]
    Secrets(Secret, #[source] SecretError),
    /// No time is left.
    #[error("the function has run out of time")]
    TimedOut,
    /// A custom resource of another kind.
    #[error("expected the type Custom::SigningKeys or Custom::Control")]
    UnknownResource,
    /// Secrets Manager rotates a secret that is not ours.
    #[error("only the secret `signing` is rotated here")]
    UnknownSecret,
}

/// The function, as it was configured.
#[derive(Debug, Clone)]
pub struct KeyRotation(Arc<Result<Configuration, VariableError>>);

impl KeyRotation {
    /// Reads the environment. What is wrong with it is told to whoever sends an event.
    #[must_use]
    pub fn new(environment: &Environment<'_>) -> Self {
        Self(Arc::new(Configuration::read(environment)))
    }

    /// Deals with one event, before the deadline.
    ///
    /// # Errors
    ///
    /// [`Failure`]. What CloudFormation asks for fails only if it cannot be told: what went wrong otherwise is its answer.
    pub async fn answer(&self, event: Value, deadline: SystemTime) -> Result<(), Failure> {
        let remaining = deadline.duration_since(SystemTime::now()).unwrap_or_default();
        match Event::recognise(event).map_err(|_| Failure::Event)? {
            Event::CustomResource(request) => self.custom_resource(request, remaining).await,
            Event::Operator(Action::Emergency {}) => within(remaining, self.clone().work(Work::Emergency)).await,
            Event::Rotation(rotation) => within(remaining, self.clone().work(Work::Rotation(rotation))).await,
        }
        .inspect_err(|failure| tracing::error!(%failure, "failed"))
    }

    async fn custom_resource(&self, request: Request, remaining: Duration) -> Result<(), Failure> {
        let responder = Responder::new(&request.response_url)?;
        let budget = remaining.saturating_sub(responder::BUDGET);
        let outcome = match request.task() {
            None => Err(Failure::UnknownResource),
            Some(Task::Nothing) => Ok(()),
            Some(Task::MakeKeys) => within(budget, self.clone().work(Work::FirstKeys)).await,
            Some(Task::WriteControl) => match Gateway::read(&request.resource_properties) {
                Ok(gateway) => within(budget, self.clone().work(Work::Control(gateway))).await,
                Err(error) => Err(error.into()),
            },
        };
        if let Err(failure) = &outcome {
            tracing::error!(%failure, "CloudFormation is told of a failure");
        }
        Ok(responder.send(&request.answer(outcome.map_err(|failure| failure.to_string()))).await?)
    }

    async fn work(self, work: Work) -> Result<(), Failure> {
        let configuration = self.0.as_ref().as_ref().map_err(Clone::clone)?;
        let vault = &configuration.vault;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let goal = match work {
            Work::Control(gateway) => return gateway.write(&vault.secrets, &configuration.control).await,
            Work::Emergency => Goal::Emergency { fresh: SigningKeys::generate(now)? },
            Work::FirstKeys => Goal::FirstKeys { fresh: SigningKeys::generate(now)? },
            Work::Rotation(rotation) if rotation.secret_id != vault.signing => return Err(Failure::UnknownSecret),
            Work::Rotation(Rotation { step, client_request_token: token, .. }) => {
                Goal::Rotation { step, token, fresh: PrivateKey::generate()?, now }
            }
        };
        vault.reach(&goal).await
    }
}

/// In a task of its own, so that a panic is an answer like any other.
async fn within(
    budget: Duration,
    work: impl Future<Output = Result<(), Failure>> + Send + 'static,
) -> Result<(), Failure> {
    let mut task = tokio::spawn(work);
    let done = timeout(budget, &mut task).await.inspect_err(|_| task.abort());
    done.map_err(|_| Failure::TimedOut)?.map_err(|_| Failure::Panicked)?
}

/// What is to be done.
enum Work {
    Control(Gateway),
    Emergency,
    FirstKeys,
    Rotation(Rotation),
}

#[cfg(test)]
mod tests;
