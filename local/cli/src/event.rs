//! `countersign event`: what a function of the stack that runs is invoked with, made anew for somebody else to invoke it
//! with: `sam local invoke`.
//!
//! Nothing is signed here. The token comes from the identity provider that runs, and what a target believes from the
//! program of the authorizer, which judges the call as it would any other.

mod authorized;
mod container;
mod deployed;

use std::io::{IsTerminal as _, Write as _};

use aws_clients::CURRENT;
use serde_json::json;

use crate::arguments::Event;
use crate::failure::Failure;
use crate::{log, published};
use authorized::Call;
pub(crate) use container::Container;
pub(crate) use deployed::Deployed;
use deployed::{Function, Role};

/// Writes the event, and nothing else, to standard output.
pub(crate) async fn print(options: &Event) -> Result<(), Failure> {
    let state = options.location.state()?;
    let stack = published::running(&state)?.deployed;
    let function = stack.function(&options.function)?;
    let event = match &function.role {
        Role::Interceptor => Call::read(options, &stack, None).await?.for_interceptor(),
        Role::Target(target) => Call::read(options, &stack, Some(target)).await?.for_target(&stack).await?,
        Role::Keys => test_of_keys(options, function).await?,
        Role::Other => return Err(Failure::new(format!("{} has no event that is known here", options.function))),
    };
    let mut output = std::io::stdout().lock();
    output.write_all(&event)?;
    output.write_all(b"\n")?;
    output.flush()?;
    if output.is_terminal() {
        log::step(&match function.role {
            Role::Target(_) => {
                let command = container::command(&options.function, &published::folder(&state));
                format!("\nAfter `sam build`, send the event on to: {command}")
            }
            _ => "\nevents/README.md says how a container takes it.".to_owned(),
        });
    }
    Ok(())
}

/// What Secrets Manager asks when a rotation is configured: whether tools know the keys. It changes nothing.
async fn test_of_keys(options: &Event, function: &Function) -> Result<Vec<u8>, Failure> {
    if options.tool.is_some() || options.account.is_some() {
        return Err(Failure::new(format!("{} is not called in anybody's name", options.function))
            .with_hint("Leave out the tool and --as."));
    }
    let secret = function.variable("SIGNING_SECRET")?;
    let stages = function.secrets()?.stages(secret).await?;
    let version = stages.version(CURRENT).ok_or_else(|| Failure::new("there are no signing keys"))?;
    Ok(json!({ "Step": "testSecret", "SecretId": secret, "ClientRequestToken": version }).to_string().into_bytes())
}
