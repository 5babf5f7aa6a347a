//! A target as a Lambda function.

use std::fmt::Display;
use std::future::ready;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use agentcore::runtime::{self, Invocation};
use environment::Environment;
use refreshed::{Refreshed, Schedule};
use secrecy::{ExposeSecret as _, SecretString};
use transaction_token::KeySet;

use crate::Tools;
use crate::configuration::{Configuration, Keys};
use crate::target::Target;

/// The keys change once a day at most, and each is public a whole period before it signs.
const KEYS: Schedule = Schedule {
    budget: Duration::from_secs(2),
    period: Duration::from_secs(60 * 60),
    maximum_age: Duration::from_secs(24 * 60 * 60),
    cool_down: Duration::from_secs(5),
};

/// The `main` of a target.
///
/// `secret` reads a secret's text by its ARN. It comes from outside, so that this crate knows no AWS SDK.
///
/// With the argument `describe` the program prints its tool definitions as JSON, in the form that the Gateway takes, and
/// ends. Without, it serves invocations until it is told to end; wrong configuration ends it before the first.
pub async fn main<F, R, E>(tools: Tools, secret: Result<F, impl Display>) -> ExitCode
where
    F: Fn(String) -> R + Send + Sync + 'static,
    R: Future<Output = Result<SecretString, E>> + Send + 'static,
    E: Display + 'static,
{
    if std::env::args().nth(1).as_deref() == Some("describe") {
        return describe(&tools);
    }
    telemetry::start(tools.crates());
    let target = match secret {
        Ok(secret) => Configuration::read(&Environment::of_process())
            .map(|configuration| Arc::new(target(configuration, tools, secret)))
            .map_err(|error| error.to_string()),
        Err(error) => Err(error.to_string()),
    };
    if let Ok(target) = &target {
        // Lambda gives more processor time before the first invocation than after it.
        target.keys.current().await;
    }
    let handler = target.map(|target| {
        move |invocation: Invocation| {
            let target = Arc::clone(&target);
            async move { target.answer(invocation).await }
        }
    });
    runtime::start(handler).await
}

fn target<F, R, E>(configuration: Configuration, tools: Tools, secret: F) -> Target
where
    F: Fn(String) -> R + Send + Sync + 'static,
    R: Future<Output = Result<SecretString, E>> + Send + 'static,
    E: Display + 'static,
{
    let verifier = configuration.verifier();
    let keys = match configuration.keys {
        Keys::Secret(arn) => Refreshed::new("verification keys", KEYS, move || {
            let text = secret(arn.clone());
            async move {
                let text = text.await.map_err(|error| error.to_string())?;
                KeySet::parse(text.expose_secret()).map_err(|error| error.to_string())
            }
        }),
        Keys::Pinned(text) => {
            tracing::warn!("VERIFICATION_KEYS is set: rotations of the keys do not reach this function");
            Refreshed::new("verification keys", KEYS, move || ready(KeySet::parse(&text)))
        }
    };
    Target { name: configuration.target.to_string(), tools, verifier, keys }
}

fn describe(tools: &Tools) -> ExitCode {
    match tools.definitions().map(|definitions| serde_json::to_string_pretty(&definitions)) {
        Ok(Ok(text)) => {
            println!("{text}");
            ExitCode::SUCCESS
        }
        Ok(Err(error)) => fail(&error),
        Err(error) => fail(&error),
    }
}

fn fail(error: &impl Display) -> ExitCode {
    eprintln!("{error}");
    ExitCode::FAILURE
}
