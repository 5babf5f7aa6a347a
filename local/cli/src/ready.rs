//! What a person sees when everything runs.

use std::io::Write as _;

use local_identity_provider::{Accounts, IdentityProvider, TokenOptions};
use secrecy::ExposeSecret as _;
use url::Url;

use crate::failure::Failure;

/// The laptop's own identity provider, and who can sign in there.
pub(crate) struct SignIn {
    pub(crate) provider: IdentityProvider,
    pub(crate) issuer: String,
    pub(crate) accounts: Accounts,
}

/// Writes to standard output where everything is, and a command that tries it.
pub(crate) fn announce(mcp_url: &Url, sign_in: Option<&SignIn>) -> Result<(), Failure> {
    let mut text = format!("\nCountersign is ready.\n\n  MCP URL   {mcp_url}\n");
    match sign_in {
        Some(sign_in) => {
            text += &format!("  Sign-in   {}/\n", sign_in.issuer);
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
    text += "Ctrl-C stops everything.\n\n";
    let mut output = std::io::stdout().lock();
    output.write_all(text.as_bytes())?;
    Ok(output.flush()?)
}
