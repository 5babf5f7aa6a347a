//! The Lambda function of the authorizer.

use std::fmt::Display;
use std::process::ExitCode;
use std::sync::Arc;

use agentcore::runtime::{self, Invocation};
use authorizer::{Authorizer, Configuration};
use aws_clients::SecretsManager;
use environment::Environment;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    telemetry::start(["authorizer"]);
    let environment = Environment::of_process();
    let secrets = match SecretsManager::new(&environment) {
        Ok(secrets) => secrets,
        Err(error) => return refuse(&error).await,
    };
    let configuration = match Configuration::read(&environment) {
        Ok(configuration) => configuration,
        Err(error) => return refuse(&error).await,
    };
    let authorizer = match Authorizer::new(configuration, &secrets) {
        Ok(authorizer) => Arc::new(authorizer),
        Err(error) => return refuse(&error).await,
    };
    // Lambda gives more processor time before the first invocation than after it.
    authorizer.prefetch().await;

    let served = runtime::run(move |invocation: Invocation| {
        let authorizer = Arc::clone(&authorizer);
        async move { authorizer.answer(invocation).await }
    });
    match served.await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the runtime loop ended");
            ExitCode::FAILURE
        }
    }
}

async fn refuse(error: &impl Display) -> ExitCode {
    tracing::error!(%error, "wrong configuration");
    if let Err(error) = runtime::init_error("Authorizer.Configuration", error.to_string()).await {
        tracing::error!(%error, "Lambda could not be told");
    }
    ExitCode::FAILURE
}
