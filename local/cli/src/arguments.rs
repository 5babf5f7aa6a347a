//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// MCP tools behind AgentCore Gateway, on your own machine.
#[derive(Debug, Parser)]
#[command(version, about, args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,

    #[command(flatten)]
    up: Up,
}

impl Arguments {
    /// The command that was given. Without one it is `up`.
    pub(crate) fn command(self) -> Command {
        self.command.unwrap_or(Command::Up(self.up))
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Builds the functions and serves the gateway of the template, until Ctrl-C. The default.
    Up(Up),
}

#[derive(Debug, Args)]
pub(crate) struct Up {
    /// The port of the gateway, on 127.0.0.1. 0 takes a free one.
    #[arg(long, value_name = "PORT", default_value_t = 8484)]
    pub(crate) port: u16,

    /// The port of the identity provider, on 127.0.0.1, if it is not to be the one in the parameter `DiscoveryUrl`.
    #[arg(long, value_name = "PORT")]
    pub(crate) identity_provider_port: Option<u16>,

    /// The template. By default `template.yaml` in this folder or in the nearest one above.
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,

    /// Where keys are kept from one run to the next. By default `.countersign` beside the template.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: Option<PathBuf>,

    /// A parameter of the template, over what the set `local` of `samconfig.toml` says. May be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) parameter_overrides: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), &'static str> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, Parser as _};

    use super::{Arguments, Command};

    #[test]
    fn the_command_line_is_consistent() {
        <Arguments as CommandFactory>::command().debug_assert();
    }

    #[test]
    fn without_a_command_the_options_are_those_of_up() {
        let Command::Up(short) = Arguments::parse_from(["countersign", "--port", "1"]).command();
        let Command::Up(long) = Arguments::parse_from(["countersign", "up", "--port", "1"]).command();
        assert_eq!((short.port, long.port), (1, 1));
    }

    #[test]
    fn a_parameter_without_a_value_is_refused() {
        assert!(Arguments::try_parse_from(["countersign", "--parameter-overrides", "A"]).is_err());
    }
}
