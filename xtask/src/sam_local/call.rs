//! What is called, and what must come of it.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::error::Error;

use super::container::Containers;
use super::events::Committed;
use super::laptop::Laptop;

const AUTHORIZER: &str = "AuthorizerFunction";

/// Who signs in, as `local/accounts.yaml` has it, and what is called.
const ACCOUNT: &str = "alice";
const NAME: &str = "Alice Archer";
const TOOL: &str = "profile___who_am_i";

/// One function, called once.
#[derive(Debug)]
pub(super) struct Call<'a> {
    /// What it is called here.
    pub(super) name: String,
    function: &'a str,
    network: Network,
    event: Event<'a>,
    answer: Answer<'a>,
}

/// Whom the container reaches.
#[derive(Debug, Clone, Copy)]
enum Network {
    /// Nobody on this machine: SAM starts it in a network of its own.
    Own,
    /// The laptop's services.
    Laptop,
}

#[derive(Debug, Clone, Copy)]
enum Event<'a> {
    File(&'a Path),
    /// Printed by `countersign event` with these arguments.
    Fresh(&'a [&'a str]),
}

#[derive(Debug)]
enum Answer<'a> {
    Is(&'a Value),
    /// One for which this holds. Such an answer may have a proof in it, and is shown to nobody.
    Such(fn(&Value) -> bool),
}

/// All calls. SAM's comes first: it makes the image that the others need.
pub(super) fn all(committed: &[Committed]) -> Vec<Call<'_>> {
    let call = &[TOOL, "--as", ACCOUNT];
    let good = [
        fresh("ProfileFunction", call, Network::Own, is_alice),
        fresh(AUTHORIZER, call, Network::Laptop, is_countersigned),
        // Where it reaches nobody, it lets nobody pass.
        fresh(AUTHORIZER, call, Network::Own, is_denied),
        fresh("KeyRotationFunction", &[], Network::Laptop, Value::is_null),
    ];
    let refused = committed.iter().map(|event| Call {
        name: format!("{}-{}", event.function, event.case).to_lowercase(),
        function: &event.function,
        // It can say what an event lacks only if it knows whom to believe.
        network: if event.function == AUTHORIZER { Network::Laptop } else { Network::Own },
        event: Event::File(&event.path),
        answer: Answer::Is(&event.answer),
    });
    good.into_iter().chain(refused).collect()
}

/// A call with an event that `countersign event` makes.
fn fresh<'a>(function: &'a str, words: &'a [&'a str], network: Network, such: fn(&Value) -> bool) -> Call<'a> {
    let name = format!("{function}-fresh-{network:?}").to_lowercase();
    Call { name, function, network, event: Event::Fresh(words), answer: Answer::Such(such) }
}

impl Call<'_> {
    /// Makes it, and says what is wrong with the answer.
    pub(super) async fn defect(&self, containers: &Containers, laptop: &Laptop) -> Result<Option<String>, Error> {
        eprintln!("{}", self.name);
        let event = match self.event {
            Event::File(path) => fs::read(path).map_err(Error::of(path))?,
            Event::Fresh(words) => laptop.event(self.function, words).await?,
        };
        let answer = match self.network {
            Network::Own => containers.invoke(self.function, &laptop.variables(), &event, &self.name).await?,
            Network::Laptop => {
                containers.invoke_here(self.function, &laptop.environment(self.function), &event, &self.name).await?
            }
        };
        Ok(match self.answer {
            Answer::Is(right) if answer != *right => {
                Some(format!("{}: it is answered {answer}, not {right}", self.name))
            }
            Answer::Such(such) if !such(&answer) => Some(format!("{}: not the answer that it should get", self.name)),
            _ => None,
        })
    }
}

fn is_alice(answer: &Value) -> bool {
    answer.get("name").is_some_and(|name| name == NAME)
}

fn is_countersigned(answer: &Value) -> bool {
    answer.pointer("/mcp/transformedGatewayRequest/headers/Txn-Token").is_some_and(Value::is_string)
}

fn is_denied(answer: &Value) -> bool {
    answer.pointer("/mcp/transformedGatewayResponse/body/result/isError") == Some(&Value::Bool(true))
        && answer.pointer("/mcp/transformedGatewayRequest").is_none()
}
