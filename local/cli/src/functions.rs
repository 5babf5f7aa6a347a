//! The functions of the stack, each a process behind a Runtime API of its own.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use bytes::Bytes;
use futures_util::future::{BoxFuture, join_all};
use local_gateway::{Invocation, Invoke, InvokeError};
use local_runtime_api::{Function, FunctionConfig, InvokeError as RuntimeError, LogSink, StartError, TraceId};
use local_secrets::{Grants, Operation};

use crate::failure::Failure;

/// Where the AWS SDKs look for Secrets Manager instead.
pub(crate) const SECRETS_ENDPOINT: &str = "AWS_ENDPOINT_URL_SECRETS_MANAGER";

/// The functions by ARN. As at Lambda, each starts when it is first called: the first ones fill the secrets that the
/// others read when they start.
pub(crate) struct Functions(BTreeMap<String, Lazy>);

struct Lazy {
    config: FunctionConfig,
    log: LogSink,
    running: OnceLock<Result<Function, StartError>>,
}

impl Lazy {
    fn started(&self) -> Result<&Function, StartError> {
        let start = || Function::start(self.config.clone(), self.log.clone());
        self.running.get_or_init(start).as_ref().map_err(|error| *error)
    }

    fn running(&self) -> Option<&Function> {
        self.running.get()?.as_ref().ok()
    }
}

impl Functions {
    /// Gives each function of the stack its own variables, and credentials of its own for what its role lets it do with
    /// the secrets at `secrets_url`. `grants` takes these.
    pub(crate) fn new(
        functions: &[local_template::Function],
        programs: &BTreeMap<String, PathBuf>,
        secrets_url: &str,
        grants: &mut Grants,
        log: &LogSink,
    ) -> Self {
        let mut all = BTreeMap::new();
        for function in functions {
            let program = programs.get(&function.binary).cloned().unwrap_or_default();
            let mut environment = function.environment.clone();
            let permissions = function.secret_permissions.iter();
            let allowed = permissions.filter_map(|one| Some((Operation::of_action(&one.action)?, &one.secret)));
            let credentials = grants.add(&function.principal, allowed);
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
            let lazy = Lazy { config, log: log.clone(), running: OnceLock::new() };
            all.insert(function.arn.clone(), lazy);
        }
        Self(all)
    }

    /// What a function is started with.
    pub(crate) fn config(&self, arn: &str) -> Option<&FunctionConfig> {
        self.0.get(arn).map(|lazy| &lazy.config)
    }

    /// Starts every function that does not run yet. Resolves when all wait for an event.
    pub(crate) async fn ready(&self) -> Result<(), Failure> {
        let functions = self.0.values().map(Lazy::started).collect::<Result<Vec<_>, _>>()?;
        for function in functions {
            function.ready().await.map_err(|failure| {
                Failure::new(format!("the function {} does not start: {failure}", function.name()))
            })?;
        }
        Ok(())
    }

    /// Ends every function.
    pub(crate) async fn stop(&self) {
        join_all(self.0.values().filter_map(Lazy::running).map(Function::stop)).await;
    }
}

impl Invoke for Functions {
    fn invoke<'a>(&'a self, invocation: Invocation<'a>) -> BoxFuture<'a, Result<Bytes, InvokeError>> {
        Box::pin(async move {
            let function = self.0.get(invocation.function).ok_or(InvokeError::NotFound)?;
            let function = function.started().map_err(|error| InvokeError::Unavailable(error.to_string()))?;
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
