//! What a function is started with, and the environment that Lambda makes of it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::HeaderValue;
use serde::{Deserialize, Serialize};

use crate::endpoint::Endpoint;
use crate::error::StartError;

/// A function as the template describes it. Written down, it holds its credentials.
#[derive(Clone, Serialize, Deserialize)]
pub struct FunctionConfig {
    /// `FunctionName`.
    pub name: String,
    /// `arn:<partition>:lambda:<region>:<account>:function:<name>`. The region of the function is taken from it.
    pub arn: String,
    /// The program. It is started in its own folder, which is what `LAMBDA_TASK_ROOT` names.
    pub program: PathBuf,
    /// The function's own variables, and the credentials of its role (`AWS_ACCESS_KEY_ID` and its two companions).
    /// What Lambda reserves wins over what stands here.
    pub environment: BTreeMap<String, String>,
    /// For one event, counted from its delivery. Lambda allows 1 to 900 seconds; nothing here enforces that.
    pub timeout: Duration,
    /// `MemorySize` in MiB. The function is told; nothing enforces it.
    pub memory_mb: u32,
}

/// A checked configuration.
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) arn: HeaderValue,
    pub(crate) program: PathBuf,
    pub(crate) task_root: PathBuf,
    pub(crate) timeout: Duration,
    environment: BTreeMap<String, OsString>,
}

impl FunctionConfig {
    pub(crate) fn check(self) -> Result<Settings, StartError> {
        let region = region(&self.arn).ok_or(StartError::Arn)?.to_owned();
        // The process starts in its own folder, where a relative path would mean something else.
        let program = std::path::absolute(&self.program).map_err(|_| StartError::Program)?;
        let task_root = program.parent().map(Path::to_owned).ok_or(StartError::Program)?;
        let mut environment: BTreeMap<String, OsString> =
            self.environment.into_iter().map(|(name, value)| (name, value.into())).collect();
        // The variables of the Lambda guide's page "Defined runtime environment variables".
        let reserved: [(&str, OsString); 13] = [
            ("AWS_DEFAULT_REGION", region.clone().into()),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", self.memory_mb.to_string().into()),
            ("AWS_LAMBDA_FUNCTION_NAME", self.name.clone().into()),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".into()),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
            ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", self.name).into()),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "local/[$LATEST]".into()),
            ("AWS_REGION", region.into()),
            ("LAMBDA_TASK_ROOT", task_root.clone().into()),
            ("LANG", "en_US.UTF-8".into()),
            ("PATH", "/usr/local/bin:/usr/bin:/bin:/opt/bin".into()),
            ("TZ", ":UTC".into()),
            ("_HANDLER", "bootstrap".into()),
        ];
        environment.extend(reserved.map(|(name, value)| (name.to_owned(), value)));
        Ok(Settings {
            arn: HeaderValue::from_str(&self.arn).map_err(|_| StartError::Arn)?,
            name: self.name,
            program,
            task_root,
            timeout: self.timeout,
            environment,
        })
    }
}

/// The values may be secret, so only the names of the variables are shown.
impl std::fmt::Debug for FunctionConfig {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("FunctionConfig")
            .field("name", &self.name)
            .field("arn", &self.arn)
            .field("program", &self.program)
            .field("environment", &self.environment.keys())
            .field("timeout", &self.timeout)
            .field("memory_mb", &self.memory_mb)
            .finish()
    }
}

impl Settings {
    /// All variables of a process whose Runtime API answers at `runtime_api`.
    pub(crate) fn environment(&self, runtime_api: &Endpoint) -> impl Iterator<Item = (&str, OsString)> {
        let address = ("AWS_LAMBDA_RUNTIME_API", runtime_api.url().into());
        let others = self.environment.iter().map(|(name, value)| (name.as_str(), value.clone()));
        // Last, so that it wins.
        others.chain([address])
    }
}

fn region(arn: &str) -> Option<&str> {
    let mut parts = arn.split(':');
    let named = parts.next() == Some("arn") && parts.next().is_some() && parts.next() == Some("lambda");
    parts.next().filter(|region| named && !region.is_empty())
}
