//! The functions of the stack, each a process behind a Runtime API of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use local_gateway::{Invocation, Invoke, InvokeError};
use local_runtime_api::{Function, FunctionConfig, InvokeError as RuntimeError, LogSink, TraceId};
use local_secrets::Grants;

use crate::failure::Failure;

/// Where the AWS SDKs look for Secrets Manager instead.
const SECRETS_ENDPOINT: &str = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

/// The running functions, by ARN.
#[derive(Debug)]
pub(crate) struct Functions(BTreeMap<String, Function>);

impl Functions {
    /// Starts each function of the stack with its own variables, and with credentials of its own for the secrets at
    /// `secrets_url` that it may read. `grants` takes these.
    pub(crate) fn start(
        functions: &[local_template::Function],
        programs: &BTreeMap<String, PathBuf>,
        secrets_url: &str,
        grants: &mut Grants,
        log: &LogSink,
    ) -> Result<Self, Failure> {
        let mut started = BTreeMap::new();
        for function in functions {
            let program = programs.get(&function.binary).cloned().unwrap_or_default();
            let mut environment = function.environment.clone();
            let credentials = grants.add(&function.principal, &function.readable_secrets);
            let given = credentials.environment().into_iter().chain([(SECRETS_ENDPOINT, secrets_url)]);
            environment.extend(given.map(|(name, value)| (name.to_owned(), value.to_owned())));
            let config = FunctionConfig {
                name: function.name.clone(),
                arn: function.arn.clone(),
                program,
                environment,
                timeout: function.timeout,
                memory_mb: function.memory_mb,
            };
            started.insert(function.arn.clone(), Function::start(config, log.clone())?);
        }
        Ok(Self(started))
    }

    /// Resolves when every function waits for its first event.
    pub(crate) async fn ready(&self) -> Result<(), Failure> {
        for function in self.0.values() {
            function.ready().await.map_err(|failure| {
                Failure::new(format!("the function {} does not start: {failure}", function.name()))
            })?;
        }
        Ok(())
    }

    /// Ends every function.
    pub(crate) async fn stop(&self) {
        join_all(self.0.values().map(Function::stop)).await;
    }
}

impl Invoke for Functions {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Bytes, InvokeError>> {
        Box::pin(async move {
            let function = self.0.get(invocation.function).ok_or(InvokeError::NotFound)?;
            let trace_id = TraceId::of(invocation.request_id);
            let answer = function.invoke(invocation.event, invocation.client_context.as_deref(), &trace_id).await;
            answer.map_err(|error| match error {
                RuntimeError::FunctionError { error_type, message } => {
                    InvokeError::FunctionError { error_type, message }
                }
                RuntimeError::TimedOut { .. } => InvokeError::TimedOut,
                RuntimeError::Stopped => InvokeError::Stopped,
                RuntimeError::Throttled => InvokeError::Throttled,
                RuntimeError::PayloadTooLarge { .. } | RuntimeError::ResponseTooLarge => InvokeError::TooLarge,
                RuntimeError::Crashed { .. } => {
                    InvokeError::FunctionError { error_type: error.error_type().to_owned(), message: error.to_string() }
                }
                other => InvokeError::Unavailable(other.to_string()),
            })
        })
    }
}
