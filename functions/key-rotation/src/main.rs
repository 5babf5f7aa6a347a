//! The Lambda function that makes and rotates the keys.

use std::process::ExitCode;

use environment::Environment;
use key_rotation::KeyRotation;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    telemetry::start(["key_rotation"]);
    // Wrong configuration does not end the process: CloudFormation would wait an hour for the answer of a function that
    // does not start. It is told instead.
    let function = KeyRotation::new(&Environment::of_process());
    let handler = service_fn(|event: LambdaEvent<Value>| {
        let function = function.clone();
        async move {
            // Boxed, or the compiler gives up on the size of it all.
            let done = Box::pin(function.answer(event.payload, event.context.deadline())).await;
            done.map_err(|failure| Diagnostic {
                error_type: "KeyRotation.Failed".to_owned(),
                error_message: failure.to_string(),
            })
        }
    });
    match lambda_runtime::run(handler).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the runtime loop ended");
            ExitCode::FAILURE
        }
    }
}
