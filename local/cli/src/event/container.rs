//! What the functions are told in a container: the variables and the credentials that they have here.
//!
//! `sam local invoke` sets those variables that the template has and no other, and gives a container no way to this
//! machine's loopback. It can run a target, which gets the public keys themselves and then needs nobody. The others need
//! the secrets, or the identity provider: Docker starts them, with a file of all their variables.

use std::collections::BTreeMap;
use std::path::Path;

use local_assistants::quoted;
use local_secrets::Secrets;
use local_template::Stack;
use secrecy::{ExposeSecret as _, SecretString};

use crate::deployment::REGION;
use crate::failure::Failure;
use crate::functions::Functions;
use crate::published::VARIABLES;

const VERIFICATION_KEYS: &str = "VERIFICATION_KEYS";

/// The content of the files.
pub(crate) struct Container {
    /// For `--env-vars` of SAM. Of secrets it holds names.
    pub(crate) variables: SecretString,
    /// For `--env-file` of Docker, by logical id, with the credentials of the function.
    pub(crate) environments: BTreeMap<String, SecretString>,
}

impl Container {
    pub(crate) fn of(stack: &Stack, functions: &Functions, secrets: &Secrets) -> Result<Self, Failure> {
        let (mut all, mut environments) = (BTreeMap::new(), BTreeMap::new());
        for function in stack.functions() {
            let mut variables = functions.config(&function.arn).map(|one| one.environment.clone()).unwrap_or_default();
            variables.insert("AWS_REGION".to_owned(), REGION.to_owned());
            if function.environment.contains_key(VERIFICATION_KEYS) {
                let secret = variables.get("VERIFICATION_SECRET").and_then(|secret| secrets.value(secret));
                let secret = secret.ok_or_else(|| Failure::new(format!("{} has no public keys", function.name)))?;
                variables.insert(VERIFICATION_KEYS.to_owned(), secret.value.expose_secret().to_owned());
            }
            let lines: String = variables.iter().map(|(name, value)| format!("{name}={value}\n")).collect();
            environments.insert(function.logical_id.clone(), lines.into());
            variables.retain(|name, _| function.environment.contains_key(name));
            all.insert(&function.logical_id, variables);
        }
        Ok(Self { variables: serde_json::to_string_pretty(&all)?.into(), environments })
    }
}

/// How a target is invoked with its event, with the files in this folder.
pub(super) fn command(logical_id: &str, folder: &Path) -> String {
    let variables = quoted(&folder.join(VARIABLES).to_string_lossy());
    format!("sam local invoke {logical_id} -e - --env-vars {variables}")
}
