//! The Lambda function of the authorizer.

use std::process::ExitCode;
use std::sync::Arc;

use agentcore::runtime::{self, Invocation};
use authorizer::{Authorizer, Configuration, StartError};
use aws_clients::SecretsManager;
use environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    telemetry::start(["authorizer"]);
    let authorizer = prepare(&Environment::of_process()).map(Arc::new);
    if let Ok(authorizer) = &authorizer {
        // Lambda gives more processor time before the first invocation than after it.
        authorizer.prefetch().await;
    }
    let handler = authorizer.map(|authorizer| {
        move |invocation: Invocation| {
            let authorizer = Arc::clone(&authorizer);
            async move { authorizer.answer(invocation).await }
        }
    });
    runtime::start(handler).await
}

fn prepare(environment: &Environment<'_>) -> Result<Authorizer, StartError> {
    let configuration = Configuration::read(environment)?;
    Ok(Authorizer::new(configuration, &SecretsManager::new(environment)?)?)
}
