//! What can be said on the command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// MCP tools behind AgentCore Gateway, on your own machine.
#[derive(Debug, Parser)]
#[command(version, args_conflicts_with_subcommands = true)]
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

    /// The template. By default `template.yaml` in this folder or in the nearest one above. Beside it stand
    /// `samconfig.toml`, the cargo workspace of the functions, and `local/accounts.yaml`.
    #[arg(long, value_name = "FILE")]
    pub(crate) template: Option<PathBuf>,

    /// Where keys are kept from one run to the next. By default `.countersign` beside the template.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) state: Option<PathBuf>,

    /// Parameters of the template, over what the set `local` of `samconfig.toml` says. May be given several times.
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair, num_args = 1..)]
    pub(crate) parameter_overrides: Vec<(String, String)>,

    /// How long an access token of the laptop's identity provider is valid.
    #[arg(long, value_name = "SECONDS", default_value_t = 60 * 60, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) access_token_ttl: u32,

    /// Lets assistants that run as a web site sign in, not only programs on this machine.
    #[arg(long)]
    pub(crate) allow_remote_redirects: bool,
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
    fn parameters_follow_one_flag_or_one_each() {
        let line = [
            "countersign",
            "up",
            "--parameter-overrides",
            "A=1",
            "B=x=y",
            "--port",
            "1",
            "--parameter-overrides",
            "C=",
        ];
        let Command::Up(options) = Arguments::parse_from(line).command();
        let pairs = [("A", "1"), ("B", "x=y"), ("C", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!((options.parameter_overrides, options.port), (pairs.to_vec(), 1));
    }

    #[test]
    fn help_says_what_the_program_does() {
        let about = <Arguments as CommandFactory>::command().get_about().unwrap().to_string();
        assert!(about.contains("MCP tools behind AgentCore Gateway"), "{about}");
    }

    #[test]
    fn a_parameter_without_a_value_is_refused() {
        assert!(Arguments::try_parse_from(["countersign", "--parameter-overrides", "A"]).is_err());
    }
}
