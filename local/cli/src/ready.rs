//! What a person sees when everything runs.

use std::io::Write as _;

use local_assistants::{Assistant, Connection};
use local_identity_provider::TokenOptions;
use secrecy::ExposeSecret as _;

use crate::arguments::Location;
use crate::failure::Failure;
use crate::sign_in::SignIn;

/// Writes to standard output where everything is, a command that tries it, and what assistants must be told.
pub(crate) fn announce(connection: &Connection, sign_in: Option<&SignIn>, location: &Location) -> Result<(), Failure> {
    let mut text = format!("\nCountersign is ready.\n\n  MCP URL   {}\n", connection.mcp_url);
    match sign_in {
        Some(sign_in) => {
            text += &format!("  Sign-in   {}\n", sign_in.page());
            if let Some(account) = sign_in.accounts.iter().next() {
                let token = sign_in.provider.issue(&account.id, &TokenOptions::default())?;
                let command = sign_in.provider.command(&token);
                text += &format!(
                    "\nCall a tool as {}. Paste this into another terminal:\n\n{}\n\nThe sign-in page has tokens for the \
                     other accounts.\n",
                    account.name,
                    command.expose_secret()
                );
            }
        }
        None => text += "\nPeople sign in at the identity provider of the parameter DiscoveryUrl.\n",
    }
    text += "\nConnect an assistant. It opens the sign-in page by itself.\n\n";
    for assistant in Assistant::ALL {
        let configuration = assistant.configuration(connection);
        text += &format!("  {assistant}, in {}:\n    {configuration}\n", assistant.place());
    }
    let home = connection.mcp_url.join("/")?;
    text += &format!("\nThe same at length: {home} or `{}`.\n", location.call("clients"));
    text += "Ctrl-C stops everything.\n\n";
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}
