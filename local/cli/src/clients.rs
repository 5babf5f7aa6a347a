//! `countersign clients`: what an assistant must be told to reach the gateway that runs.

use std::io::Write as _;

use local_assistants::{Assistant, Connection};

use crate::arguments::{Clients, Location};
use crate::failure::Failure;
use crate::{log, published};

/// Writes the configurations to standard output. That of one assistant stands alone there, so that it can become a file.
pub(crate) fn print(options: &Clients) -> Result<(), Failure> {
    let state = options.location.state()?;
    let connection = published::running(&state)?.connection;
    let text = match options.assistant {
        Some(assistant) => {
            log::step(&format!("In {}. {} {}", assistant.place(), assistant.elsewhere(), assistant.next()));
            format!("{:#}\n", assistant.configuration(&connection))
        }
        None => all(&connection, &options.location),
    };
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}

fn all(connection: &Connection, location: &Location) -> String {
    let mut text = String::new();
    for assistant in Assistant::ALL {
        text += &format!(
            "{assistant}, in {}:\n\n{:#}\n\n{} {}\n\n\n",
            assistant.place(),
            assistant.configuration(connection),
            assistant.elsewhere(),
            assistant.next()
        );
    }
    let command = location.call(&format!("clients {}", Assistant::VsCode.key()));
    text + &format!(
        "One alone, as a new file: mkdir -p .vscode && {command} > {}\nIf the file exists, add the entry to it yourself.\n",
        Assistant::VsCode.place()
    )
}
